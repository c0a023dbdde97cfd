data "aws_iam_policy_document" "implicit" {
  statement {
    sid       = "Admin"
    actions   = ["*"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "second" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }

  dynamic "statement" {
    for_each = ["Allow"]
    content {
      effect    = statement.value
      actions   = ["s3:GetObject", "*"]
      resources = ["arn:aws:s3:::logs", "*"]
    }
  }
}
