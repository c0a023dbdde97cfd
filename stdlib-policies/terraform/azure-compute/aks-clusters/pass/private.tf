resource "azurerm_kubernetes_cluster" "private" {
  name                              = "private"
  resource_group_name               = "apps"
  location                          = "westeurope"
  private_cluster_enabled           = true
  role_based_access_control_enabled = true
  local_account_disabled            = true

  default_node_pool {
    name = "default"
    upgrade_settings {
      max_surge = "10%"
    }
  }
}

resource "azurerm_kubernetes_cluster" "strings" {
  name                    = "strings"
  resource_group_name     = "apps"
  location                = "westeurope"
  private_cluster_enabled = "true"
  local_account_disabled  = "true"

  default_node_pool {
    name = "default"
  }
}
