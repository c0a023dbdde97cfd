variable "blocked" {
  default = true
}

resource "aws_s3_bucket_public_access_block" "literals" {
  bucket                  = "logs"
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "strings_and_variables" {
  bucket                  = "data"
  block_public_acls       = "true"
  block_public_policy     = var.blocked
  ignore_public_acls      = true
  restrict_public_buckets = tobool("true")
}

resource "aws_s3_account_public_access_block" "account" {
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
