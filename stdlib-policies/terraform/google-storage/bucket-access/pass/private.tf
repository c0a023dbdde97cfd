resource "google_storage_bucket" "literal" {
  name                        = "logs"
  location                    = "EU"
  uniform_bucket_level_access = true
  public_access_prevention    = "enforced"
}

resource "google_storage_bucket" "string" {
  name                        = "data"
  location                    = "EU"
  uniform_bucket_level_access = "true"
  public_access_prevention    = "enforced"
}

resource "google_storage_bucket_iam_member" "group" {
  bucket = "logs"
  role   = "roles/storage.objectViewer"
  member = "group:readers@example.com"
}

resource "google_storage_bucket_iam_binding" "groups" {
  bucket  = "logs"
  role    = "roles/storage.objectViewer"
  members = ["group:readers@example.com", "user:jane@example.com"]
}
