resource "azurerm_storage_account" "literal" {
  name                            = "literal"
  resource_group_name             = "data"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_2"
  https_traffic_only_enabled      = true
  allow_nested_items_to_be_public = false
  public_network_access_enabled   = false
}

resource "azurerm_storage_account" "rules" {
  name                            = "rules"
  resource_group_name             = "data"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  allow_nested_items_to_be_public = "false"

  network_rules {
    default_action = "Deny"
    ip_rules       = ["198.51.100.0"]
  }
}

resource "azurerm_storage_container" "default" {
  name               = "default"
  storage_account_id = "data"
}

resource "azurerm_storage_container" "private" {
  name                  = "private"
  storage_account_id    = "data"
  container_access_type = "private"
}
