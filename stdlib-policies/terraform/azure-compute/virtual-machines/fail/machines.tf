resource "azurerm_linux_virtual_machine" "literal" {
  name                            = "literal"
  resource_group_name             = "shop"
  location                        = "westeurope"
  admin_username                  = "azure"
  size                            = "Standard_B2s"
  network_interface_ids           = ["/subscriptions/1/nic"]
  admin_password                  = "wrong"
  disable_password_authentication = false

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}

resource "azurerm_linux_virtual_machine_scale_set" "string" {
  name                            = "string"
  resource_group_name             = "shop"
  location                        = "westeurope"
  admin_username                  = "azure"
  sku                             = "Standard_B2s"
  instances                       = 2
  admin_password                  = "wrong"
  disable_password_authentication = "false"
  encryption_at_host_enabled      = false

  network_interface {
    name = "nic"
    ip_configuration {
      name = "internal"
    }
  }

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}
