"""How a large MariaDB table is cut by its primary key, so that what waits in memory stays bounded.

ConnectorX reads as fast as the server sends and holds what was not yet taken; one statement must therefore
not give more than `RANGE_BYTES`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyarrow as pa
from pymysql.cursors import Cursor

from jutong.dataflow.connectors.mariadb_columns import MariadbColumn
from jutong.dataflow.connectors.mariadb_session import MariadbPlace, backticked

RANGE_BYTES: Final = 64 << 20
_ROW_BYTES: Final = 400
"""Assumed where the server knows no average: views, new tables."""
_MOST_ROWS: Final = 2_000_000
_SPARSE: Final = 4
_WHOLE: Final = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TableShape:
    """What the server knows of a table's size and key; `rows` and `row_bytes` are estimates."""

    rows: int
    row_bytes: int
    key: tuple[str, ...]
    first_distinct: int
    """How many different values the key's first column has; an estimate."""

    @property
    def range_rows(self) -> int:
        return max(10_000, min(_MOST_ROWS, RANGE_BYTES // self.row_bytes))


def table_shape(cursor: Cursor, place: MariadbPlace) -> TableShape:
    """From the server's dictionary; no row is read."""
    cursor.execute(
        "SELECT table_rows, avg_row_length FROM information_schema.tables"
        " WHERE table_schema = %s AND table_name = %s",
        (place.database, place.table),
    )
    rows, row_bytes = cursor.fetchone() or (None, None)
    cursor.execute(
        "SELECT column_name, cardinality FROM information_schema.statistics"
        " WHERE table_schema = %s AND table_name = %s AND index_name = 'PRIMARY' ORDER BY seq_in_index",
        (place.database, place.table),
    )
    key = cursor.fetchall()
    return TableShape(
        rows=int(rows or 0),
        row_bytes=max(100, int(row_bytes or _ROW_BYTES)),
        key=tuple(name for name, _ in key),
        first_distinct=int(key[0][1] or 1) if key else 0,
    )


def estimated_rows(cursor: Cursor, statement: str) -> int:
    """How many rows the server expects to look at for `statement`."""
    cursor.execute(f"EXPLAIN {statement}")
    place = [column[0] for column in cursor.description].index("rows")
    most = 1
    for row in cursor.fetchall():
        most *= max(1, int(row[place] or 1))
    return most


def can_be_cut(shape: TableShape) -> bool:
    """Whether ranges of the key's first column are small enough each."""
    return bool(shape.key) and shape.rows <= shape.first_distinct * shape.range_rows * _SPARSE


def ranges(
    cursor: Cursor, place: MariadbPlace, columns: Sequence[MariadbColumn], shape: TableShape
) -> Iterator[str]:
    """Conditions on the key's first column that together hold every row, each of about `range_rows` rows."""
    column = next(one for one in columns if one.name == shape.key[0])
    name = backticked(column.name)
    lower = ""
    for bound in _bounds(cursor, place, column, shape):
        upper = f"{name} < {bound}"
        yield f"{lower} AND {upper}" if lower else upper
        lower = f"{name} >= {bound}"
    yield lower or "TRUE"


def _bounds(cursor: Cursor, place: MariadbPlace, column: MariadbColumn, shape: TableShape) -> Iterator[str]:
    """Where ranges meet, as SQL, ascending."""
    name, table = backticked(column.name), backticked(place.table)
    if column.data_type in _WHOLE and len(shape.key) == 1:
        cursor.execute(f"SELECT MIN({name}), MAX({name}) FROM {table}")  # noqa: S608
        least, most = _pair(cursor.fetchone())
        if least is None:
            return
        if most - least <= _SPARSE * max(shape.rows, shape.range_rows):
            yield from map(str, range(least + shape.range_rows, most + 1, shape.range_rows))
            return
    text = f"HEX({name})" if column.arrow == pa.binary() else f"CAST({name} AS CHAR)"
    after = ""
    while True:
        cursor.execute(
            f"SELECT {text} FROM {table}{after} ORDER BY {name} LIMIT 1 OFFSET {shape.range_rows}"  # noqa: S608
        )
        found = cursor.fetchone()
        if found is None:
            return
        bound = column.literal(str(found[0]))
        yield bound
        after = f" WHERE {name} > {bound}"


def _pair(row: Any) -> tuple[Any, Any]:
    return row or (None, None)
