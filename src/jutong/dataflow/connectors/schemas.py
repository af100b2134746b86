"""The tables of a whole database: names, comments, keys, counts, a bounded sample of each; nothing is written."""

import re
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Protocol
from urllib.parse import quote

from jutong.dataflow.connectors.errors import DatabaseDamaged, KindUnknown
from jutong.dataflow.connectors.mariadb_schema import mariadb_schema
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.postgresql_schema import PostgresqlSchema, postgresql_schema
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sqlite_texts import quoted
from jutong.dataflow.connectors.table_facts import COUNT_LIMIT, ColumnFacts, TableFacts

DATABASES: Final = frozenset({"mariadb", "sqlite", "postgresql"})
__all__ = ["DATABASES", "ColumnFacts", "PostgresqlSchema", "SchemaReader", "TableFacts", "open_schema"]


class SchemaReader(Protocol):
    """A database as a whole."""

    kind: str

    def tables(self) -> tuple[TableFacts, ...]:
        """Every table, by name."""
        ...

    def sample(self, table: TableFacts, rows: int) -> tuple[tuple[str | None, ...], ...]:
        """At most `rows` rows, every value as text."""
        ...

    def newest_days(self, table: TableFacts, column: str, count: int) -> tuple[str, ...]:
        """The last `count` different days of a date column, the newest first; empty when it takes too long."""
        ...


@contextmanager
def open_schema(
    kind: str, options: Mapping[str, Any], *, root: Path, limits: ReadLimits | None = None
) -> Iterator[SchemaReader]:
    """Open the whole database of a source; the option `table` is passed over.

    Raises:
        KindUnknown: this kind of source holds one table.
        ConnectorError: it cannot be reached or read.
    """
    given = {name: value for name, value in options.items() if name != "table"}
    if kind == "sqlite":
        with sqlite_schema(given, root=root, limits=limits or ReadLimits()) as reader:
            yield reader
    elif kind == "postgresql":
        with postgresql_schema(given, limits=limits or ReadLimits()) as server:
            yield server
    elif kind == "mariadb":
        with mariadb_schema(given, limits=limits or ReadLimits()) as database:
            yield database
    else:
        raise KindUnknown(name=kind)


_COMMENTED: Final = re.compile(
    r"^\s*[\"`\[]?(?P<name>\w+)[\"`\]]?[^\n]*?--[ \t]*(?P<comment>[^\n]+)$", re.MULTILINE
)


@dataclass(slots=True)
class SqliteSchema:
    """A SQLite file, opened read-only."""

    connection: sqlite3.Connection
    size_mb: int
    kind: str = field(default="sqlite", init=False)

    def tables(self) -> tuple[TableFacts, ...]:
        rows = self.connection.execute(
            "SELECT name, type, coalesce(sql, '') FROM sqlite_schema WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
        ).fetchall()
        return tuple(self._table(name, kind, statement) for name, kind, statement in rows)

    def _table(self, name: str, kind: str, statement: str) -> TableFacts:
        comments = {found["name"]: found["comment"].strip() for found in _COMMENTED.finditer(statement)}
        links = {
            row[3]: f"{row[2]}.{row[4] or ''}".rstrip(".")
            for row in self.connection.execute(f"PRAGMA foreign_key_list({quoted(name)})")
        }
        described = self.connection.execute(f"PRAGMA table_info({quoted(name)})").fetchall()
        return TableFacts(
            schema="",
            name=name,
            comment="",
            view=kind == "view",
            rows=0 if kind == "view" else self._count(name),
            size_mb=None,
            columns=tuple(
                ColumnFacts(
                    name=column,
                    source_type=declared or "",
                    comment=comments.get(column, ""),
                    required=bool(needed),
                    references=links.get(column, ""),
                )
                for _, column, declared, needed, _, _ in described
            ),
            primary_key=tuple(row[1] for row in sorted(described, key=lambda row: row[5]) if row[5]),
        )

    def _count(self, name: str) -> int:
        query = f"SELECT count(*) FROM (SELECT 1 FROM {quoted(name)} LIMIT {COUNT_LIMIT + 1})"  # noqa: S608
        return int(self.connection.execute(query).fetchone()[0])

    def sample(self, table: TableFacts, rows: int) -> tuple[tuple[str | None, ...], ...]:
        names = ", ".join(quoted(column.name) for column in table.columns)
        query = f"SELECT {names} FROM {quoted(table.name)} LIMIT {rows}"  # noqa: S608
        return tuple(tuple(map(_text, row)) for row in self.connection.execute(query))

    def newest_days(self, table: TableFacts, column: str, count: int) -> tuple[str, ...]:
        query = (
            f"SELECT DISTINCT substr({quoted(column)}, 1, 10) AS day FROM {quoted(table.name)}"  # noqa: S608
            f" WHERE {quoted(column)} IS NOT NULL ORDER BY day DESC LIMIT {count}"
        )
        return tuple(str(day) for (day,) in self.connection.execute(query))


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return value.hex()[:200] if isinstance(value, bytes) else str(value)


@contextmanager
def sqlite_schema(options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> Iterator[SqliteSchema]:
    """The SQLite file at the option `path` below `root`."""
    path = file_inside(root, text_option(options, "path"))
    require_size(path, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
    address = f"file:{quote(str(path))}?mode=ro"
    try:
        with closing(sqlite3.connect(address, uri=True, check_same_thread=False, timeout=5)) as connection:
            connection.execute("PRAGMA query_only = ON")
            yield SqliteSchema(connection, path.stat().st_size >> 20)
    except sqlite3.Error as error:
        raise DatabaseDamaged(name=path.name) from error


def by_name(tables: Sequence[TableFacts]) -> Mapping[str, TableFacts]:
    """Tables by their whole name."""
    return {table.full_name: table for table in tables}
