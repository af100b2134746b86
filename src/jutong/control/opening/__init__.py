"""Opening (开放): entries that became datasets of the portal, past a release gate."""
