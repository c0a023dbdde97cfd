variable "encrypted" {
  type = bool
}

resource "aws_efs_file_system" "variable" {
  encrypted = var.encrypted
}
