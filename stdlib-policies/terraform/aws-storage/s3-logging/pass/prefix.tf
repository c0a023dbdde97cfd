resource "aws_s3_bucket_logging" "prefix" {
  bucket        = "data"
  target_bucket = "logs"
  target_prefix = "s3/data/"
}

resource "aws_s3_bucket" "data" {
  bucket = "data"
}

resource "aws_s3_bucket_logging" "known_after_apply" {
  bucket        = aws_s3_bucket.data.id
  target_bucket = "logs"
  target_prefix = "s3/${aws_s3_bucket.data.bucket}/"
}
