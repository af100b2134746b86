"""Use cases of the way in and out: the only door for other apps, pages, processes and commands."""

from jutong.control.interchange.reading import read_workbook
from jutong.control.interchange.values import CellProblem, SheetEntry, WorkbookReading
from jutong.control.interchange.writing import ExportRow, write_workbook

__all__ = ["CellProblem", "ExportRow", "SheetEntry", "WorkbookReading", "read_workbook", "write_workbook"]
