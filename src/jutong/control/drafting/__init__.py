"""Drafting (编目建议): entries proposed from duties and profiled sources, and confirmed by the department."""
