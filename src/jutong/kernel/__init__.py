"""What everything stands on: errors, ids, clock, paging, text, settings, the data home, cryptography."""
