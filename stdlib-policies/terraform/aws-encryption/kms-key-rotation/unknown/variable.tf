variable "rotated" {
  type = bool
}

resource "aws_kms_key" "variable" {
  enable_key_rotation = var.rotated
}
