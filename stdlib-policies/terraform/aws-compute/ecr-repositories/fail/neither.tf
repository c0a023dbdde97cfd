resource "aws_ecr_repository" "defaults" {
  name = "defaults"
}

resource "aws_ecr_repository" "explicit" {
  name                 = "explicit"
  image_tag_mutability = "MUTABLE"

  image_scanning_configuration {
    scan_on_push = false
  }
}
