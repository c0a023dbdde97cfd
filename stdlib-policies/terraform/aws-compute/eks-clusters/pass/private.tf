resource "aws_kms_key" "secrets" {}

resource "aws_eks_cluster" "private" {
  name                      = "private"
  role_arn                  = "arn:aws:iam::111122223333:role/eks"
  enabled_cluster_log_types = ["api", "audit", "authenticator", "scheduler"]

  vpc_config {
    subnet_ids              = ["subnet-0123456789abcdef0"]
    endpoint_private_access = true
    endpoint_public_access  = false
  }

  encryption_config {
    resources = ["secrets"]
    provider {
      key_arn = aws_kms_key.secrets.arn
    }
  }
}

locals {
  logs = ["authenticator", "audit"]
}

resource "aws_eks_cluster" "computed" {
  name                      = "computed"
  role_arn                  = "arn:aws:iam::111122223333:role/eks"
  enabled_cluster_log_types = concat(local.logs, ["api"])

  vpc_config {
    subnet_ids              = ["subnet-0123456789abcdef0"]
    endpoint_private_access = "true"
    endpoint_public_access  = "false"
  }

  dynamic "encryption_config" {
    for_each = ["secrets"]
    content {
      resources = [encryption_config.value]
      provider {
        key_arn = aws_kms_key.secrets.arn
      }
    }
  }
}
