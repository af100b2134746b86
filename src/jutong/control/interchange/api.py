"""Use cases of the way in and out: the only door for other apps, pages, processes and commands."""

from jutong.control.interchange.batches import (
    abandon_import,
    carry_on,
    confirm_import,
    confirmed_imports,
    recheck_import,
    remap_import,
    start_import,
    unchecked_imports,
    write_import,
)
from jutong.control.interchange.exporting import export_workbook, write_template
from jutong.control.interchange.mapping import ELEMENTS as LIST_ELEMENTS
from jutong.control.interchange.mapping import element_name
from jutong.control.interchange.marking import marked_workbook
from jutong.control.interchange.reading import read_workbook
from jutong.control.interchange.seeing import import_batch, import_problems, import_rows, imports
from jutong.control.interchange.terms import BatchAction, BatchState, Outcome
from jutong.control.interchange.values import (
    BatchCounts,
    BatchRowView,
    BatchView,
    CellProblem,
    ColumnGuess,
    ListMapping,
    RuleCount,
    SheetEntry,
    WorkbookReading,
)
from jutong.control.interchange.writing import ExportRow, write_workbook

__all__ = [
    "LIST_ELEMENTS",
    "BatchAction",
    "BatchCounts",
    "BatchRowView",
    "BatchState",
    "BatchView",
    "CellProblem",
    "ColumnGuess",
    "ExportRow",
    "ListMapping",
    "Outcome",
    "RuleCount",
    "SheetEntry",
    "WorkbookReading",
    "abandon_import",
    "carry_on",
    "confirm_import",
    "confirmed_imports",
    "element_name",
    "export_workbook",
    "import_batch",
    "import_problems",
    "import_rows",
    "imports",
    "marked_workbook",
    "read_workbook",
    "recheck_import",
    "remap_import",
    "start_import",
    "unchecked_imports",
    "write_import",
    "write_template",
    "write_workbook",
]
