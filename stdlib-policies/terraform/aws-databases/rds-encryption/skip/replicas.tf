resource "aws_db_instance" "replica" {
  instance_class      = "db.t3.micro"
  replicate_source_db = "orders"
}

resource "aws_rds_cluster" "replica" {
  engine                        = "aurora-mysql"
  replication_source_identifier = "arn:aws:rds:eu-central-1:111122223333:cluster:orders"
}
