"""Grants (授权): what was approved, compiled into one frozen policy, and the snapshot of all that the gateway obeys."""
