variable "private" {
  type = bool
}

resource "azurerm_kubernetes_cluster" "variables" {
  name                              = "variables"
  resource_group_name               = "apps"
  location                          = "westeurope"
  private_cluster_enabled           = var.private
  role_based_access_control_enabled = var.private
  local_account_disabled            = var.private

  default_node_pool {
    name = "default"
  }
}
