variable "versioned" {
  type = bool
}

resource "google_storage_bucket" "variable" {
  name     = "variable"
  location = "EU"

  versioning {
    enabled = var.versioned
  }
}
