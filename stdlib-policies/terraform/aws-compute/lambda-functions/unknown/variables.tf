variable "runtime" {}

variable "mode" {}

resource "aws_lambda_function" "variables" {
  function_name = "variables"
  role          = "arn:aws:iam::111122223333:role/lambda"
  runtime       = var.runtime
  handler       = "main.handler"

  tracing_config {
    mode = var.mode
  }
}
