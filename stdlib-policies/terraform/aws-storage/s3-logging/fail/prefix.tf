resource "aws_s3_bucket_logging" "empty" {
  bucket        = "data"
  target_bucket = "logs"
  target_prefix = ""
}

resource "aws_s3_bucket_logging" "null" {
  bucket        = "data"
  target_bucket = "logs"
  target_prefix = null
}
