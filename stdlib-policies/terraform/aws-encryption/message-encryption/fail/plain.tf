resource "aws_sqs_queue" "default" {
  name = "default"
}

resource "aws_sqs_queue" "false" {
  name                    = "false"
  kms_master_key_id       = ""
  sqs_managed_sse_enabled = false
}

resource "aws_sns_topic" "default" {
  name = "default"
}

resource "aws_sns_topic" "empty" {
  name              = "empty"
  kms_master_key_id = ""
}
