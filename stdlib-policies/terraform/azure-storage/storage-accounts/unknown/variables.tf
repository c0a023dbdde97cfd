variable "version" {}

variable "encrypted" {
  type = bool
}

variable "public" {
  type = bool
}

resource "azurerm_storage_account" "variables" {
  name                            = "variables"
  resource_group_name             = "data"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = var.version
  https_traffic_only_enabled      = var.encrypted
  allow_nested_items_to_be_public = var.public
  public_network_access_enabled   = var.public
}
