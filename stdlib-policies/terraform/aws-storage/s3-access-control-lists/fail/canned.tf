resource "aws_s3_bucket" "public" {
  bucket = "site"
  acl    = "public-read"
}

resource "aws_s3_bucket_acl" "write" {
  bucket = "drop"
  acl    = "public-read-write"
}

resource "aws_s3_bucket_acl" "authenticated" {
  bucket = "data"
  acl    = "authenticated-read"
}
