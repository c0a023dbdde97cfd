variable "tags" {}

variable "environment" {}

resource "aws_s3_bucket" "all" {
  bucket = "all"
  tags   = var.tags
}

resource "google_storage_bucket" "one" {
  name     = "one"
  location = "EU"
  labels   = { cluster = "eu-1", environment = var.environment }
}
