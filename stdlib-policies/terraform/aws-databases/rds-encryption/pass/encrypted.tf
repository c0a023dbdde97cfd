resource "aws_db_instance" "literal" {
  instance_class    = "db.t3.micro"
  storage_encrypted = true
}

resource "aws_rds_cluster" "string" {
  engine            = "aurora-postgresql"
  storage_encrypted = "true"
}
