resource "aws_db_instance" "default" {
  instance_class = "db.t3.micro"
}

resource "aws_rds_cluster" "false" {
  engine              = "aurora-mysql"
  deletion_protection = false
}
