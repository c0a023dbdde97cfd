resource "azurerm_kubernetes_cluster" "off" {
  name                              = "off"
  resource_group_name               = "apps"
  location                          = "westeurope"
  role_based_access_control_enabled = false

  default_node_pool {
    name = "default"
  }
}

resource "azurerm_kubernetes_cluster" "strings" {
  name                              = "strings"
  resource_group_name               = "apps"
  location                          = "westeurope"
  private_cluster_enabled           = "false"
  role_based_access_control_enabled = "false"
  local_account_disabled            = "false"

  default_node_pool {
    name = "default"
  }
}
