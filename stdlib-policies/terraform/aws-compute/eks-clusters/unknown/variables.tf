variable "public" {
  type = bool
}

variable "logs" {}

variable "encrypted" {}

resource "aws_eks_cluster" "variables" {
  name                      = "variables"
  role_arn                  = "arn:aws:iam::111122223333:role/eks"
  enabled_cluster_log_types = var.logs

  vpc_config {
    subnet_ids              = ["subnet-0123456789abcdef0"]
    endpoint_private_access = true
    endpoint_public_access  = var.public
  }

  encryption_config {
    resources = var.encrypted
    provider {
      key_arn = "arn:aws:kms:eu-central-1:111122223333:key/secrets"
    }
  }
}
