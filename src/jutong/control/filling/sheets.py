"""The Excel template of an entry, and reading and marking what comes back."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import PatternFill
from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name

from jutong.control.filling.errors import SheetUnreadable, TooManyRows
from jutong.control.filling.judging import codes_of, plain
from jutong.control.filling.values import CellProblem, Row
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import EntryContract, InformationItem

SHEET: Final = "填报"
CODES: Final = "代码"
MOST_ROWS: Final = 5_000
_MOST_BYTES: Final = 5 * 1024 * 1024
_MOST_EXPANDED: Final = 100 * 1024 * 1024
_MOST_COLUMNS: Final = 400
_FIRST: Final = 3
"""Row of the first data line; 1 names the items, 2 (hidden) holds their fields."""
_WRONG: Final = PatternFill("solid", start_color="FFC7CE")


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadSheet:
    """The filled rows of a workbook; `lines` are their Excel rows, `columns` field → Excel column, from 1."""

    rows: tuple[Row, ...] = field(repr=False)
    lines: tuple[int, ...]
    columns: dict[str, int]


def template(contract: EntryContract, rows: Sequence[Row] = ()) -> bytes:
    """An .xlsx with a column an item: required ones starred, codes to choose from, everything else as text."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, options) as book:
        sheet, codes = book.add_worksheet(SHEET), book.add_worksheet(CODES)
        head = book.add_format({"bold": True, "bg_color": "#DCE6F1", "border": 1, "text_wrap": True})
        text = book.add_format({"num_format": "@"})
        for place, item in enumerate(contract.items):
            sheet.set_column(place, place, 22, text)
            sheet.write_string(0, place, item.name + ("*" if item.required or item.key else ""), head)
            sheet.write_string(1, place, item.field, text)
            if item.description:
                sheet.write_comment(0, place, item.description[:1000])
            _add_choice(sheet, codes, place, item)
            for line, row in enumerate(rows, start=_FIRST - 1):
                sheet.write_string(line, place, row.get(item.field, ""), text)
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.freeze_panes(_FIRST - 1, 0)
    return made.getvalue()


def _add_choice(sheet: Any, codes: Any, place: int, item: InformationItem) -> None:
    last = _FIRST - 2 + MOST_ROWS
    known = codes_of(item)
    if known:
        codes.write_string(0, place, item.name)
        shown = [code if code == name else f"{code} {name}" for code, name in known.items()]
        codes.write_column(1, place, shown)
        column = xl_col_to_name(place)
        source = f"={CODES}!${column}$2:${column}${len(shown) + 1}"
        message = "请从列表中选择。"
        sheet.data_validation(
            _FIRST - 1, place, last, place, {"validate": "list", "source": source, "error_message": message}
        )
    elif item.data_type in {DataType.TEXT, DataType.MEMO} and item.length:
        rule = {
            "validate": "length",
            "criteria": "<=",
            "value": item.length,
            "error_message": f"最多 {item.length} 个字符。",
        }
        sheet.data_validation(_FIRST - 1, place, last, place, rule)


def read_sheet(contract: EntryContract, content: bytes) -> ReadSheet:
    """The filled lines of the template, columns in any order.

    Raises:
        SheetUnreadable: it is no such workbook.
        TooManyRows
    """
    book = _opened(content, read_only=True, data_only=True)
    try:
        sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
        sheet.reset_dimensions()
        lines = sheet.iter_rows(max_row=_FIRST + MOST_ROWS, max_col=_MOST_COLUMNS, values_only=True)
        names = [_text(value).rstrip("*") for value in next(lines, ())]
        known = {item.name: item for item in contract.items} | {item.field: item for item in contract.items}
        places = {known[name].field: place for place, name in enumerate(names) if name in known}
        if not places:
            raise SheetUnreadable
        rows, numbers = [], []
        for number, cells in enumerate(lines, start=2):
            row = _row(contract, places, cells)
            if any(row.values()) and any(row[name] not in {"", name} for name in places):
                rows.append(row)
                numbers.append(number)
    except (KeyError, ValueError, TypeError, IndexError, zipfile.BadZipFile, SyntaxError) as error:
        raise SheetUnreadable from error
    finally:
        book.close()
    if len(rows) > MOST_ROWS:
        raise TooManyRows(limit=MOST_ROWS)
    columns = {name: place + 1 for name, place in places.items()}
    return ReadSheet(rows=tuple(rows), lines=tuple(numbers), columns=columns)


def _row(contract: EntryContract, places: dict[str, int], cells: Sequence[object]) -> Row:
    texts = {name: _text(cells[place]) if place < len(cells) else "" for name, place in places.items()}
    return {item.field: plain(item, texts.get(item.field, "")) for item in contract.items}


def mark(content: bytes, read: ReadSheet, problems: Sequence[CellProblem]) -> bytes:
    """The uploaded workbook itself, each wrong cell coloured and commented; earlier marks are gone.

    A problem of an item that has no column stands in the first column of its line.
    """
    book = _opened(content)
    sheet = book[SHEET] if SHEET in book.sheetnames else book.worksheets[0]
    for number in read.lines:
        for column in read.columns.values():
            cell = sheet.cell(number, column)
            if cell.comment is not None:
                cell.comment, cell.fill = None, PatternFill()
    said: dict[tuple[int, int], list[str]] = {}
    for one in problems:
        place = read.lines[one.row], read.columns.get(one.field, min(read.columns.values()))
        said.setdefault(place, []).append(f"{one.message()}\n{one.message('en')}")
    for (number, column), texts in said.items():
        cell = sheet.cell(number, column)
        cell.fill, cell.comment = _WRONG, Comment("\n".join(texts), "Jutong", width=280, height=90)
    made = BytesIO()
    book.save(made)
    return made.getvalue()


def _opened(content: bytes, **how: bool) -> Any:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            expanded = sum(part.file_size for part in archive.infolist())
        if len(content) <= _MOST_BYTES and expanded <= _MOST_EXPANDED:
            return load_workbook(BytesIO(content), **how)
    except Exception as error:  # it raises whatever a damaged part led it to
        raise SheetUnreadable from error
    raise SheetUnreadable


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if not any(value.timetuple()[3:6]) else value.isoformat(" ")
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date) else str(value).strip()
