resource "google_storage_bucket" "literal" {
  name     = "literal"
  location = "EU"

  versioning {
    enabled = true
  }
}

resource "google_storage_bucket" "dynamic" {
  name     = "dynamic"
  location = "EU"

  dynamic "versioning" {
    for_each = ["true"]
    content {
      enabled = versioning.value
    }
  }
}
