"""How values of the lake look in snapshots and files."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, TypeAlias

import pyarrow as pa
import pyarrow.compute as pc

Cell: TypeAlias = str | int | float | bool | None
Row: TypeAlias = tuple[Cell, ...]


def rows_of(batches: Iterable[pa.RecordBatch], fields: Sequence[str]) -> Iterator[Row]:
    """The rows of `batches`, items in the order of `fields`; an item that a batch lacks is empty."""
    for batch in batches:
        names = set(batch.schema.names)
        columns = [cells(batch.column(name)) if name in names else [None] * batch.num_rows for name in fields]
        yield from zip(*columns, strict=True)


def cells(column: pa.Array) -> list[Cell]:
    """Numbers and booleans as they are; everything else as text (dates as ISO 8601, decimals exactly)."""
    kind = column.type
    if pa.types.is_string(kind) or pa.types.is_boolean(kind) or pa.types.is_integer(kind):
        return list(column.to_pylist())
    if pa.types.is_floating(kind):
        return [None if value is None or value != value else value for value in column.to_pylist()]  # noqa: PLR0124 - NaN
    if pa.types.is_dictionary(kind):
        return cells(column.dictionary_decode())
    if pa.types.is_timestamp(kind) or pa.types.is_temporal(kind):
        return [None if value is None else _iso(value) for value in column.to_pylist()]
    if pa.types.is_nested(kind) or pa.types.is_binary(kind):
        return [None if value is None else str(value) for value in column.to_pylist()]
    return list(pc.cast(column, pa.string()).to_pylist())


def _iso(value: Any) -> str:
    return str(value.isoformat()) if hasattr(value, "isoformat") else str(value)


def text(cell: Cell) -> str | None:
    """A cell as keys, masks and comparisons see it."""
    if cell is None or isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    return str(cell)
