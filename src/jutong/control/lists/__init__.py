"""The three lists (三清单): responsibility, negative and demand list as live objects."""
