variable "encrypted" {
  type = bool
}

resource "aws_elasticache_replication_group" "variable" {
  replication_group_id       = "sessions"
  description                = "sessions"
  at_rest_encryption_enabled = var.encrypted
  transit_encryption_enabled = var.encrypted
}
