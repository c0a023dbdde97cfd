variable "runtime" {}

variable "mode" {}

variable "own_key" {
  type = bool
}

resource "aws_lambda_function" "variables" {
  function_name = "variables"
  role          = "arn:aws:iam::111122223333:role/lambda"
  runtime       = var.runtime
  handler       = "main.handler"
  kms_key_arn   = var.own_key ? "arn:aws:kms:eu-central-1:111122223333:key/functions" : null

  environment {
    variables = { LEVEL = "info" }
  }

  tracing_config {
    mode = var.mode
  }
}
