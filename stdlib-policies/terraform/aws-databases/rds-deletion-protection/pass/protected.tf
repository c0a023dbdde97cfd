resource "aws_db_instance" "literal" {
  instance_class      = "db.t3.micro"
  deletion_protection = true
}

resource "aws_rds_cluster" "string" {
  engine              = "aurora-mysql"
  deletion_protection = "true"
  skip_final_snapshot = "false"
}
