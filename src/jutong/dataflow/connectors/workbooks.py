"""Opening an Excel file safely: what it is, how far it expands and how wide it spans, before it is parsed."""

import re
import zipfile
import zlib
from pathlib import Path
from typing import Final

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from jutong.dataflow.connectors.errors import ExcelDamaged, ExcelEncrypted, ExpandsTooFar, SheetTooLarge
from jutong.dataflow.connectors.file_errors import FormulaNotComputed
from jutong.dataflow.connectors.settings import ReadLimits

_MB: Final = 1024 * 1024
_CHUNK: Final = 1 << 20
# Ordinary workbooks of repeated text compress well too; only large expansions are suspect.
_RATIO_FROM: Final = 64 * _MB
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP: Final = b"PK\x03\x04"
_ENCRYPTED: Final = "EncryptedPackage".encode("utf-16-le")
_ADDRESS: Final = re.compile(rb"[\s]r=[\"']([A-Z]{1,3})(\d{1,7})[\"']")
_TAIL: Final = 32
# A formula whose result nobody has stored: programs that write workbooks leave it to Excel.
_NOT_COMPUTED: Final = re.compile(
    rb"<c\b(?![^>]*\bt=[\"']str)[^>]*?\br=[\"']([A-Z]{1,3}\d{1,7})[\"'][^>]*>\s*"
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_FORMULA_TAIL: Final = 10_000


def open_workbook(path: Path, limits: ReadLimits) -> CalamineWorkbook:
    """The workbook at `path`.

    Raises:
        ExcelEncrypted, ExcelDamaged: it cannot be opened as Excel.
        FormulaNotComputed: a formula has no result: reading it would lose the value.
        ExpandsTooFar, SheetTooLarge: opening it would take more memory than the limits allow.
    """
    with path.open("rb") as file:
        magic = file.read(8)
    if magic.startswith(_ZIP):
        _check_zip(path, limits)
    elif magic == _OLE:
        if _mentions(path, _ENCRYPTED):
            raise ExcelEncrypted(name=path.name)
    else:
        raise ExcelDamaged(name=path.name)
    try:
        # By its content: from a path, calamine would believe the suffix.
        with path.open("rb") as file:
            return CalamineWorkbook.from_filelike(file)
    except PasswordError as error:
        raise ExcelEncrypted(name=path.name) from error
    except (CalamineError, OSError, ValueError) as error:
        raise ExcelDamaged(name=path.name) from error


def _check_zip(path: Path, limits: ReadLimits) -> None:
    """Unpack every part once without keeping it: sizes that a zip declares may be lies."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
            expanded = sum(part.file_size for part in parts)
            packed = max(sum(part.compress_size for part in parts), 1)
            ratio = expanded // packed
            bomb = expanded > _RATIO_FROM and ratio > limits.max_expansion_ratio
            if bomb or expanded > limits.max_expanded_mb * _MB:
                raise ExpandsTooFar(name=path.name, expanded_mb=expanded // _MB, ratio=ratio)
            names = {part.filename.lower().lstrip("/") for part in parts}
            # Binary workbooks and ODS lay their cells out in ways that the check below does not follow.
            if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
                raise ExcelDamaged(name=path.name)
            for part in parts:
                if part.flag_bits & 1:
                    raise ExcelEncrypted(name=path.name)
                _check_part(path, archive, part, limits)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError) as error:
        raise ExcelDamaged(name=path.name) from error


def _check_part(path: Path, archive: zipfile.ZipFile, part: zipfile.ZipInfo, limits: ReadLimits) -> None:
    """Read the part to its end, which proves its size and checksum, and follow the span of the cells in it.

    Any part may be a sheet: the workbook's relations say which, wherever it lies.
    """
    columns: set[bytes] = set()
    first_row = last_row = 0
    tail = formula = b""
    with archive.open(part) as stream:
        while chunk := stream.read(_CHUNK):
            if b"<f" in formula + chunk and (empty := _NOT_COMPUTED.search(formula + chunk)):
                raise FormulaNotComputed(name=path.name, place=empty[1].decode())
            formula = chunk[-_FORMULA_TAIL:]
            found = _ADDRESS.findall(tail + chunk)
            tail = chunk[-_TAIL:]
            if found:
                columns.update(column for column, _ in found)
                rows = [int(row) for row in {row for _, row in found}]
                first_row = min(first_row or rows[0], *rows)
                last_row = max(last_row, *rows)
                _check_span(path, columns, last_row - first_row + 1, limits)


def _check_span(path: Path, columns: set[bytes], rows: int, limits: ReadLimits) -> None:
    width = max(map(_column_number, columns)) - min(map(_column_number, columns)) + 1
    if rows * width > limits.max_cells:
        raise SheetTooLarge(name=path.name, rows=rows, columns=width)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def column_letters(index: int) -> str:
    """The letters of a column (0 is A)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _mentions(path: Path, name: bytes) -> bool:
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if name in tail + chunk:
                return True
            tail = chunk[-len(name) :]
    return False
