"""The tables of a MariaDB database, read from its dictionary in a few queries, whatever their number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import pymysql
from pymysql.cursors import Cursor

from jutong.dataflow.connectors.mariadb_session import backticked, mariadb_place, mariadb_session
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.table_facts import COUNT_LIMIT, ColumnFacts, TableFacts

_TIMEOUT_S: Final = 20
# Below this estimate a table is counted: InnoDB's estimates of small tables are far off.
_COUNT_BELOW: Final = 20_000
_WIDEST: Final = 500
_TABLES: Final = """
    SELECT table_name, table_comment, table_type = 'VIEW', coalesce(table_rows, 0),
           coalesce(data_length + index_length, 0)
    FROM information_schema.tables WHERE table_schema = %s AND table_type IN ('BASE TABLE', 'VIEW')
    ORDER BY table_name
"""
_COLUMNS: Final = """
    SELECT table_name, column_name, column_type, column_comment, is_nullable = 'NO', column_key = 'PRI'
    FROM information_schema.columns WHERE table_schema = %s ORDER BY table_name, ordinal_position
"""
_LINKS: Final = """
    SELECT table_name, column_name, referenced_table_name, referenced_column_name
    FROM information_schema.key_column_usage WHERE table_schema = %s AND referenced_table_name IS NOT NULL
"""


@dataclass(slots=True)
class MariadbSchema:
    """One database of a server, in one read-only session."""

    cursor: Cursor
    database: str
    in_mysql: bool = False
    """MySQL limits a statement's time in a way of its own."""
    kind: str = field(default="mariadb", init=False)

    def tables(self) -> tuple[TableFacts, ...]:
        links = {(table, column): f"{other}.{target}" for table, column, other, target in self._all(_LINKS)}
        columns: dict[str, list[ColumnFacts]] = defaultdict(list)
        keys: dict[str, list[str]] = defaultdict(list)
        for table, name, kind, comment, required, key in self._all(_COLUMNS):
            columns[table].append(
                ColumnFacts(
                    name=name,
                    source_type=str(kind),
                    comment=comment,
                    required=bool(required),
                    references=links.get((table, name), ""),
                )
            )
            if key:
                keys[table].append(name)
        return tuple(
            self._table(name, comment, bool(view), int(rows), int(size), columns[name], keys[name])
            for name, comment, view, rows, size in self._all(_TABLES)
        )

    def _table(  # one parameter a fact of the dictionary
        self,
        name: str,
        comment: str,
        view: bool,
        estimate: int,
        size: int,
        columns: list[ColumnFacts],
        key: list[str],
    ) -> TableFacts:
        counted = None if view or estimate >= _COUNT_BELOW else self._count(name)
        return TableFacts(
            schema="",
            name=name,
            comment="" if view else comment,  # a view's comment is the word VIEW
            view=view,
            rows=estimate if counted is None else counted,
            rows_exact=counted is not None and counted <= COUNT_LIMIT,
            size_mb=None if view else size >> 20,
            columns=tuple(columns),
            primary_key=tuple(key),
        )

    def _count(self, name: str) -> int | None:
        found = self._bounded(
            f"SELECT count(*) FROM (SELECT 1 FROM {backticked(name)} LIMIT {COUNT_LIMIT + 1}) AS counted"  # noqa: S608
        )
        return int(found[0][0]) if found else None

    def sample(self, table: TableFacts, rows: int) -> tuple[tuple[str | None, ...], ...]:
        """Wide values (documents, geometries) come cut; bytes that are no text come as hexadecimal digits."""
        names = ", ".join(_as_text(column) for column in table.columns)
        found = self._bounded(f"SELECT {names} FROM {backticked(table.name)} LIMIT {int(rows)}")  # noqa: S608
        return tuple(tuple(row) for row in found)

    def newest_days(self, table: TableFacts, column: str, count: int) -> tuple[str, ...]:
        name = backticked(column)
        query = (
            f"SELECT DISTINCT left(CAST({name} AS CHAR), 10) AS day FROM {backticked(table.name)}"  # noqa: S608
            f" WHERE {name} IS NOT NULL ORDER BY day DESC LIMIT {int(count)}"
        )
        return tuple(str(day) for (day,) in self._bounded(query))

    def _all(self, query: str) -> tuple[tuple[Any, ...], ...]:
        self.cursor.execute(query, (self.database,))
        return tuple(self.cursor.fetchall())

    def _bounded(self, query: str) -> tuple[tuple[Any, ...], ...]:
        """The rows, or none where the server took too long or forbids the table."""
        try:
            if self.in_mysql:
                self.cursor.execute(f"SET max_execution_time = {_TIMEOUT_S * 1000}")
                self.cursor.execute(query)
            else:
                self.cursor.execute(f"SET STATEMENT max_statement_time = {_TIMEOUT_S} FOR {query}")
            return tuple(self.cursor.fetchall())
        except pymysql.MySQLError as error:
            if error.args and error.args[0] in {1142, 1143, 1317, 1356, 1969, 3024}:
                return ()
            raise


def _as_text(column: ColumnFacts) -> str:
    name = backticked(column.name)
    kind = column.source_type.lower()
    if kind.startswith("bit"):
        return f"CAST({name} + 0 AS CHAR)"
    if "blob" in kind or "binary" in kind:
        return f"LEFT(HEX({name}), {_WIDEST})"
    if kind in {"geometry", "point", "linestring", "polygon"} or kind.startswith("multi"):
        return f"LEFT(ST_AsText({name}), {_WIDEST})"
    return f"LEFT(CAST({name} AS CHAR), {_WIDEST})"


@contextmanager
def mariadb_schema(options: Mapping[str, Any], *, limits: ReadLimits) -> Iterator[MariadbSchema]:
    """The database that the options of a source lead to."""
    place = mariadb_place({**options, "table": "*"})
    with mariadb_session(place, limits) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        (version,) = cursor.fetchone() or ("",)
        yield MariadbSchema(cursor, place.database, in_mysql="mariadb" not in str(version).lower())
