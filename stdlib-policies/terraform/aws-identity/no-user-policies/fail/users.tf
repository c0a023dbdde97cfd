resource "aws_iam_user" "jane" {
  name = "jane"
}

resource "aws_iam_user_policy" "reference" {
  user   = aws_iam_user.jane.name
  policy = "{}"
}

resource "aws_iam_user_policy_attachment" "literal" {
  user       = "joe"
  policy_arn = "arn:aws:iam::aws:policy/ReadOnlyAccess"
}

resource "aws_iam_user_policy" "each" {
  for_each = toset(["jane", "joe"])
  user     = each.key
  policy   = "{}"
}
