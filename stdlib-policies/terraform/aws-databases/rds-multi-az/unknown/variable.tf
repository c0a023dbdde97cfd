variable "replicated" {
  type = bool
}

resource "aws_db_instance" "variable" {
  instance_class = "db.t3.micro"
  multi_az       = var.replicated
}
