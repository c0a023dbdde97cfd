resource "google_sql_database_instance" "defaults" {
  database_version = "POSTGRES_17"

  settings {
    tier = "db-f1-micro"

    ip_configuration {
      authorized_networks {
        value = "0.0.0.0/0"
      }
    }
  }
}

resource "google_sql_database_instance" "explicit" {
  database_version = "POSTGRES_17"

  settings {
    tier = "db-f1-micro"

    ip_configuration {
      ipv4_enabled = true
      ssl_mode     = "ALLOW_UNENCRYPTED_AND_ENCRYPTED"

      dynamic "authorized_networks" {
        for_each = ["198.51.100.0/24", "0.0.0.0/0"]
        content {
          value = authorized_networks.value
        }
      }
    }

    backup_configuration {
      enabled = false
    }
  }
}
