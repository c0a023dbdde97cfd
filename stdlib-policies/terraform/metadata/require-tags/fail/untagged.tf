resource "aws_s3_bucket" "none" {
  bucket = "none"
}

resource "aws_s3_bucket" "one_of_two" {
  bucket = "one"
  tags   = { cluster = "eu-1" }
}

resource "aws_s3_bucket" "empty" {
  bucket = "empty"
  tags   = { cluster = "", environment = "production" }
}

resource "aws_sqs_queue" "other_case" {
  name = "case"
  tags = { Cluster = "eu-1", Environment = "production" }
}

resource "google_storage_bucket" "null" {
  name     = "null"
  location = "EU"
  labels   = { cluster = "eu-1", environment = null }
}

resource "google_storage_bucket" "empty" {
  name     = "empty"
  location = "EU"
  labels   = { cluster = "eu-1", environment = "" }
}

resource "google_container_cluster" "empty" {
  name            = "empty"
  resource_labels = { cluster = "", environment = "production" }
}

resource "google_sql_database_instance" "empty" {
  database_version = "POSTGRES_17"

  settings {
    tier        = "db-f1-micro"
    user_labels = { cluster = "eu-1", environment = "" }
  }
}

resource "azurerm_resource_group" "none" {
  name     = "none"
  location = "westeurope"
}

resource "google_container_cluster" "node_labels" {
  name = "nodes"

  node_config {
    labels = { cluster = "eu-1", environment = "production" }
  }
}

resource "google_sql_database_instance" "none" {
  database_version = "POSTGRES_17"

  settings {
    tier = "db-f1-micro"
  }
}

resource "azurerm_resource_group" "each" {
  for_each = { a = "eu-1", b = "" }
  name     = each.key
  location = "westeurope"
  tags     = { cluster = each.value, environment = "test" }
}
