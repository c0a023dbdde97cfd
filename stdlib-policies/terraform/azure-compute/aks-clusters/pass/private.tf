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

  network_profile {
    network_plugin = "azure"
    network_policy = "cilium"
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

  dynamic "network_profile" {
    for_each = ["calico"]
    content {
      network_plugin = "azure"
      network_policy = network_profile.value
    }
  }
}
