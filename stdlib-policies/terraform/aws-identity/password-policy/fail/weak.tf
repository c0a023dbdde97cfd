resource "aws_iam_account_password_policy" "defaults" {}

resource "aws_iam_account_password_policy" "short" {
  minimum_password_length   = 13
  password_reuse_prevention = 5
}
