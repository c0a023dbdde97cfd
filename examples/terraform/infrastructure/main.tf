variable "buckets" {
  type = map(string)
  default = {
    data = "Enabled"
    logs = "Suspended"
  }
}

locals {
  tags = { team = "platform", environment = "prod" }
}

resource "aws_s3_bucket" "this" {
  for_each = var.buckets

  bucket = "example-${each.key}"
  tags   = local.tags
}

resource "aws_s3_bucket_versioning" "this" {
  for_each = var.buckets

  bucket = aws_s3_bucket.this[each.key].id

  versioning_configuration {
    status = each.value
  }
}

module "orders" {
  source = "./modules/database"

  name = "orders"
  tags = local.tags
}
