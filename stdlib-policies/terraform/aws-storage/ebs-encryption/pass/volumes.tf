resource "aws_ebs_volume" "literal" {
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = true
}

resource "aws_ebs_volume" "string" {
  availability_zone = "eu-central-1a"
  size              = 10
  encrypted         = "true"
}
