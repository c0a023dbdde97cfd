resource "aws_efs_file_system" "default" {}

resource "aws_efs_file_system" "false" {
  encrypted = false
}

resource "aws_efs_file_system" "only_a_key" {
  kms_key_id = "arn:aws:kms:eu-central-1:111122223333:key/files"
}
