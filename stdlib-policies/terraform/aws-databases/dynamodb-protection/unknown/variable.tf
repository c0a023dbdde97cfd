variable "enabled" {
  type = bool
}

resource "aws_dynamodb_table" "variable" {
  name     = "orders"
  hash_key = "id"

  point_in_time_recovery {
    enabled = var.enabled
  }

  server_side_encryption {
    enabled = var.enabled
  }
}
