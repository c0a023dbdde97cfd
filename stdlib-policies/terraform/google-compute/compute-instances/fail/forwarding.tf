resource "google_compute_instance" "literal" {
  name           = "literal"
  machine_type   = "e2-small"
  can_ip_forward = true
  metadata       = { serial-port-enable = "TRUE" }

  boot_disk {
    source = "disk"
  }

  network_interface {
    subnetwork = "inner"
  }
}

resource "google_compute_instance_template" "strings" {
  machine_type   = "e2-small"
  can_ip_forward = "true"
  metadata       = { serial-port-enable = true }

  disk {
    source_image = "debian-cloud/debian-12"
  }

  network_interface {
    subnetwork = "inner"
  }
}

resource "google_compute_instance" "number" {
  name           = "number"
  machine_type   = "e2-small"
  can_ip_forward = true
  metadata       = { serial-port-enable = 1 }

  boot_disk {
    source = "disk"
  }

  network_interface {
    subnetwork = "inner"
  }
}
