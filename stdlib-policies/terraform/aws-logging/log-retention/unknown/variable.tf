variable "days" {
  type = number
}

resource "aws_cloudwatch_log_group" "variable" {
  name              = "variable"
  retention_in_days = var.days
}
