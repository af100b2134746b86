"""The records of a file as the platform reads them: text by column name."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from jutong.dataflow.connectors.profile import located
from jutong.dataflow.connectors.protocol import Connector
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.connectors.settings import ReadLimits


def open_file(
    path: Path, options: Mapping[str, Any] | None = None, *, limits: ReadLimits | None = None
) -> Connector:
    """The connector for a file that a person named, its kind found by looking.

    Raises:
        ConnectorError: it cannot be opened.
    """
    real, kind = located(path, limits)
    given = dict(options or {}) | {"path": real.name}
    return open_connector(kind, given, root=real.parent, limits=limits)


def read_records(
    path: Path, options: Mapping[str, Any] | None = None, *, limits: ReadLimits | None = None
) -> Iterator[dict[str, str | None]]:
    """Each record as text by column name, in the file's order; an empty value is None.

    Raises:
        ConnectorError: the file cannot be opened, or not be read to its end.
    """
    return records_of(open_file(path, options, limits=limits))


def records_of(connector: Connector) -> Iterator[dict[str, str | None]]:
    """The rows of `connector` as text by column name."""
    for batch in connector.read():
        columns = [_as_text(column).to_pylist() for column in batch.columns]
        names = batch.schema.names
        for values in zip(*columns, strict=True):
            yield dict(zip(names, values, strict=True))


def _as_text(column: pa.Array) -> pa.Array:
    if pa.types.is_string(column.type):
        return column
    if pa.types.is_binary(column.type):
        return pa.array([None if value is None else value.hex() for value in column.to_pylist()], pa.string())
    if pa.types.is_timestamp(column.type):
        texts = [None if value is None else value.isoformat(sep=" ") for value in column.to_pylist()]
        return pa.array(texts, pa.string())
    return pc.cast(column, pa.string())
