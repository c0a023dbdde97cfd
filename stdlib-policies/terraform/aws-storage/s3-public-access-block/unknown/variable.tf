variable "blocked" {
  type = bool
}

resource "aws_s3_bucket_public_access_block" "variable" {
  bucket                  = "logs"
  block_public_acls       = var.blocked
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}
