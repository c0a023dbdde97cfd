variable "actions" {
  type = list(string)
}

data "aws_iam_policy_document" "variable" {
  statement {
    actions   = var.actions
    resources = ["*"]
  }
}
