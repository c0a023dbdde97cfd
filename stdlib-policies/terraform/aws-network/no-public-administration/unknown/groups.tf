variable "blocks" {}

resource "aws_security_group" "variable" {
  name = "variable"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = var.blocks
  }
}
