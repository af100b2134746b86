"""The catalogue (目录): entries, their items and versions, their life from draft to withdrawal, lint, search."""
