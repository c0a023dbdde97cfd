resource "aws_kms_key" "trail" {}

resource "aws_cloudtrail" "complete" {
  name                       = "complete"
  s3_bucket_name             = "trail"
  is_multi_region_trail      = true
  enable_log_file_validation = true
  kms_key_id                 = aws_kms_key.trail.arn
}

resource "aws_cloudtrail" "strings" {
  name                       = "strings"
  s3_bucket_name             = "trail"
  is_multi_region_trail      = "true"
  enable_logging             = "true"
  enable_log_file_validation = "true"
  kms_key_id                 = "arn:aws:kms:eu-central-1:111122223333:key/trail"
}
