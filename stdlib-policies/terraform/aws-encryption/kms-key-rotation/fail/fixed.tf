resource "aws_kms_key" "default" {}

resource "aws_kms_key" "false" {
  customer_master_key_spec = null
  enable_key_rotation      = false
}

resource "aws_kms_key" "counted" {
  count               = 2
  enable_key_rotation = "false"
}
