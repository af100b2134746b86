"""Jutong (聚通): the platform with which a city's data bureau runs the whole life of government data."""

__version__ = "0.1.0"
