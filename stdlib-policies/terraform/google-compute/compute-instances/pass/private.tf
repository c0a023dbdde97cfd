resource "google_compute_instance" "private" {
  name           = "private"
  machine_type   = "e2-small"
  can_ip_forward = "false"

  boot_disk {
    source = "disk"
  }

  network_interface {
    subnetwork = "inner"
  }

  shielded_instance_config {
    enable_secure_boot = true
  }
}

resource "google_compute_instance_template" "private" {
  machine_type = "e2-small"
  metadata     = { enable-oslogin = "TRUE", serial-port-enable = "FALSE" }

  disk {
    source_image = "debian-cloud/debian-12"
  }

  network_interface {
    subnetwork = "inner"
  }

  network_interface {
    subnetwork = "other"
  }

  shielded_instance_config {
    enable_vtpm                 = true
    enable_integrity_monitoring = "true"
  }
}

resource "google_compute_project_metadata" "upper" {
  metadata = { enable-oslogin = "TRUE" }
}

resource "google_compute_project_metadata" "bool" {
  metadata = { enable-oslogin = true }
}
