resource "google_container_cluster" "networks" {
  name     = "networks"
  location = "europe-west3"

  private_cluster_config {
    enable_private_nodes = true
  }

  master_authorized_networks_config {
    cidr_blocks {
      cidr_block = "10.0.0.0/8"
    }
    cidr_blocks {
      cidr_block = "0.0.0.0/0"
    }
  }

  workload_identity_config {
    workload_pool = "example.svc.id.goog"
  }
}
