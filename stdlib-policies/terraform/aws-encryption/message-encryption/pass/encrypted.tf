resource "aws_sqs_queue" "key" {
  name              = "key"
  kms_master_key_id = "alias/aws/sqs"
}

resource "aws_sqs_queue" "managed" {
  name                    = "managed"
  sqs_managed_sse_enabled = "true"
}

resource "aws_sns_topic" "key" {
  name              = "key"
  kms_master_key_id = "alias/aws/sns"
}
