resource "azurerm_mssql_server" "old" {
  name                = "old"
  resource_group_name = "data"
  location            = "westeurope"
  version             = "12.0"
  minimum_tls_version = "1.0"
}

resource "azurerm_mssql_server" "disabled" {
  name                          = "disabled"
  resource_group_name           = "data"
  location                      = "westeurope"
  version                       = "12.0"
  minimum_tls_version           = "Disabled"
  public_network_access_enabled = true
}

resource "azurerm_postgresql_flexible_server" "string" {
  name                          = "string"
  resource_group_name           = "data"
  location                      = "westeurope"
  public_network_access_enabled = "true"
}

resource "azurerm_mysql_flexible_server" "default" {
  name                = "default"
  resource_group_name = "data"
  location            = "westeurope"
}

resource "azurerm_mysql_flexible_server" "enabled" {
  name                  = "enabled"
  resource_group_name   = "data"
  location              = "westeurope"
  public_network_access = "Enabled"
}

resource "azurerm_mssql_firewall_rule" "azure" {
  name             = "azure"
  server_id        = "data"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "0.0.0.0"
}

resource "azurerm_postgresql_flexible_server_firewall_rule" "everybody" {
  name             = "everybody"
  server_id        = "data"
  start_ip_address = "0.0.0.0"
  end_ip_address   = "255.255.255.255"
}

resource "azurerm_mysql_flexible_server_firewall_rule" "everybody" {
  name                = "everybody"
  resource_group_name = "data"
  server_name         = "data"
  start_ip_address    = "0.0.0.0"
  end_ip_address      = "255.255.255.255"
}
