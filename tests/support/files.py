"""Files as departments deliver them, made small: workbooks, databases, text in odd encodings, traps."""

import csv
import io
import json
import sqlite3
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from jutong.dataflow.connectors import Connector, ReadLimits, open_file
from jutong.dataflow.connectors.records import records_of

LIMITS = ReadLimits()
OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Merge = tuple[int, int, int, int]
"""First row, first column, last row, last column, from 0."""


def opened(path: Path, limits: ReadLimits = LIMITS, **options: Any) -> Connector:
    """The file at `path`, its kind found by looking."""
    return open_file(path, options, limits=limits)


def rows_of(source: Path | Connector, **options: Any) -> list[tuple[str | None, ...]]:
    """All rows as text."""
    connector = opened(source, **options) if isinstance(source, Path) else source
    return [tuple(record.values()) for record in records_of(connector)]


def write_text(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


def csv_text(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows([header, *rows])
    return text.getvalue()


def write_xlsx(
    path: Path,
    rows: Sequence[Sequence[Any]],
    *,
    merges: Sequence[Merge] = (),
    sheets: Mapping[str, Sequence[Sequence[Any]]] | None = None,
    padding: int = 0,
) -> Path:
    """A workbook whose first sheet 数据 holds `rows` (None leaves a cell out); `padding` adds blanks to it."""
    named = {"数据": rows, **(sheets or {})}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(len(named)))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _workbook(named))
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            _relations([("worksheet", f"worksheets/sheet{n}.xml") for n in range(1, len(named) + 1)]),
        )
        for number, sheet in enumerate(named.values(), start=1):
            first = number == 1
            archive.writestr(
                f"xl/worksheets/sheet{number}.xml",
                _sheet(sheet, merges if first else (), padding if first else 0),
            )
    return path


def write_sparse_xlsx(path: Path) -> Path:
    """A tiny workbook with a cell in each far corner of the sheet: a trap for dense readers."""
    cells = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", _content_types(1))
        archive.writestr("_rels/.rels", _relations([("officeDocument", "xl/workbook.xml")]))
        archive.writestr("xl/workbook.xml", _workbook({"数据": ()}))
        archive.writestr("xl/_rels/workbook.xml.rels", _relations([("worksheet", "worksheets/sheet1.xml")]))
        archive.writestr(
            "xl/worksheets/sheet1.xml", f"<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>"
        )
    return path


def write_encrypted_workbook(path: Path) -> Path:
    """What Excel writes for a workbook with a password, as far as a reader looks: an OLE file with that stream."""
    path.write_bytes(OLE_MAGIC + bytes(1016) + "EncryptedPackage".encode("utf-16-le") + bytes(480))
    return path


def write_sqlite(
    path: Path, columns: Mapping[str, str], rows: Iterable[Sequence[Any]], table: str = "t"
) -> Path:
    """A database with one table; `columns` maps names to declared types."""
    declared = ", ".join(f"{_name(name)} {kind}" for name, kind in columns.items())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(f"CREATE TABLE {_name(table)} ({declared})")
        marks = ", ".join("?" * len(columns))
        connection.executemany(f"INSERT INTO {_name(table)} VALUES ({marks})", rows)
    return path


def write_json(path: Path, document: Any) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    return path


def feature(properties: Mapping[str, Any], geometry: Mapping[str, Any] | None) -> dict[str, Any]:
    return {"type": "Feature", "properties": dict(properties), "geometry": geometry}


def collection(*features: Any) -> dict[str, Any]:
    return {"type": "FeatureCollection", "features": list(features)}


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _content_types(sheets: int) -> str:
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in range(1, sheets + 1)
    )
    return (
        f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>{parts}</Types>'
    )


def _relations(targets: Sequence[tuple[str, str]]) -> str:
    entries = "".join(
        f'<Relationship Id="rId{n}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for n, (kind, target) in enumerate(targets, start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{entries}</Relationships>'


def _workbook(sheets: Mapping[str, Any]) -> str:
    entries = "".join(
        f'<sheet name="{escape(name)}" sheetId="{n}" r:id="rId{n}"/>'
        for n, name in enumerate(sheets, start=1)
    )
    return f'<workbook {_MAIN} xmlns:r="{_OFFICE}"><sheets>{entries}</sheets></workbook>'


def _sheet(rows: Sequence[Sequence[Any]], merges: Sequence[Merge], padding: int) -> str:
    body = "".join(
        f'<row r="{r}">{"".join(_cell(r, c, value) for c, value in enumerate(row))}</row>'
        for r, row in enumerate(rows, start=1)
    )
    merged = "".join(
        f'<mergeCell ref="{_letters(left)}{top + 1}:{_letters(right)}{bottom + 1}"/>'
        for top, left, bottom, right in merges
    )
    merged = f"<mergeCells>{merged}</mergeCells>" if merged else ""
    return f"<worksheet {_MAIN}>{' ' * padding}<sheetData>{body}</sheetData>{merged}</worksheet>"


def _cell(row: int, column: int, value: Any) -> str:
    if value is None:
        return ""
    address = f"{_letters(column)}{row}"
    if isinstance(value, bool):
        return f'<c r="{address}" t="b"><v>{int(value)}</v></c>'
    if isinstance(value, int | float):
        return f'<c r="{address}"><v>{value!r}</v></c>'
    text = escape(str(value))
    return f'<c r="{address}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _letters(column: int) -> str:
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _name(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
