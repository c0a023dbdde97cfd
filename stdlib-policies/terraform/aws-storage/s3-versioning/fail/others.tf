resource "aws_s3_bucket_versioning" "suspended" {
  bucket = "logs"

  versioning_configuration {
    status = "Suspended"
  }
}

resource "aws_s3_bucket_versioning" "lower_case" {
  bucket = "logs"

  versioning_configuration {
    status = "enabled"
  }
}

resource "aws_s3_bucket_versioning" "only_mfa_delete" {
  bucket = "logs"

  dynamic "versioning_configuration" {
    for_each = ["Disabled"]
    content {
      status     = versioning_configuration.value
      mfa_delete = "Enabled"
    }
  }
}
