resource "aws_s3_bucket_acl" "everybody" {
  bucket = "logs"

  access_control_policy {
    owner {
      id = "0123456789abcdef"
    }
    grant {
      permission = "READ"
      grantee {
        type = "Group"
        uri  = "http://acs.amazonaws.com/groups/global/AllUsers"
      }
    }
  }
}

resource "aws_s3_bucket_acl" "second" {
  bucket = "logs"

  access_control_policy {
    owner {
      id = "0123456789abcdef"
    }
    grant {
      permission = "READ"
      grantee {
        type = "CanonicalUser"
        id   = "0123456789abcdef"
      }
    }
    dynamic "grant" {
      for_each = ["AuthenticatedUsers"]
      content {
        permission = "WRITE"
        grantee {
          type = "Group"
          uri  = "http://acs.amazonaws.com/groups/global/${grant.value}"
        }
      }
    }
  }
}
