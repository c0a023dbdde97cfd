resource "aws_iam_policy_attachment" "group" {
  name       = "readers"
  groups     = ["readers"]
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_policy_attachment" "no_users" {
  name       = "readers"
  roles      = ["reader"]
  users      = []
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}
