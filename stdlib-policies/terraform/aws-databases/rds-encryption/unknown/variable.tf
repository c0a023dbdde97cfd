variable "encrypted" {
  type = bool
}

resource "aws_db_instance" "variable" {
  instance_class    = "db.t3.micro"
  storage_encrypted = var.encrypted
}
