resource "google_compute_instance" "ephemeral" {
  name         = "ephemeral"
  machine_type = "e2-small"
  metadata     = { enable-oslogin = "FALSE" }

  boot_disk {
    source = "disk"
  }

  network_interface {
    subnetwork = "inner"
    access_config {}
  }
}

resource "google_compute_instance_template" "second" {
  machine_type = "e2-small"
  metadata     = { enable-oslogin = false }

  disk {
    source_image = "debian-cloud/debian-12"
  }

  network_interface {
    subnetwork = "inner"
  }

  network_interface {
    subnetwork = "other"
    dynamic "ipv6_access_config" {
      for_each = ["PREMIUM"]
      content {
        network_tier = ipv6_access_config.value
      }
    }
  }

  shielded_instance_config {
    enable_vtpm = false
  }
}

resource "google_compute_instance" "unmonitored" {
  name         = "unmonitored"
  machine_type = "e2-small"
  metadata     = { enable-oslogin = "no" }

  boot_disk {
    source = "disk"
  }

  network_interface {
    subnetwork = "inner"
    access_config {
      nat_ip = "198.51.100.1"
    }
  }

  shielded_instance_config {
    enable_integrity_monitoring = "false"
  }
}

resource "google_compute_project_metadata" "absent" {
  metadata = { foo = "bar" }
}

resource "google_compute_project_metadata" "false" {
  metadata = { enable-oslogin = "FALSE" }
}
