variable "whole" {
  type = bool
}

resource "aws_cloudtrail" "variables" {
  name                       = "variables"
  s3_bucket_name             = "trail"
  is_multi_region_trail      = var.whole
  enable_log_file_validation = var.whole
}
