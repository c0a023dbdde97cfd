data "aws_iam_policy_document" "service" {
  statement {
    sid       = "Buckets"
    actions   = ["s3:*"]
    resources = ["arn:aws:s3:::logs/*"]
  }
}

data "aws_iam_policy_document" "second" {
  statement {
    actions   = ["s3:GetObject"]
    resources = ["arn:aws:s3:::logs/*"]
  }

  statement {
    effect    = "Allow"
    actions   = ["s3:GetObject", "*"]
    resources = ["arn:aws:s3:::logs/*"]
  }
}

data "aws_iam_policy_document" "others" {
  statement {
    sid         = "Others"
    not_actions = ["iam:PassRole"]
    resources   = ["arn:aws:s3:::logs/*"]
  }
}
