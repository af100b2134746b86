"""A sheet of the template as a table: its header found, merged cells told apart, each row a mapping of values."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jutong.control.interchange.cells import CellFault, parse
from jutong.control.interchange.columns import CELL_LIMIT, Column, Kind, bare_header, columns_by_header
from jutong.control.interchange.files import Cell, Grid
from jutong.control.interchange.problems import problem
from jutong.control.interchange.values import CellProblem, column_letters

HEADER_WITHIN: Final = 12
"""Rows from the top among which the header is looked for: titles may stand above it."""
LONG_MARK: Final = "〔长文本:"


@dataclass(slots=True)
class TableRow:
    """One row: `values` by key of the column; a value that could not be read is left out and is in `bad`."""

    number: int
    values: dict[str, Any] = field(default_factory=dict)
    bad: set[str] = field(default_factory=set)


@dataclass(slots=True)
class SheetTable:
    name: str
    places: dict[str, int]
    rows: list[TableRow]
    problems: list[CellProblem]

    def cell(self, key: str, row: int) -> str:
        return f"{column_letters(self.places[key])}{row}"

    def complain(self, code: str, key: str, row: TableRow, **blanks: Any) -> None:
        """Note a problem of one cell; its row then gives no entry."""
        row.bad.add(key)
        self.problems.append(problem(code, self.name, self.cell(key, row.number), **blanks))


def read_table(grid: Grid, columns: Sequence[Column], long_texts: Mapping[str, str]) -> SheetTable:
    """Every row below the header that says anything, with the problems of sheet, header and cells."""
    table = SheetTable(grid.name, {}, [], [])
    if grid.hidden:
        table.problems.append(problem("sheet_hidden", grid.name, name=grid.name))
        return table
    head = _find_header(grid, columns)
    chosen = _read_header(grid, head, columns, table)
    if table.problems:
        return table
    rows = _unmerged(grid, head, table)
    read_before: list[dict[object, Any]] = [{} for _ in chosen]
    for number, cells in enumerate(rows[head + 1 :], start=head + 2):
        if any(cell not in {"", None} and str(cell).strip() for cell in cells):
            table.rows.append(_read_row(table, grid, number, cells, chosen, long_texts, read_before))
    if not table.rows:
        table.problems.append(problem("rows_missing", grid.name))
    return table


def _find_header(grid: Grid, columns: Sequence[Column]) -> int:
    """The row that names most columns, the first of equals."""
    known = columns_by_header(columns)
    counts = [
        sum(bare_header(cell) in known for cell in row if isinstance(cell, str) and len(cell) <= 60)
        for row in grid.rows[:HEADER_WITHIN]
    ]
    return counts.index(max(counts)) if counts else 0


def _read_header(
    grid: Grid, head: int, columns: Sequence[Column], table: SheetTable
) -> list[tuple[int, Column]]:
    known = columns_by_header(columns)
    row = head + 1
    for index, cell in enumerate(grid.rows[head] if grid.rows else ()):
        name = str(cell or "").strip()
        column = known.get(bare_header(name)) if name else None
        where = f"{column_letters(index)}{row}"
        if column and column.key in table.places:
            table.problems.append(problem("header_duplicate", grid.name, where, name=column.zh))
        elif column:
            table.places[column.key] = index
        elif _has_content(grid, head, index):
            table.problems.append(problem("header_unknown", grid.name, where, name=name[:40] or "？"))
    table.problems += [
        problem("header_missing", grid.name, name=column.zh)
        for column in columns
        if column.key not in table.places and column.kind is not Kind.SHOWN
    ]
    return [
        (table.places[column.key], column)
        for column in columns
        if column.key in table.places and column.kind is not Kind.SHOWN
    ]


def _has_content(grid: Grid, head: int, index: int) -> bool:
    return any(index < len(row) and row[index] not in {"", None} for row in grid.rows[head + 1 :])


def _unmerged(grid: Grid, head: int, table: SheetTable) -> list[list[Cell]]:
    """A cell merged downwards within its column counts for each of its rows; any other merging is unclear."""
    rows = grid.rows
    for (top, left), (bottom, right) in grid.merged:
        if bottom <= head:
            continue
        if left != right or top <= head:
            where = f"{column_letters(left)}{top + 1}"
            whole = f"{where}:{column_letters(right)}{bottom + 1}"
            table.problems.append(problem("cells_merged", grid.name, where, range=whole))
            continue
        for row in range(top + 1, min(bottom, len(rows) - 1) + 1):
            rows[row][left] = rows[top][left]
    return rows


def _read_row(
    table: SheetTable,
    grid: Grid,
    number: int,
    cells: Sequence[Cell],
    chosen: Sequence[tuple[int, Column]],
    long_texts: Mapping[str, str],
    read_before: Sequence[dict[object, Any]],
) -> TableRow:
    """`read_before`: for each chosen column texts of cells → their values, since most columns repeat a few."""
    row = TableRow(number)
    for (index, column), known in zip(chosen, read_before, strict=True):
        raw = cells[index] if index < len(cells) else ""
        if raw == "" and not column.required and not grid.unfinished:
            continue
        if raw.__class__ is str and raw in known and not grid.unfinished:
            row.values[column.key] = known[raw]
            continue
        fault = grid.unfinished.get(f"{column_letters(index)}{number}") if grid.unfinished else None
        if fault:
            table.complain(fault, column.key, row)
            continue
        if raw == "" and not column.required:
            continue
        try:
            value = parse(column, _whole_text(raw, long_texts))
        except CellFault as wrong:
            table.complain(wrong.code, column.key, row, **wrong.blanks)
            continue
        if value is not None:
            row.values[column.key] = value
            if raw.__class__ is str:
                known[raw] = value
    return row


def _whole_text(raw: Cell, long_texts: Mapping[str, str]) -> Cell:
    """The text itself where the cell only refers to the sheet of long texts."""
    if not isinstance(raw, str):
        return raw
    if raw.startswith(LONG_MARK) and raw.endswith("〕"):
        found = long_texts.get(raw[len(LONG_MARK) : -1])
        if found is None:
            raise CellFault("long_text_missing")
        return found
    if len(raw) > CELL_LIMIT:
        raise CellFault("too_long", length=len(raw), limit=CELL_LIMIT)
    return raw


def duplicates(rows: Sequence[TableRow], key: str) -> Iterator[tuple[TableRow, TableRow]]:
    """(a row, the earlier row with the same value) for each value that occurs again."""
    first: dict[object, TableRow] = {}
    for row in rows:
        value = row.values.get(key)
        if value is None:
            continue
        if value in first:
            yield row, first[value]
        else:
            first[value] = row
