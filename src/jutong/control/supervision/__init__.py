"""Supervision (监督评价): figures that compute themselves from what happened."""
