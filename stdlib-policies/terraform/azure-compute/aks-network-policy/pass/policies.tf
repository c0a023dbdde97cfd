resource "azurerm_kubernetes_cluster" "literal" {
  name                = "literal"
  resource_group_name = "apps"
  location            = "westeurope"

  default_node_pool {
    name = "default"
  }

  network_profile {
    network_plugin = "azure"
    network_policy = "cilium"
  }
}

resource "azurerm_kubernetes_cluster" "dynamic" {
  name                = "dynamic"
  resource_group_name = "apps"
  location            = "westeurope"

  default_node_pool {
    name = "default"
  }

  dynamic "network_profile" {
    for_each = ["calico"]
    content {
      network_plugin = "azure"
      network_policy = network_profile.value
    }
  }
}
