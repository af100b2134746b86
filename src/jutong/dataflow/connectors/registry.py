"""Which kinds of source there are, and which one a file is.

Other packages add kinds by an entry point of the group `jutong.connectors` (name: the kind; value: a class
or function with the parameters of `Factory`, whose attribute `spec` is a `KindSpec`). Ours stand in the table
below, so that the platform works from a source tree that was not installed; the group is asked only for
kinds that are not ours.
"""

from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Final, Protocol

from jutong.dataflow.connectors.csv_files import CsvConnector
from jutong.dataflow.connectors.errors import KindUnknown
from jutong.dataflow.connectors.excel import ExcelConnector
from jutong.dataflow.connectors.geojson import GeoJsonConnector
from jutong.dataflow.connectors.json_files import JsonConnector
from jutong.dataflow.connectors.kinds import KindSpec, plain_spec
from jutong.dataflow.connectors.mariadb import MariadbConnector
from jutong.dataflow.connectors.postgresql import PostgresqlConnector
from jutong.dataflow.connectors.protocol import Connector
from jutong.dataflow.connectors.pushes.kinds import BUILT_IN as PUSHES
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sqlite import SqliteConnector

GROUP: Final = "jutong.connectors"


class Factory(Protocol):
    """Opens one source: checks it and finds its columns, so that a wrong one fails before any row is read."""

    spec: KindSpec

    def __call__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> Connector: ...


BUILT_IN: Final[Mapping[str, Factory]] = {
    "csv": CsvConnector,
    "excel": ExcelConnector,
    "json": JsonConnector,
    "geojson": GeoJsonConnector,
    "sqlite": SqliteConnector,
    "postgresql": PostgresqlConnector,
    "mariadb": MariadbConnector,
    **PUSHES,
}
_MAGIC: Final = (
    (b"PK\x03\x04", "excel"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "excel"),
    (b"SQLite format 3\0", "sqlite"),
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
    ".sqlite": "sqlite",
    ".sqlite3": "sqlite",
    ".db": "sqlite",
}


def kinds() -> tuple[str, ...]:
    """Every kind of source that can be opened here."""
    return (*BUILT_IN, *(point.name for point in entry_points(group=GROUP) if point.name not in BUILT_IN))


def specs() -> Mapping[str, KindSpec]:
    """What every kind says of itself, ours and plugged-in ones."""
    return {kind: spec_of(kind) for kind in kinds()}


def spec_of(kind: str) -> KindSpec:
    """What this kind says of itself; raises `KindUnknown`."""
    factory = BUILT_IN.get(kind) or _plugged_in(kind)
    found = getattr(factory, "spec", None)
    return found if isinstance(found, KindSpec) else plain_spec(kind)


def open_connector(
    kind: str, options: Mapping[str, Any], *, root: Path, limits: ReadLimits | None = None
) -> Connector:
    """Open a source of this kind; file sources lie below `root`.

    Raises:
        KindUnknown: nobody offers this kind.
        ConnectorError: the source cannot be opened; the code says why, the message what to do.
    """
    factory = BUILT_IN.get(kind) or _plugged_in(kind)
    return factory(options, root=root, limits=limits or ReadLimits())


def _plugged_in(kind: str) -> Factory:
    for point in entry_points(group=GROUP, name=kind):
        factory: Factory = point.load()
        return factory
    raise KindUnknown(name=kind)


def kind_of(path: Path) -> str:
    """The kind of the file at `path`: what it holds counts before how it is called.

    Raises:
        KindUnknown: neither says.
    """
    with path.open("rb") as file:
        head = file.read(1 << 16)
    suffix = path.suffix.lower()
    for magic, kind in _MAGIC:
        if head.startswith(magic):
            return kind
    named = _SUFFIXES.get(suffix)
    if named == "json":
        compact = b"".join(head.split())
        return "geojson" if b'"type":"FeatureCollection"' in compact else "json"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if named == "excel" and start not in {b"<", b""} and b"\0" not in head:
        return "csv"  # departments' systems export text under the name of .xls
    if named:
        return named
    if start in {b"{", b"["}:
        return "json"
    raise KindUnknown(name=path.name)
