resource "azurerm_mysql_flexible_server" "subnet" {
  name                = "subnet"
  resource_group_name = "data"
  location            = "westeurope"
  delegated_subnet_id = "inner"
}
