resource "google_container_cluster" "old" {
  name                  = "old"
  location              = "europe-west3"
  enable_shielded_nodes = false
  enable_legacy_abac    = true
  datapath_provider     = "LEGACY_DATAPATH"
}

resource "google_container_cluster" "strings" {
  name                  = "strings"
  location              = "europe-west3"
  enable_shielded_nodes = "false"
  enable_legacy_abac    = "true"

  private_cluster_config {
    enable_private_endpoint = false
    enable_private_nodes    = false
  }

  network_policy {
    enabled = "false"
  }

  workload_identity_config {}
}
