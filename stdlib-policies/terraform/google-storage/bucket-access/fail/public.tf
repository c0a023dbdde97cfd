resource "google_storage_bucket" "defaults" {
  name     = "defaults"
  location = "EU"
}

resource "google_storage_bucket" "explicit" {
  name                        = "explicit"
  location                    = "EU"
  uniform_bucket_level_access = false
  public_access_prevention    = "inherited"
}

resource "google_storage_bucket_iam_member" "everybody" {
  bucket = "logs"
  role   = "roles/storage.objectViewer"
  member = "allUsers"
}

resource "google_storage_bucket_iam_member" "each" {
  for_each = { readers = "group:readers@example.com", everybody = "allAuthenticatedUsers" }
  bucket   = "logs"
  role     = "roles/storage.objectViewer"
  member   = each.value
}

resource "google_storage_bucket_iam_binding" "second" {
  bucket  = "logs"
  role    = "roles/storage.objectViewer"
  members = ["group:readers@example.com", "allUsers"]
}
