resource "aws_dynamodb_table" "no_blocks" {
  name     = "orders"
  hash_key = "id"
}

resource "aws_dynamodb_table" "false" {
  name                        = "orders"
  hash_key                    = "id"
  deletion_protection_enabled = false

  point_in_time_recovery {
    enabled = false
  }

  server_side_encryption {
    enabled = "false"
  }
}

resource "aws_dynamodb_table" "no_content" {
  name     = "orders"
  hash_key = "id"

  dynamic "point_in_time_recovery" {
    for_each = []
    content {
      enabled = true
    }
  }
}
