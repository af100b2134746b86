"""What is asked of a PostgreSQL table: chosen columns, ranges, the greatest value; always composed, never glued.

A bound stands as a literal without a type, which the server reads in the type of the column it is compared with.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from psycopg import sql

from jutong.dataflow.connectors.errors import ColumnMissing
from jutong.dataflow.connectors.protocol import Part

# Endless values would stop a cursor for ever: nothing ever comes after them.
_ENDLESS: Final[Mapping[str, str]] = {
    "date": "isfinite({})",
    "timestamp": "isfinite({})",
    "timestamptz": "isfinite({})",
    "numeric": "{} <> 'NaN'",
    "float4": "{} NOT IN ('NaN', 'Infinity')",
    "float8": "{} NOT IN ('NaN', 'Infinity')",
}


def selection(table: sql.Identifier, name: str, columns: Sequence[str], part: Part) -> sql.Composed:
    """The SELECT of a part; with a limit and a bounded column in that column's order.

    Raises:
        ColumnMissing: the table has no such column.
    """
    chosen = tuple(columns) if part.columns is None else part.columns
    conditions = [
        sql.SQL("{} = {}").format(sql.Identifier(column), sql.Literal(value))
        for column, value in part.equal.items()
    ]
    bounds = [(">=", part.lower), ("<", part.upper)]
    conditions += [
        sql.SQL(f"{{}} {sign} {{}}").format(sql.Identifier(part.column), sql.Literal(bound))
        for sign, bound in bounds
        if bound is not None
    ]
    used = {*chosen, *part.equal}
    if part.column or any(bound is not None for _, bound in bounds):
        used.add(part.column)
    for column in used:
        if column not in columns:
            raise ColumnMissing(name=name, column=column)
    query = [
        sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(sql.Identifier(column) for column in chosen), table
        )
    ]
    if conditions:
        query.append(sql.SQL("WHERE ") + sql.SQL(" AND ").join(conditions))
    if part.limit is not None:
        if part.column:
            query.append(sql.SQL("ORDER BY {}").format(sql.Identifier(part.column)))
        query.append(sql.SQL("LIMIT {}").format(sql.Literal(part.limit)))
    return sql.SQL(" ").join(query)


def greatest_of(table: sql.Identifier, column: str, kind: str) -> sql.Composed:
    """The greatest finite value as text; by an index of the column where there is one."""
    identifier = sql.Identifier(column)
    finite = (
        sql.SQL(" AND ") + sql.SQL(_ENDLESS[kind]).format(identifier) if kind in _ENDLESS else sql.SQL("")
    )
    return sql.SQL("SELECT {0}::text FROM {1} WHERE {0} IS NOT NULL{2} ORDER BY {0} DESC LIMIT 1").format(
        identifier, table, finite
    )
