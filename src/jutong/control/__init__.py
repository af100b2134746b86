"""The control plane: Django apps, one a noun, that say who may do what with which data."""
