variable "uniform" {
  type = bool
}

variable "prevention" {}

variable "members" {}

resource "google_storage_bucket" "variables" {
  name                        = "variables"
  location                    = "EU"
  uniform_bucket_level_access = var.uniform
  public_access_prevention    = var.prevention
}

resource "google_storage_bucket_iam_binding" "variable" {
  bucket  = "logs"
  role    = "roles/storage.objectViewer"
  members = var.members
}
