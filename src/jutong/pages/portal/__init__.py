"""The open-data portal: find a dataset, look at it, take it home."""
