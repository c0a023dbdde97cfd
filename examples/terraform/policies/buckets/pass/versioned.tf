variable "tags" {
  type    = map(string)
  default = { environment = "prod" }
}

resource "aws_s3_bucket" "logs" {
  bucket = "logs"
  tags   = merge(var.tags, { team = "platform" })
}

resource "aws_s3_bucket_versioning" "logs" {
  bucket = aws_s3_bucket.logs.id

  versioning_configuration {
    status = "Enabled"
  }
}
