resource "aws_kms_key" "literal" {
  enable_key_rotation = true
}

resource "aws_kms_key" "string" {
  customer_master_key_spec = "SYMMETRIC_DEFAULT"
  enable_key_rotation      = "true"
}
