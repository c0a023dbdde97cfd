resource "azurerm_linux_virtual_machine" "default" {
  name                       = "default"
  resource_group_name        = "shop"
  location                   = "westeurope"
  admin_username             = "azure"
  size                       = "Standard_B2s"
  network_interface_ids      = ["/subscriptions/1/nic"]
  encryption_at_host_enabled = true

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}

resource "azurerm_linux_virtual_machine" "literal" {
  name                            = "literal"
  resource_group_name             = "shop"
  location                        = "westeurope"
  admin_username                  = "azure"
  size                            = "Standard_B2s"
  network_interface_ids           = ["/subscriptions/1/nic"]
  disable_password_authentication = true
  encryption_at_host_enabled      = "true"

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}

resource "azurerm_windows_virtual_machine" "windows" {
  name                       = "windows"
  resource_group_name        = "shop"
  location                   = "westeurope"
  admin_username             = "azure"
  size                       = "Standard_B2s"
  network_interface_ids      = ["/subscriptions/1/nic"]
  admin_password             = "wrong"
  encryption_at_host_enabled = true

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}
