"""What people see: the workbench (desk), the open-data portal, the running state (screen)."""
