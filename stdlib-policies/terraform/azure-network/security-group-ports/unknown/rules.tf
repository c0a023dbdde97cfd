variable "port" {}

resource "azurerm_network_security_rule" "variable" {
  name                        = "variable"
  resource_group_name         = "net"
  network_security_group_name = "web"
  priority                    = 100
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_range      = var.port
  source_address_prefix       = "*"
  destination_address_prefix  = "*"
}
