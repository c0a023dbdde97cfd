resource "aws_db_instance" "default" {
  instance_class = "db.t3.micro"
}

resource "aws_db_instance" "none" {
  instance_class          = "db.t3.micro"
  backup_retention_period = 0
}

resource "aws_db_instance" "six" {
  instance_class          = "db.t3.micro"
  backup_retention_period = 6
}

resource "aws_rds_cluster" "string" {
  engine                  = "aurora-mysql"
  backup_retention_period = "1"
}
