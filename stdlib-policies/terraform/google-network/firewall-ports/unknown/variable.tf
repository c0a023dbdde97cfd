variable "ports" {}

resource "google_compute_firewall" "variable" {
  name          = "variable"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = var.ports
  }
}
