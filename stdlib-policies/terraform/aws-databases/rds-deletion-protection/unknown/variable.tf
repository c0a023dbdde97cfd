variable "protected" {
  type = bool
}

resource "aws_db_instance" "variable" {
  instance_class      = "db.t3.micro"
  deletion_protection = var.protected
}
