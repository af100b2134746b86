"""What our readers make of a file of a conformance suite, beside what an independent reader makes of it."""

import csv
import json
from pathlib import Path

import openpyxl

from jutong.dataflow.connectors import ReadLimits
from jutong.kernel.errors import JutongError
from tests.support.files import opened, rows_of

SUITES = ("csv-spectrum", "w3c-csvw", "frictionless")
TABLES = frozenset({".csv", ".tsv", ".xls", ".xlsx", ".ods", ".html", ".jsonl", ".ndjson"})

Grid = list[list[str]]


def tables_of(folder: Path) -> list[Path]:
    """The files of a suite that hold or should hold a table; the rest are descriptions and expected results."""
    return sorted(path for path in folder.rglob("*") if path.suffix in TABLES)


def outcome(path: Path) -> str:
    """`same`, `differs`, `aside <lines>` for lines told and set aside, `read` without a second opinion, or a code."""
    try:
        source = opened(path, ReadLimits())
        found = [list(source.columns()), *([cell or "" for cell in row] for row in rows_of(source))]
    except JutongError as error:
        return error.code
    if aside := len(source.rejected()):
        return f"aside {aside}"
    second = _second_opinion(path, str(source.describe().get("encoding", "")))
    if second is None:
        return "read"
    return "same" if found == second else "differs"


def _second_opinion(path: Path, encoding: str) -> Grid | None:
    """The lines that are not empty, as Python's csv module, openpyxl or its json module give them; as texts."""
    if path.suffix in {".csv", ".tsv"}:
        content = path.read_bytes()
        if content.startswith(b"\x1f\x8b"):  # it was packed
            return None
        text = content.decode(encoding).removeprefix("\ufeff")
        first = text.partition("\n")[0]
        rows = list(csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=first.count)))
        rows = [row for row in rows if row and row != [" "]]
        return [[cell.strip() for cell in rows[0]], *rows[1:]]
    if path.suffix in {".jsonl", ".ndjson"}:
        records = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]
        if not all(isinstance(one, dict) for one in records):
            return None
        names = list(dict.fromkeys(name for one in records for name in one))
        return [names, *([_text(one.get(name)) for name in names] for one in records)]
    if path.suffix == ".xlsx":
        sheet = openpyxl.load_workbook(path, data_only=True).worksheets[0]
        grid = [[_text(cell) for cell in row] for row in sheet.iter_rows(values_only=True)]
        return [row for row in grid if any(row)]
    return None


def _text(value: object) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value)
