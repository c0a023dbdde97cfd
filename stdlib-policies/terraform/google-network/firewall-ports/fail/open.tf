resource "google_compute_firewall" "ssh" {
  name          = "ssh"
  network       = "default"
  source_ranges = ["10.0.0.0/8", "0.0.0.0/0"]

  allow {
    protocol = "tcp"
    ports    = ["443", "22"]
  }
}

resource "google_compute_firewall" "no_source" {
  name    = "none"
  network = "default"

  allow {
    protocol = "tcp"
    ports    = ["3389"]
  }
}

resource "google_compute_firewall" "range" {
  name          = "range"
  network       = "default"
  source_ranges = ["::/0"]

  allow {
    protocol = "tcp"
    ports    = ["20-443"]
  }
}

resource "google_compute_firewall" "all" {
  name          = "all"
  network       = "default"
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "icmp"
  }

  dynamic "allow" {
    for_each = ["tcp"]
    content {
      protocol = allow.value
    }
  }
}
