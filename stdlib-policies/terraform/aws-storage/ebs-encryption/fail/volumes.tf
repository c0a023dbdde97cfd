resource "aws_ebs_volume" "default" {
  availability_zone = "eu-central-1a"
  size              = 10
}

resource "aws_ebs_volume" "false" {
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = false
}

resource "aws_ebs_volume" "each" {
  for_each          = { plain = false, secret = true }
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = each.value
}
