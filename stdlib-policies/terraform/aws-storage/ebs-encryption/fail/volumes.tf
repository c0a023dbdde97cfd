resource "aws_ebs_volume" "default" {
  availability_zone = "eu-central-1a"
  size              = 10
}

resource "aws_ebs_volume" "false" {
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = false
}

resource "aws_ebs_volume" "counted" {
  count             = 2
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = count.index > 0
}
