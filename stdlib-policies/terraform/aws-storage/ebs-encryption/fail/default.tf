resource "aws_ebs_encryption_by_default" "false" {
  enabled = false
}

resource "aws_ebs_encryption_by_default" "string" {
  enabled = "false"
}
