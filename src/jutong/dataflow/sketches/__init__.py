"""Sketches of a table's columns, computed where the rows are: what leaves are keyed hashes, never values."""

from jutong.dataflow.sketches.computing import sketch_table
from jutong.dataflow.sketches.settings import SketchSettings

__all__ = ["SketchSettings", "sketch_table"]
