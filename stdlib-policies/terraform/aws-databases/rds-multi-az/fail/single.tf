resource "aws_db_instance" "default" {
  instance_class = "db.t3.micro"
}

resource "aws_db_instance" "each" {
  for_each       = { production = false, test = false }
  instance_class = "db.t3.micro"
  multi_az       = each.value
}
