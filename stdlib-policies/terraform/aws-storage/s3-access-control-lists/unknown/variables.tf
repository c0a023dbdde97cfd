variable "acl" {}

variable "group" {}

resource "aws_s3_bucket_acl" "variable" {
  bucket = "logs"
  acl    = var.acl
}

resource "aws_s3_bucket_acl" "group" {
  bucket = "logs"

  access_control_policy {
    owner {
      id = "0123456789abcdef"
    }
    grant {
      permission = "READ"
      grantee {
        type = "Group"
        uri  = var.group
      }
    }
  }
}
