resource "google_container_cluster" "standard" {
  name                  = "standard"
  location              = "europe-west3"
  enable_shielded_nodes = true
  enable_legacy_abac    = "false"
  datapath_provider     = "ADVANCED_DATAPATH"

  private_cluster_config {
    enable_private_nodes    = true
    enable_private_endpoint = "true"
  }

  workload_identity_config {
    workload_pool = "example.svc.id.goog"
  }
}
