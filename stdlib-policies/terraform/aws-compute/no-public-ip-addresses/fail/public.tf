resource "aws_instance" "true" {
  ami                         = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = true
}

resource "aws_launch_configuration" "string" {
  image_id                    = "ami-0123456789abcdef0"
  instance_type               = "t3.micro"
  associate_public_ip_address = "true"
}

resource "aws_launch_template" "bool" {
  name = "web"

  network_interfaces {
    associate_public_ip_address = true
  }
}

resource "aws_launch_template" "second" {
  name = "web"

  network_interfaces {
    associate_public_ip_address = false
  }

  network_interfaces {
    device_index                = 1
    associate_public_ip_address = "true"
  }
}

resource "aws_subnet" "each" {
  for_each                = { a = "10.0.1.0/24", b = "10.0.2.0/24" }
  vpc_id                  = "vpc-0123456789abcdef0"
  cidr_block              = each.value
  map_public_ip_on_launch = true
}
