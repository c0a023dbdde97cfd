data "aws_iam_policy_document" "none" {}

data "aws_iam_policy_document" "narrow" {
  statement {
    actions   = ["s3:*", "kms:Decrypt"]
    resources = ["*"]
  }

  statement {
    actions   = ["*"]
    resources = ["arn:aws:s3:::logs/*"]
  }

  statement {
    effect    = "Deny"
    actions   = ["*"]
    resources = ["*"]
  }
}
