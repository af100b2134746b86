"""The tables of a PostgreSQL schema, read from its catalogue in a few queries, whatever their number."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import psycopg
from psycopg import sql

from jutong.dataflow.connectors.postgresql_session import place_of, session_of
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.table_facts import COUNT_LIMIT, ColumnFacts, TableFacts

_TIMEOUT_MS: Final = 20_000
# Below this estimate a table is counted: statistics of small or new tables are often missing or zero.
_COUNT_BELOW: Final = 20_000
_WIDEST: Final = 500
_TABLES: Final = """
    SELECT c.oid, c.relname, coalesce(obj_description(c.oid, 'pg_class'), ''), c.relkind IN ('v', 'm'),
           c.reltuples::bigint, CASE WHEN c.relkind IN ('r', 'm') THEN pg_total_relation_size(c.oid) END
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition
    ORDER BY c.relname
"""
_COLUMNS: Final = """
    SELECT a.attrelid, a.attname, format_type(a.atttypid, a.atttypmod),
           coalesce(col_description(a.attrelid, a.attnum), ''), a.attnotnull
    FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %s AND a.attnum > 0 AND NOT a.attisdropped AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
    ORDER BY a.attrelid, a.attnum
"""
_KEYS: Final = """
    SELECT k.conrelid, k.contype, a.attname, coalesce(r.relname, ''), coalesce(f.attname, '')
    FROM pg_constraint k
    JOIN pg_namespace n ON n.oid = k.connamespace
    CROSS JOIN LATERAL unnest(k.conkey) WITH ORDINALITY AS u(attnum, place)
    JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.attnum
    LEFT JOIN pg_class r ON r.oid = k.confrelid
    LEFT JOIN pg_attribute f ON f.attrelid = k.confrelid AND f.attnum = k.confkey[u.place]
    WHERE n.nspname = %s AND k.contype IN ('p', 'f') ORDER BY k.conrelid, u.place
"""


@dataclass(slots=True)
class PostgresqlSchema:
    """One schema of a server, in one read-only session."""

    connection: psycopg.Connection[Any]
    schema: str
    kind: str = field(default="postgresql", init=False)

    def tables(self) -> tuple[TableFacts, ...]:
        keys: dict[int, list[str]] = defaultdict(list)
        links: dict[tuple[int, str], str] = {}
        for table, kind, column, other, target in self.connection.execute(_KEYS, (self.schema,)):
            if kind == "p":
                keys[table].append(column)
            else:
                links[table, column] = f"{other}.{target}"
        columns: dict[int, list[ColumnFacts]] = defaultdict(list)
        for table, name, kind, comment, required in self.connection.execute(_COLUMNS, (self.schema,)):
            columns[table].append(
                ColumnFacts(
                    name=name,
                    source_type=kind,
                    comment=comment,
                    required=required,
                    references=links.get((table, name), ""),
                )
            )
        rows = self.connection.execute(_TABLES, (self.schema,)).fetchall()
        return tuple(
            self._table(name, comment, view, estimate, size, tuple(columns[oid]), tuple(keys[oid]))
            for oid, name, comment, view, estimate, size in rows
        )

    def _table(
        self,
        name: str,
        comment: str,
        view: bool,
        estimate: int,
        size: int | None,
        columns: tuple[ColumnFacts, ...],
        key: tuple[str, ...],
    ) -> TableFacts:
        counted = None if view or estimate >= _COUNT_BELOW else self._count(name)
        return TableFacts(
            schema=self.schema,
            name=name,
            comment=comment,
            view=view,
            rows=max(estimate, 0) if counted is None else counted,
            rows_exact=counted is not None and counted <= COUNT_LIMIT,
            size_mb=None if size is None else size >> 20,
            columns=columns,
            primary_key=key,
        )

    def _count(self, name: str) -> int | None:
        query = sql.SQL("SELECT count(*) FROM (SELECT 1 FROM {} LIMIT {}) AS counted").format(
            sql.Identifier(self.schema, name), sql.Literal(COUNT_LIMIT + 1)
        )
        found = self._bounded(query)
        return int(found[0][0]) if found else None

    def sample(self, table: TableFacts, rows: int) -> tuple[tuple[str | None, ...], ...]:
        """Wide values (documents, geometries) come cut: a look at their beginning says what they are."""
        names = sql.SQL(", ").join(
            sql.SQL("left({}::text, {})").format(sql.Identifier(column.name), sql.Literal(_WIDEST))
            for column in table.columns
        )
        query = sql.SQL("SELECT {} FROM {} LIMIT {}").format(
            names, sql.Identifier(table.schema, table.name), sql.Literal(rows)
        )
        return tuple(self.connection.execute(query).fetchall())

    def newest_days(self, table: TableFacts, column: str, count: int) -> tuple[str, ...]:
        query = sql.SQL(
            "SELECT DISTINCT left({0}::text, 10) AS day FROM {1} WHERE {0} IS NOT NULL ORDER BY day DESC LIMIT {2}"
        ).format(sql.Identifier(column), sql.Identifier(table.schema, table.name), sql.Literal(count))
        return tuple(str(day) for (day,) in self._bounded(query))

    def _bounded(self, query: sql.Composed) -> list[tuple[Any, ...]]:
        """The rows, or none where the server took too long or forbids the table."""
        try:
            with self.connection.transaction():
                return self.connection.execute(query).fetchall()
        except (psycopg.errors.QueryCanceled, psycopg.errors.InsufficientPrivilege):
            return []


@contextmanager
def postgresql_schema(options: Mapping[str, Any], *, limits: ReadLimits) -> Iterator[PostgresqlSchema]:
    """The schema that the options of a source lead to (`schema`, or public)."""
    place = place_of({**options, "table": "*"})
    with session_of(place, limits) as connection:
        connection.execute(f"SET statement_timeout = {_TIMEOUT_MS}")
        yield PostgresqlSchema(connection, place.schema)
