variable "name" {
  type = string
}

variable "tags" {
  type    = map(string)
  default = {}
}

resource "aws_kms_key" "this" {
  enable_key_rotation = true
}

resource "aws_db_instance" "this" {
  identifier        = var.name
  storage_encrypted = true
  kms_key_id        = aws_kms_key.this.arn
  tags              = var.tags
}
