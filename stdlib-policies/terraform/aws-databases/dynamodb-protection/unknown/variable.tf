variable "enabled" {
  type = bool
}

resource "aws_dynamodb_table" "variable" {
  name                        = "orders"
  hash_key                    = "id"
  deletion_protection_enabled = var.enabled

  point_in_time_recovery {
    enabled = var.enabled
  }

  server_side_encryption {
    enabled = var.enabled
  }
}
