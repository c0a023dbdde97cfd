resource "aws_iam_account_password_policy" "exact" {
  minimum_password_length   = 14
  password_reuse_prevention = 24
}

resource "aws_iam_account_password_policy" "string" {
  minimum_password_length   = "20"
  password_reuse_prevention = "24"
}
