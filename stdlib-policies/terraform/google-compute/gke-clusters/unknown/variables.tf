variable "private" {
  type = bool
}

variable "old" {
  type = bool
}

resource "google_container_cluster" "variables" {
  name                  = "variables"
  location              = "europe-west3"
  enable_shielded_nodes = !var.old
  enable_legacy_abac    = var.old

  private_cluster_config {
    enable_private_nodes = var.private
  }

  workload_identity_config {
    workload_pool = var.old ? null : "example.svc.id.goog"
  }
}
