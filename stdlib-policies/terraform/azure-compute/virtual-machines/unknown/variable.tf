variable "password" {
  type = bool
}

variable "encrypted" {
  type = bool
}

resource "azurerm_linux_virtual_machine" "variable" {
  name                            = "variable"
  resource_group_name             = "shop"
  location                        = "westeurope"
  admin_username                  = "azure"
  size                            = "Standard_B2s"
  network_interface_ids           = ["/subscriptions/1/nic"]
  disable_password_authentication = var.password
  encryption_at_host_enabled      = var.encrypted

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}
