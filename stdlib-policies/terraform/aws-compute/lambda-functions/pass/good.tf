resource "aws_kms_key" "functions" {}

resource "aws_lambda_function" "good" {
  function_name = "good"
  role          = "arn:aws:iam::111122223333:role/lambda"
  runtime       = "python3.13"
  handler       = "main.handler"
  kms_key_arn   = aws_kms_key.functions.arn

  environment {
    variables = { LEVEL = "info" }
  }

  tracing_config {
    mode = "Active"
  }
}

resource "aws_lambda_function" "image" {
  function_name = "image"
  role          = "arn:aws:iam::111122223333:role/lambda"
  package_type  = "Image"
  image_uri     = "111122223333.dkr.ecr.eu-central-1.amazonaws.com/image:1.0"

  dynamic "tracing_config" {
    for_each = ["Active"]
    content {
      mode = tracing_config.value
    }
  }
}
