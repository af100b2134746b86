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

from jutong.dataflow.connectors.drop_folder import FolderConnector
from jutong.dataflow.connectors.errors import KindUnknown
from jutong.dataflow.connectors.file_kinds import FILE_KINDS, PACKED, kind_of
from jutong.dataflow.connectors.http_json import HttpJsonConnector
from jutong.dataflow.connectors.kinds import KindSpec, plain_spec
from jutong.dataflow.connectors.mariadb import MariadbConnector
from jutong.dataflow.connectors.packing import PackedConnector
from jutong.dataflow.connectors.postgresql import PostgresqlConnector
from jutong.dataflow.connectors.protocol import Connector
from jutong.dataflow.connectors.pushes.kinds import BUILT_IN as PUSHES
from jutong.dataflow.connectors.s3 import S3Connector
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sftp import SftpConnector
from jutong.dataflow.connectors.sqlalchemy_dialects import DIALECTS
from jutong.dataflow.connectors.sqlalchemy_tables import SqlAlchemyKind
from jutong.dataflow.connectors.sqlite import SqliteConnector

__all__ = ["BUILT_IN", "GROUP", "Factory", "kind_of", "kinds", "open_connector", "spec_of", "specs"]

GROUP: Final = "jutong.connectors"


class Factory(Protocol):
    """Opens one source: checks it and finds its columns, so that a wrong one fails before any row is read."""

    @property
    def spec(self) -> KindSpec: ...

    def __call__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> Connector: ...


BUILT_IN: Final[Mapping[str, Factory]] = {
    **FILE_KINDS,
    PACKED: PackedConnector,
    "folder": FolderConnector,
    "sftp": SftpConnector,
    "s3": S3Connector,
    "sqlite": SqliteConnector,
    "postgresql": PostgresqlConnector,
    "mariadb": MariadbConnector,
    "http_json": HttpJsonConnector,
    **{dialect.kind: SqlAlchemyKind(dialect) for dialect in DIALECTS},
    **PUSHES,
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
