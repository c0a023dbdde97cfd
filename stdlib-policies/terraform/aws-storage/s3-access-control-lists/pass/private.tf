resource "aws_s3_bucket" "no_acl" {
  bucket = "logs"
}

resource "aws_s3_bucket_acl" "private" {
  bucket = "logs"
  acl    = "private"
}

resource "aws_s3_bucket_acl" "delivery" {
  bucket = "logs"

  access_control_policy {
    owner {
      id = "0123456789abcdef"
    }
    grant {
      permission = "WRITE"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/s3/LogDelivery"
      }
    }
    grant {
      permission = "READ"
      grantee {
        type = "CanonicalUser"
        id   = "0123456789abcdef"
      }
    }
  }
}

resource "aws_s3_bucket_ownership_controls" "enforced" {
  bucket = "logs"

  rule {
    object_ownership = "BucketOwnerEnforced"
  }
}
