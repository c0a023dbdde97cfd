variable "tls" {}

variable "public" {
  type = bool
}

resource "azurerm_mssql_server" "variables" {
  name                          = "variables"
  resource_group_name           = "data"
  location                      = "westeurope"
  version                       = "12.0"
  minimum_tls_version           = var.tls
  public_network_access_enabled = var.public
}
