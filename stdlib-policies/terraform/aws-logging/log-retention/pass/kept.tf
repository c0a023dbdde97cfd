resource "aws_cloudwatch_log_group" "forever" {
  name = "forever"
}

resource "aws_cloudwatch_log_group" "zero" {
  name              = "zero"
  retention_in_days = 0
}

resource "aws_cloudwatch_log_group" "year" {
  name              = "year"
  retention_in_days = "365"
}
