resource "google_storage_bucket" "default" {
  name     = "default"
  location = "EU"
}

resource "google_storage_bucket" "false" {
  name     = "false"
  location = "EU"

  versioning {
    enabled = "false"
  }
}
