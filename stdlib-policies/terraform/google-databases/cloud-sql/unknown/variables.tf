variable "mode" {}

variable "backups" {
  type = bool
}

variable "public" {
  type = bool
}

variable "network" {}

resource "google_sql_database_instance" "variables" {
  database_version = "POSTGRES_17"

  settings {
    tier = "db-f1-micro"

    ip_configuration {
      ipv4_enabled = var.public
      ssl_mode     = var.mode

      authorized_networks {
        value = var.network
      }
    }

    backup_configuration {
      enabled = var.backups
    }
  }
}
