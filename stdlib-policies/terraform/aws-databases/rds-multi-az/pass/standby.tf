resource "aws_db_instance" "literal" {
  instance_class = "db.t3.micro"
  multi_az       = true
}

resource "aws_db_instance" "string" {
  instance_class = "db.t3.micro"
  multi_az       = "true"
}
