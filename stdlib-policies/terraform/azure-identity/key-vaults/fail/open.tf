resource "azurerm_key_vault" "short" {
  name                       = "short"
  resource_group_name        = "keys"
  location                   = "westeurope"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  soft_delete_retention_days = 7
}

resource "azurerm_key_vault" "strings" {
  name                       = "strings"
  resource_group_name        = "keys"
  location                   = "westeurope"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  purge_protection_enabled   = "false"
  soft_delete_retention_days = "29"

  network_acls {
    default_action = "Allow"
    bypass         = "None"
  }
}
