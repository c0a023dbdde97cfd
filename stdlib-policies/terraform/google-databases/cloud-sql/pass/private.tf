resource "google_sql_database_instance" "private" {
  database_version = "POSTGRES_17"

  settings {
    tier = "db-f1-micro"

    ip_configuration {
      ipv4_enabled    = false
      private_network = "projects/example/global/networks/default"
      ssl_mode        = "ENCRYPTED_ONLY"
    }

    backup_configuration {
      enabled = true
    }
  }
}

resource "google_sql_database_instance" "strings" {
  database_version = "POSTGRES_17"

  settings {
    tier = "db-f1-micro"

    ip_configuration {
      ipv4_enabled    = "false"
      private_network = "projects/example/global/networks/default"
      ssl_mode        = "TRUSTED_CLIENT_CERTIFICATE_REQUIRED"

      authorized_networks {
        value = "198.51.100.0/24"
      }
    }

    backup_configuration {
      enabled = "true"
    }
  }
}
