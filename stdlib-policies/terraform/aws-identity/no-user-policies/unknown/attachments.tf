variable "users" {}

resource "aws_iam_policy_attachment" "variable" {
  name       = "readers"
  users      = var.users
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
