"""Durable jobs that span the control plane and the data plane."""
