"""Opening a workbook that somebody uploaded: what it is, how far it expands, where formulas have no result."""

import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BytesIO
from typing import Final
from xml.etree import ElementTree as ET

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetVisibleEnum

from jutong.control.interchange.errors import (
    NotExcel,
    WorkbookDamaged,
    WorkbookEncrypted,
    WorkbookTooLarge,
)

MB: Final = 1024 * 1024
FILE_LIMIT: Final = 50 * MB
EXPANDED_LIMIT: Final = 400 * MB
ROW_LIMIT: Final = 200_000
COLUMN_LIMIT: Final = 208
_CHUNK: Final = 4 * MB
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_RELATION: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
# A cell that holds something; cells that are only formatted are many and harmless.
_FAR_COLUMN: Final = re.compile(
    rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]{3}|[H-Z][A-Z])(\d+)[\"'][^>]*>\s*<(?:\w+:)?(?:v|is|f)\b"
)
# What the two slow patterns cannot do without: nearly every sheet has neither.
_FAR_MARK: Final = re.compile(rb"r=[\"'](?:[A-Z]{3}|[H-Z][A-Z])\d")
_VALUE: Final = re.compile(rb"<(?:\w+:)?(?:v|is)\b")
_ROW: Final = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d+)[\"']")
_ROW_END: Final = re.compile(rb"</(?:\w+:)?row>")
_FORMULA: Final = re.compile(
    rb"<(?:\w+:)?c\b(?P<head>[^>]*)>\s*<(?:\w+:)?f\b(?:[^>]*/>|[^>]*>.*?</(?:\w+:)?f>)\s*(?P<rest><(?:\w+:)?v>\s*[^<\s]|)",
    re.DOTALL,
)
_ERROR: Final = re.compile(rb"<(?:\w+:)?c\b[^>]*?\bt=[\"']e[\"'][^>]*>")
_ERROR_MARK: Final = re.compile(rb"t=[\"']e[\"']")
_ADDRESS: Final = re.compile(rb"\br=[\"']([A-Z]+\d+)[\"']")

Cell = object
Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """A sheet as rows of raw cells, from A1 on; `merged` are ranges of (row, column), counted from 0."""

    name: str
    rows: list[list[Cell]]
    merged: tuple[Range, ...] = ()
    hidden: bool = False
    unfinished: Mapping[str, str] = field(default_factory=dict)
    """Addresses of formulas without a result or with an error for one → the problem's code."""


def open_grids(content: bytes, wanted: frozenset[str] | None = None) -> Mapping[str, Grid]:
    """The sheets named in `wanted` (all without it) that the workbook has, in its order.

    Raises:
        NotExcel, WorkbookEncrypted, WorkbookDamaged: it cannot be opened as Excel.
        WorkbookTooLarge: opening it would take too much memory.
    """
    unfinished = _look_through(content)
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(content))
        grids = {}
        for meta in book.sheets_metadata:
            if wanted is not None and meta.name not in wanted:
                continue
            sheet = book.get_sheet_by_name(meta.name)
            grids[meta.name] = Grid(
                name=meta.name,
                rows=list(map(list, sheet.to_python(skip_empty_area=False))),
                merged=tuple(sheet.merged_cell_ranges or ()),
                hidden=meta.visible is not SheetVisibleEnum.Visible,
                unfinished=unfinished.get(meta.name, {}),
            )
    except PasswordError as error:
        raise WorkbookEncrypted from error
    except (CalamineError, OSError, ValueError) as error:
        raise WorkbookDamaged from error
    return grids


def is_workbook(content: bytes) -> bool:
    """Whether the file looks like a workbook, old or new, sound or not."""
    return content.startswith((_ZIP, _OLE))


def _look_through(content: bytes) -> Mapping[str, Mapping[str, str]]:
    """Refuse what is no Excel file or expands too far; for each sheet the formulas without a good result."""
    if len(content) > FILE_LIMIT:
        raise WorkbookTooLarge(
            what_zh=f"文件超过 {FILE_LIMIT // MB} MB", what_en=f"it exceeds {FILE_LIMIT // MB} MB"
        )
    if content.startswith(_OLE):
        if _ENCRYPTED in content:
            raise WorkbookEncrypted
        return {}
    if not content.startswith(_ZIP):
        raise NotExcel
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            _check_parts(archive)
            return {
                name: dict(_look_through_sheet(archive, path, name)) for name, path in _sheet_paths(archive)
            }
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, KeyError, ET.ParseError) as error:
        raise WorkbookDamaged from error


def _check_parts(archive: zipfile.ZipFile) -> None:
    parts = archive.infolist()
    if any(part.flag_bits & 1 for part in parts):
        raise WorkbookEncrypted
    if "xl/workbook.xml" not in {part.filename.lstrip("/") for part in parts}:
        raise NotExcel
    if sum(part.file_size for part in parts) > EXPANDED_LIMIT:
        _refuse_expansion()
    # The sizes that a zip declares may be lies: unpack each part once without keeping it.
    total = 0
    for part in parts:
        for chunk in _chunks(archive, part.filename):
            total += len(chunk)
            if total > EXPANDED_LIMIT:
                _refuse_expansion()


def _refuse_expansion() -> None:
    limit = EXPANDED_LIMIT // MB
    raise WorkbookTooLarge(what_zh=f"解压后超过 {limit} MB", what_en=f"it expands to more than {limit} MB")


def _chunks(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    with archive.open(path) as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _sheet_paths(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """(name, path of its part) of every sheet."""
    targets = {
        relation.get("Id"): relation.get("Target", "")
        for relation in _tree(archive, "xl/_rels/workbook.xml.rels")
    }
    found = []
    for sheet in _tree(archive, "xl/workbook.xml").iterfind(".//{*}sheets/{*}sheet"):
        target = targets.get(sheet.get(_RELATION)) or ""
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in archive.NameToInfo:
            found.append((sheet.get("name", ""), path))
    return found


def _tree(archive: zipfile.ZipFile, path: str) -> ET.Element:
    text = archive.read(path)
    if len(text) > MB or b"<!DOCTYPE" in text:
        raise WorkbookDamaged
    return ET.fromstring(text)  # noqa: S314  # bounded, without a document type


def _look_through_sheet(archive: zipfile.ZipFile, path: str, name: str) -> Iterator[tuple[str, str]]:
    """(address, problem) of formulas without a good result: calamine gives them as empty cells.

    Raises:
        WorkbookTooLarge: a value stands too far out; opening the sheet would fill the memory up to there.
    """
    for rows in _whole_rows(archive, path):
        if _FAR_MARK.search(rows) and (far := _FAR_COLUMN.search(rows)):
            _refuse_far(name, (far[1] + far[2]).decode())
        last = _last_row_with_value(rows)
        if last > ROW_LIMIT:
            _refuse_far(name, f"A{last}")
        if b"<f" in rows or b":f" in rows:
            yield from _without_result(rows)
        for cell in _ERROR.findall(rows) if _ERROR_MARK.search(rows) else ():
            if address := _ADDRESS.search(cell):
                yield address[1].decode(), "formula_error"


def _whole_rows(archive: zipfile.ZipFile, path: str) -> Iterator[bytes]:
    """The sheet's text in pieces that end with a row."""
    rest = b""
    for chunk in _chunks(archive, path):
        piece = rest + chunk
        ends = [match.end() for match in _ROW_END.finditer(piece, max(0, len(rest) - 16))]
        if ends:
            yield piece[: ends[-1]]
            rest = piece[ends[-1] :]
        else:
            rest = piece
    yield rest


def _last_row_with_value(rows: bytes) -> int:
    value = max(rows.rfind(b"<v>"), rows.rfind(b"<is>"))
    if value < 0 and not _VALUE.search(rows):
        return 0
    start = rows.rfind(b"<row", 0, value) if value >= 0 else -1
    found = _ROW.match(rows, start) if start >= 0 else None
    if found is None:  # written with a prefix: look at every row
        return max((int(number) for number in _ROW.findall(rows)), default=0)
    return int(found[1])


def _without_result(rows: bytes) -> Iterator[tuple[str, str]]:
    for found in _FORMULA.finditer(rows):
        address = _ADDRESS.search(found["head"])
        if not found["rest"] and address:
            yield address[1].decode(), "formula_empty"


def _refuse_far(sheet: str, cell: str) -> None:
    raise WorkbookTooLarge(
        what_zh=f"工作表“{sheet}”的 {cell} 有内容，超出 {ROW_LIMIT} 行 × {COLUMN_LIMIT} 列的范围",
        what_en=f"cell {cell} of the sheet {sheet} lies beyond {ROW_LIMIT} rows × {COLUMN_LIMIT} columns",
    )
