"""Workbooks of the catalogue's template for tests: filled by the platform, then spoilt cell by cell."""

from collections.abc import Callable
from io import BytesIO

from openpyxl import Workbook, load_workbook

from jutong.control.interchange.api import ExportRow, write_workbook
from tests.support.control import a_draft


def a_workbook(*rows: ExportRow) -> bytes:
    """The template filled with these entries; with one of the civil affairs department where none is given."""
    target = BytesIO()
    write_workbook(target, rows or (an_export_row(),))
    return target.getvalue()


def an_export_row(
    service: str = "", provider: str = "市民政局", code: str = "", **changes: object
) -> ExportRow:
    return ExportRow(draft=a_draft(**changes), provider=provider, service=service, code=code)


def spoilt(content: bytes, spoil: Callable[[Workbook], None]) -> bytes:
    """The workbook after somebody worked on it."""
    book = load_workbook(BytesIO(content))
    spoil(book)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def column_of(sheet, header: str) -> int:
    """The number of the column under this header (1 is A)."""
    for cell in sheet[1]:
        if str(cell.value or "").startswith(header):
            return cell.column
    raise KeyError(header)


def put(sheet: str, header: str, row: int, value: object) -> Callable[[Workbook], None]:
    """Put a value into the cell below a header."""

    def spoil(book: Workbook) -> None:
        page = book[sheet]
        page.cell(row=row, column=column_of(page, header)).value = value

    return spoil
