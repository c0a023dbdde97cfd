variable "policy" {}

resource "azurerm_kubernetes_cluster" "variable" {
  name                = "variable"
  resource_group_name = "apps"
  location            = "westeurope"

  default_node_pool {
    name = "default"
  }

  network_profile {
    network_plugin = "azure"
    network_policy = var.policy
  }
}
