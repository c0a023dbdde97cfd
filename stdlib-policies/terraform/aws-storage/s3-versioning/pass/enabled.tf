resource "aws_s3_bucket_versioning" "literal" {
  bucket = "logs"

  versioning_configuration {
    status     = "Enabled"
    mfa_delete = "Enabled"
  }
}

locals {
  status = { data = "Enabled" }
}

resource "aws_s3_bucket_versioning" "each" {
  for_each = local.status
  bucket   = each.key

  versioning_configuration {
    status = each.value
  }
}
