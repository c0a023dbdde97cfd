variable "status" {}

resource "aws_s3_bucket_versioning" "variable" {
  bucket = "logs"

  versioning_configuration {
    status = var.status
  }
}
