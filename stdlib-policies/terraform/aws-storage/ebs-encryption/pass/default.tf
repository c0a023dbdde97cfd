resource "aws_ebs_encryption_by_default" "absent" {}

resource "aws_ebs_encryption_by_default" "true" {
  enabled = true
}
