resource "aws_cloudwatch_log_group" "month" {
  name              = "month"
  retention_in_days = 30
}

resource "aws_cloudwatch_log_group" "string" {
  name              = "string"
  retention_in_days = "1"
}
