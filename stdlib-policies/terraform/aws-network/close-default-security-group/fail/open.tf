resource "aws_default_security_group" "ingress" {
  vpc_id = "vpc-0123456789abcdef0"

  ingress {
    protocol  = "-1"
    self      = true
    from_port = 0
    to_port   = 0
  }
}

resource "aws_default_security_group" "egress" {
  vpc_id = "vpc-0123456789abcdef0"

  dynamic "egress" {
    for_each = ["0.0.0.0/0"]
    content {
      protocol    = "-1"
      from_port   = 0
      to_port     = 0
      cidr_blocks = [egress.value]
    }
  }
}
