locals {
  tags = { cluster = "eu-1", environment = "production" }
}

resource "aws_s3_bucket" "literal" {
  bucket = "literal"
  tags   = { cluster = "eu-1", environment = "production", team = "shop" }
}

resource "aws_instance" "merged" {
  ami           = "ami-0123456789abcdef0"
  instance_type = "t3.micro"
  tags          = merge(local.tags, { team = "shop" })
}

resource "google_storage_bucket" "local" {
  name     = "local"
  location = "EU"
  labels   = local.tags
}

resource "google_container_cluster" "local" {
  name            = "local"
  resource_labels = local.tags
}

resource "google_sql_database_instance" "local" {
  database_version = "POSTGRES_17"

  settings {
    tier        = "db-f1-micro"
    user_labels = local.tags
  }
}

resource "azurerm_resource_group" "local" {
  name     = "local"
  location = "westeurope"
  tags     = local.tags
}
