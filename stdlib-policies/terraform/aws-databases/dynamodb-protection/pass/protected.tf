resource "aws_dynamodb_table" "literal" {
  name                        = "orders"
  hash_key                    = "id"
  deletion_protection_enabled = true

  point_in_time_recovery {
    enabled = true
  }

  server_side_encryption {
    enabled = true
  }
}

resource "aws_dynamodb_table" "dynamic" {
  name                        = "orders"
  hash_key                    = "id"
  deletion_protection_enabled = "true"

  dynamic "point_in_time_recovery" {
    for_each = [true]
    content {
      enabled = point_in_time_recovery.value
    }
  }

  server_side_encryption {
    enabled     = "true"
    kms_key_arn = "arn:aws:kms:eu-central-1:111122223333:key/data"
  }
}
