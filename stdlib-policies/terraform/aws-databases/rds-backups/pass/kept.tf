resource "aws_db_instance" "seven" {
  instance_class          = "db.t3.micro"
  backup_retention_period = 7
}

resource "aws_db_instance" "string" {
  instance_class          = "db.t3.micro"
  backup_retention_period = "30"
}

resource "aws_rds_cluster" "cluster" {
  engine                  = "aurora-mysql"
  backup_retention_period = 35
}
