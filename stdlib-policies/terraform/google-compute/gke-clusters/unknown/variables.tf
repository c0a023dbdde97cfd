variable "private" {
  type = bool
}

variable "old" {
  type = bool
}

variable "shielded" {
  type = bool
}

variable "datapath" {
  type = string
}

resource "google_container_cluster" "variables" {
  name                  = "variables"
  location              = "europe-west3"
  enable_shielded_nodes = var.shielded
  enable_legacy_abac    = var.old
  datapath_provider     = var.datapath

  private_cluster_config {
    enable_private_nodes    = var.private
    enable_private_endpoint = var.private
  }
}
