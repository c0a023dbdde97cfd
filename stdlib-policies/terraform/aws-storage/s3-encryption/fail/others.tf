resource "aws_s3_bucket_server_side_encryption_configuration" "aes" {
  bucket = "logs"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AES256"
    }
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "no_default" {
  bucket = "logs"

  rule {
    bucket_key_enabled = true
  }
}

resource "aws_s3_bucket_server_side_encryption_configuration" "second" {
  bucket = "logs"

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "aws:kms"
    }
  }

  rule {
    apply_server_side_encryption_by_default {
      sse_algorithm = "AWS:KMS"
    }
  }
}
