resource "aws_kms_key" "data" {}

resource "aws_s3_bucket_server_side_encryption_configuration" "kms" {
  bucket = "logs"

  rule {
    bucket_key_enabled = true
    apply_server_side_encryption_by_default {
      sse_algorithm     = "aws:kms"
      kms_master_key_id = aws_kms_key.data.arn
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "dual_layer" {
  bucket = "data"

  dynamic "rule" {
    for_each = ["aws:kms:dsse"]
    content {
      apply_server_side_encryption_by_default {
        sse_algorithm = rule.value
      }
    }
  }
}
