resource "aws_lambda_function" "python" {
  function_name = "python"
  role          = "arn:aws:iam::111122223333:role/lambda"
  runtime       = "python3.8"
  handler       = "main.handler"

  environment {
    variables = { LEVEL = "info" }
  }
}

resource "aws_lambda_function" "node" {
  function_name = "node"
  role          = "arn:aws:iam::111122223333:role/lambda"
  runtime       = "nodejs18.x"
  handler       = "main.handler"
  kms_key_arn   = null

  environment {
    variables = { LEVEL = "info" }
  }

  tracing_config {
    mode = "PassThrough"
  }
}
