resource "aws_s3_bucket" "scratch-1" {
  bucket = "scratch"
}
