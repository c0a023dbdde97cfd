resource "aws_iam_policy_attachment" "users" {
  name       = "readers"
  groups     = ["readers"]
  users      = ["joe"]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
