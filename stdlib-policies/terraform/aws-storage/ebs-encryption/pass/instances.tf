resource "aws_instance" "root" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = true
  }
}

resource "aws_instance" "devices" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"

  root_block_device {
    encrypted = "true"
  }

  ebs_block_device {
    device_name = "/dev/sdf"
    encrypted   = true
  }

  dynamic "ebs_block_device" {
    for_each = ["/dev/sdg", "/dev/sdh"]
    content {
      device_name = ebs_block_device.value
      encrypted   = true
    }
  }
}
