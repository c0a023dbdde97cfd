resource "google_storage_bucket" "retained" {
  name     = "retained"
  location = "EU"

  retention_policy {
    retention_period = 86400
  }
}
