variable "days" {
  type = number
}

resource "aws_db_instance" "variable" {
  instance_class          = "db.t3.micro"
  backup_retention_period = var.days
}
