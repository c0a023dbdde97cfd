resource "aws_s3_bucket_public_access_block" "empty" {
  bucket = "empty"
}

resource "aws_s3_bucket_public_access_block" "three_of_four" {
  bucket                  = "three"
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = false
}

resource "aws_s3_bucket_public_access_block" "null" {
  bucket                  = "null"
  block_public_acls       = null
  block_public_policy     = true
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "string" {
  bucket                  = "string"
  block_public_acls       = true
  block_public_policy     = "false"
  ignore_public_acls      = true
  restrict_public_buckets = true
}

resource "aws_s3_bucket_public_access_block" "each" {
  for_each                = toset(["a", "b"])
  bucket                  = each.key
  block_public_acls       = true
  block_public_policy     = true
  ignore_public_acls      = each.key == "c"
  restrict_public_buckets = true
}

resource "aws_s3_account_public_access_block" "account" {
  block_public_acls = true
}
