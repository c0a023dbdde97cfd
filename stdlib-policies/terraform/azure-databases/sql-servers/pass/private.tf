resource "azurerm_mssql_server" "literal" {
  name                          = "literal"
  resource_group_name           = "data"
  location                      = "westeurope"
  version                       = "12.0"
  minimum_tls_version           = "1.2"
  public_network_access_enabled = false
}

resource "azurerm_mssql_server" "number" {
  name                          = "number"
  resource_group_name           = "data"
  location                      = "westeurope"
  version                       = "12.0"
  minimum_tls_version           = 1.2
  public_network_access_enabled = "false"
}

resource "azurerm_postgresql_flexible_server" "literal" {
  name                          = "literal"
  resource_group_name           = "data"
  location                      = "westeurope"
  public_network_access_enabled = false
}

resource "azurerm_mysql_flexible_server" "literal" {
  name                  = "literal"
  resource_group_name   = "data"
  location              = "westeurope"
  public_network_access = "Disabled"
}

resource "azurerm_mssql_firewall_rule" "office" {
  name             = "office"
  server_id        = "data"
  start_ip_address = "198.51.100.1"
  end_ip_address   = "198.51.100.9"
}
