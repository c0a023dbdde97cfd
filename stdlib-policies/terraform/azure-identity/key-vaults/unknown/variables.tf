variable "protected" {
  type = bool
}

variable "days" {
  type = number
}

variable "action" {}

resource "azurerm_key_vault" "variables" {
  name                       = "variables"
  resource_group_name        = "keys"
  location                   = "westeurope"
  tenant_id                  = "00000000-0000-0000-0000-000000000000"
  sku_name                   = "standard"
  purge_protection_enabled   = var.protected
  soft_delete_retention_days = var.days

  network_acls {
    default_action = var.action
    bypass         = "None"
  }
}
