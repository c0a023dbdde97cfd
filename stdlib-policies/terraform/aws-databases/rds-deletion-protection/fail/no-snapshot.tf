resource "aws_db_instance" "skipped" {
  instance_class      = "db.t3.micro"
  deletion_protection = true
  skip_final_snapshot = true
}

resource "aws_rds_cluster" "skipped" {
  engine              = "aurora-mysql"
  deletion_protection = true
  skip_final_snapshot = "true"
}
