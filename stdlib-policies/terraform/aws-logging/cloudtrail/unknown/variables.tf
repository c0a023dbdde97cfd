variable "whole" {
  type = bool
}

variable "own_key" {
  type = bool
}

resource "aws_cloudtrail" "variables" {
  name                       = "variables"
  s3_bucket_name             = "trail"
  is_multi_region_trail      = var.whole
  enable_log_file_validation = var.whole
  kms_key_id                 = var.own_key ? "arn:aws:kms:eu-central-1:111122223333:key/trail" : null
}
