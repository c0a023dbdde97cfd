variable "actions" {}

data "aws_iam_policy_document" "variable" {
  statement {
    actions   = var.actions
    resources = ["*"]
  }
}
