resource "azurerm_storage_account" "explicit" {
  name                            = "explicit"
  resource_group_name             = "data"
  location                        = "westeurope"
  account_tier                    = "Standard"
  account_replication_type        = "LRS"
  min_tls_version                 = "TLS1_0"
  https_traffic_only_enabled      = false
  allow_nested_items_to_be_public = true
  public_network_access_enabled   = true
}

resource "azurerm_storage_account" "strings" {
  name                       = "strings"
  resource_group_name        = "data"
  location                   = "westeurope"
  account_tier               = "Standard"
  account_replication_type   = "LRS"
  min_tls_version            = "TLS1_1"
  https_traffic_only_enabled = "false"

  network_rules {
    default_action = "Allow"
  }
}

resource "azurerm_storage_container" "blob" {
  name                  = "blob"
  storage_account_id    = "data"
  container_access_type = "blob"
}

resource "azurerm_storage_container" "each" {
  for_each              = { logs = "private", site = "container" }
  name                  = each.key
  storage_account_id    = "data"
  container_access_type = each.value
}
