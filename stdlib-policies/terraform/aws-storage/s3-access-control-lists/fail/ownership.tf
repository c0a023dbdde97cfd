resource "aws_s3_bucket_ownership_controls" "preferred" {
  bucket = "logs"

  rule {
    object_ownership = "BucketOwnerPreferred"
  }
}

resource "aws_s3_bucket_ownership_controls" "writer" {
  bucket = "logs"

  rule {
    object_ownership = "ObjectWriter"
  }
}
