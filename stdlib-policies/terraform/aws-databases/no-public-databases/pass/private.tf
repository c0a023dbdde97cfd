resource "aws_db_instance" "default" {
  instance_class = "db.t3.micro"
}

resource "aws_db_instance" "false" {
  instance_class      = "db.t3.micro"
  publicly_accessible = "false"
}

resource "aws_rds_cluster_instance" "false" {
  cluster_identifier  = "orders"
  engine              = "aurora-mysql"
  instance_class      = "db.r6g.large"
  publicly_accessible = false
}

resource "aws_dms_replication_instance" "null" {
  replication_instance_class = "dms.t3.micro"
  replication_instance_id    = "copy"
  publicly_accessible        = null
}

resource "aws_redshift_cluster" "false" {
  cluster_identifier  = "events"
  node_type           = "ra3.large"
  publicly_accessible = false
}
