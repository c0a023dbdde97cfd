resource "aws_elasticache_replication_group" "default" {
  replication_group_id = "sessions"
  description          = "sessions"
}

resource "aws_elasticache_replication_group" "false" {
  replication_group_id       = "sessions"
  description                = "sessions"
  at_rest_encryption_enabled = false
  transit_encryption_enabled = "false"
}
