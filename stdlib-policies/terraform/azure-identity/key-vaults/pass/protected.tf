resource "azurerm_key_vault" "acls" {
  name                     = "acls"
  resource_group_name      = "keys"
  location                 = "westeurope"
  tenant_id                = "00000000-0000-0000-0000-000000000000"
  sku_name                 = "standard"
  purge_protection_enabled = true

  network_acls {
    default_action = "Deny"
    bypass         = "AzureServices"
  }
}

resource "azurerm_key_vault" "private" {
  name                          = "private"
  resource_group_name           = "keys"
  location                      = "westeurope"
  tenant_id                     = "00000000-0000-0000-0000-000000000000"
  sku_name                      = "standard"
  purge_protection_enabled      = "true"
  soft_delete_retention_days    = "30"
  public_network_access_enabled = "false"
}
