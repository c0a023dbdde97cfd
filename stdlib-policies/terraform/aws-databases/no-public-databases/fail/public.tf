resource "aws_db_instance" "true" {
  instance_class      = "db.t3.micro"
  publicly_accessible = true
}

resource "aws_rds_cluster_instance" "string" {
  cluster_identifier  = "orders"
  engine              = "aurora-mysql"
  instance_class      = "db.r6g.large"
  publicly_accessible = "true"
}

resource "aws_dms_replication_instance" "true" {
  replication_instance_class = "dms.t3.micro"
  replication_instance_id    = "copy"
  publicly_accessible        = true
}

resource "aws_redshift_cluster" "true" {
  cluster_identifier  = "events"
  node_type           = "ra3.large"
  publicly_accessible = true
}
