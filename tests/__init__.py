"""Tests, a folder a kind."""
