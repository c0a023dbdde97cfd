variable "algorithm" {}

resource "aws_s3_bucket_server_side_encryption_configuration" "variable" {
  bucket = "logs"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = var.algorithm
    }
  }
}
