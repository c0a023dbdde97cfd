variable "vtpm" {
  type = bool
}

variable "forward" {
  type = bool
}

variable "login" {}

resource "google_compute_instance" "variables" {
  name           = "variables"
  machine_type   = "e2-small"
  can_ip_forward = var.forward
  metadata       = { enable-oslogin = var.login }

  boot_disk {
    source = "disk"
  }

  network_interface {
    subnetwork = "inner"
  }

  shielded_instance_config {
    enable_vtpm = var.vtpm
  }
}
