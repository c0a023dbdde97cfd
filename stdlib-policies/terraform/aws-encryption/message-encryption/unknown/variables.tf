variable "key" {}

resource "aws_sqs_queue" "variable" {
  name              = "variable"
  kms_master_key_id = var.key
}

resource "aws_sns_topic" "variable" {
  name              = "variable"
  kms_master_key_id = var.key
}
