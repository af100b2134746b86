"""Kinds of source that are one file, and which one a file is: what it holds counts before how it is called."""

import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from jutong.dataflow.connectors.csv_files import CsvConnector
from jutong.dataflow.connectors.errors import KindUnknown, OptionInvalid
from jutong.dataflow.connectors.excel import ExcelConnector
from jutong.dataflow.connectors.geojson import GeoJsonConnector
from jutong.dataflow.connectors.json_files import JsonConnector
from jutong.dataflow.connectors.parquet_files import ParquetConnector
from jutong.dataflow.connectors.protocol import Connector, OptionSpec
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.shapefiles import ShapefileConnector
from jutong.dataflow.connectors.xml_files import XmlConnector

PACKED: Final = "packed"
SQLITE: Final = "sqlite"
_CLASSES: Final = (
    CsvConnector,
    ExcelConnector,
    JsonConnector,
    GeoJsonConnector,
    XmlConnector,
    ParquetConnector,
    ShapefileConnector,
)
FILE_KINDS: Final[Mapping[str, Any]] = {connector.kind: connector for connector in _CLASSES}
_MAGIC: Final = (
    (b"PK\x03\x04", "excel"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
    (b"SQLite format 3\0", SQLITE),
    (b"PAR1", "parquet"),
    (b"\x1f\x8b", PACKED),
    (b"\x00\x00\x27\x0a", "shapefile"),
)
_SUFFIXES: Final[Mapping[str, str]] = {
    ".csv": "csv",
    ".tsv": "csv",
    ".txt": "csv",
    ".tab": "csv",
    ".xlsx": "excel",
    ".xlsm": "excel",
    ".xls": "excel",
    ".et": "excel",
    ".json": "json",
    ".jsonl": "json",
    ".ndjson": "json",
    ".geojson": "geojson",
    ".xml": "xml",
    ".parquet": "parquet",
    ".parq": "parquet",
    ".shp": "shapefile",
    ".gz": PACKED,
    ".zip": PACKED,
    ".sqlite": SQLITE,
    ".sqlite3": SQLITE,
    ".db": SQLITE,
}

FORMAT: Final = OptionSpec(
    name="format",
    zh="文件格式",
    en="Format of the files",
    default="auto",
    choices=("auto", *FILE_KINDS),
    hint_zh="auto 为自动识别。",
    hint_en="auto finds it.",
)


def kind_of(path: Path) -> str:
    """The kind of the file at `path`.

    Raises:
        KindUnknown: neither its content nor its name says.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    suffix = path.suffix.lower()
    if suffix == ".zip":
        return _kind_of_zip(path)
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    kind = _kind_of_text(head, _SUFFIXES.get(suffix, ""))
    if not kind:
        raise KindUnknown(name=path.name)
    return kind


def _kind_of_text(head: bytes, named: str) -> str:
    """What a file is that shows no magic number; empty where neither content nor name says."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if named == "json":
        return "geojson" if b'"type":"FeatureCollection"' in b"".join(head.split()) else "json"
    if named == "excel" and start[:1] not in {b"<", b""} and b"\0" not in head:
        return "csv"  # departments' systems export text under the name of .xls
    if named:
        return named
    if start[:1] in {b"{", b"["}:
        return "json"
    return "xml" if start.startswith(b"<?xml") else ""


def _kind_of_zip(path: Path) -> str:
    """A Shapefile, or a table that was packed; what cannot be opened is told by the reader of packed files."""
    try:
        with zipfile.ZipFile(path) as archive:
            names = [name.lower() for name in archive.namelist()]
    except (zipfile.BadZipFile, OSError):
        return PACKED
    if "xl/workbook.xml" in names:
        return "excel"
    return "shapefile" if any(name.endswith((".shp", ".dbf")) for name in names) else PACKED


def _inner() -> tuple[OptionSpec, ...]:
    """The options of all file kinds but `path`, each once."""
    found: dict[str, OptionSpec] = {}
    for connector in _CLASSES:
        for option in connector.spec.options:
            if option.name != "path":
                found.setdefault(option.name, option)
    return tuple(found.values())


INNER_OPTIONS: Final = _inner()


def open_file_kind(
    path: str, options: Mapping[str, Any], *, root: Path, limits: ReadLimits, named: str = ""
) -> Connector:
    """The file at `path` below `root`: of the option `format`, else recognised; the other options are its kind's.

    `named` is how the file was called before it came here.

    Raises:
        ConnectorError: it cannot be opened; `OptionInvalid` where an option is none of its kind.
    """
    wanted = str(options.get("format") or "auto")
    if wanted != "auto" and wanted not in FILE_KINDS:
        raise OptionInvalid(
            option="format",
            reason_zh=f"可用格式为 auto、{'、'.join(FILE_KINDS)}",
            reason_en=f"it must be auto or one of {', '.join(FILE_KINDS)}",
        )
    kind = kind_of(root / path) if wanted == "auto" else wanted
    if kind not in FILE_KINDS:
        raise KindUnknown(name=named or Path(path).name)
    names = {option.name for option in INNER_OPTIONS}
    given = {name: value for name, value in options.items() if name in names and value not in {None, ""}}
    factory = FILE_KINDS[kind]
    connector: Connector = factory(given | {"path": path}, root=root, limits=limits)
    return connector
