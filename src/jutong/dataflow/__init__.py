"""The data plane: what happens to rows."""
