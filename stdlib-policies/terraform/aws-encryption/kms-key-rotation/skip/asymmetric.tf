resource "aws_kms_key" "rsa" {
  customer_master_key_spec = "RSA_4096"
  key_usage                = "SIGN_VERIFY"
}
