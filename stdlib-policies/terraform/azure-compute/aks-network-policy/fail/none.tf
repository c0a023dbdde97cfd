resource "azurerm_kubernetes_cluster" "no_profile" {
  name                = "none"
  resource_group_name = "apps"
  location            = "westeurope"

  default_node_pool {
    name = "default"
  }
}

resource "azurerm_kubernetes_cluster" "absent" {
  name                = "absent"
  resource_group_name = "apps"
  location            = "westeurope"

  default_node_pool {
    name = "default"
  }

  network_profile {
    network_plugin = "azure"
  }
}
