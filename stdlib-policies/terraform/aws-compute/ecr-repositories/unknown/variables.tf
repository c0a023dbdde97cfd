variable "scanned" {
  type = bool
}

variable "mutability" {}

resource "aws_ecr_repository" "variables" {
  name                 = "variables"
  image_tag_mutability = var.mutability

  image_scanning_configuration {
    scan_on_push = var.scanned
  }
}
