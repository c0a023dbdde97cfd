resource "aws_security_group" "none" {
  name = "none"
}

resource "aws_security_group" "inner" {
  name = "inner"

  ingress {
    from_port   = 22
    to_port     = 22
    protocol    = "tcp"
    cidr_blocks = ["10.0.0.0/8", "192.168.0.0/16"]
  }

  ingress {
    from_port        = 443
    to_port          = 443
    protocol         = "tcp"
    cidr_blocks      = ["0.0.0.0/0"]
    ipv6_cidr_blocks = ["::/0"]
  }

  ingress {
    description     = "by group"
    from_port       = 0
    to_port         = 0
    protocol        = "-1"
    security_groups = ["sg-0123456789abcdef0"]
  }

  egress {
    from_port   = 0
    to_port     = 0
    protocol    = "-1"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "beside" {
  name = "beside"

  ingress {
    from_port   = 23
    to_port     = 3388
    protocol    = "tcp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_security_group" "echo" {
  name = "echo"

  ingress {
    from_port   = 8
    to_port     = 255
    protocol    = "icmp"
    cidr_blocks = ["0.0.0.0/0"]
  }
}
