resource "aws_eks_cluster" "defaults" {
  name     = "defaults"
  role_arn = "arn:aws:iam::111122223333:role/eks"

  vpc_config {
    subnet_ids = ["subnet-0123456789abcdef0"]
  }
}

resource "aws_eks_cluster" "half" {
  name                      = "half"
  role_arn                  = "arn:aws:iam::111122223333:role/eks"
  enabled_cluster_log_types = ["api", "audit"]

  vpc_config {
    subnet_ids             = ["subnet-0123456789abcdef0"]
    endpoint_public_access = false
  }

  encryption_config {
    resources = []
    provider {
      key_arn = "arn:aws:kms:eu-central-1:111122223333:key/secrets"
    }
  }
}

resource "aws_eks_cluster" "public" {
  name                      = "public"
  role_arn                  = "arn:aws:iam::111122223333:role/eks"
  enabled_cluster_log_types = []

  vpc_config {
    subnet_ids              = ["subnet-0123456789abcdef0"]
    endpoint_private_access = true
    endpoint_public_access  = true
    public_access_cidrs     = ["10.0.0.0/8"]
  }
}
