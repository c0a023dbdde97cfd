resource "aws_elasticache_replication_group" "bool" {
  replication_group_id       = "sessions"
  description                = "sessions"
  at_rest_encryption_enabled = true
  transit_encryption_enabled = true
}

resource "aws_elasticache_replication_group" "string" {
  replication_group_id       = "sessions"
  description                = "sessions"
  at_rest_encryption_enabled = "true"
  transit_encryption_enabled = "true"
}
