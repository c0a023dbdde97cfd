data "aws_iam_policy_document" "every" {
  statement {
    sid       = "Read"
    actions   = ["s3:GetObject"]
    resources = ["*"]
  }
}

data "aws_iam_policy_document" "one_of_two" {
  statement {
    actions   = ["ec2:DescribeInstances", "ec2:StopInstances"]
    resources = ["arn:aws:ec2:eu-central-1:111122223333:instance/i-1", "*"]
  }
}

data "aws_iam_policy_document" "no_condition" {
  statement {
    actions   = ["ec2:StopInstances"]
    resources = ["*"]

    dynamic "condition" {
      for_each = []
      content {
        test     = "StringEquals"
        variable = "aws:ResourceTag/team"
        values   = ["platform"]
      }
    }
  }
}
