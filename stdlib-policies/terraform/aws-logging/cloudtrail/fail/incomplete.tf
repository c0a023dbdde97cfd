resource "aws_cloudtrail" "defaults" {
  name           = "defaults"
  s3_bucket_name = "trail"
}

resource "aws_cloudtrail" "off" {
  name                       = "off"
  s3_bucket_name             = "trail"
  is_multi_region_trail      = true
  enable_logging             = false
  enable_log_file_validation = "false"
  kms_key_id                 = null
}
