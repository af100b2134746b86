"""A PostgreSQL server for tests, and tables that are gone again afterwards."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

DEFAULT = "postgresql://postgres@127.0.0.1:5432/test"


def server() -> str:
    """The server's address; the test is skipped by name where none answers."""
    address = os.environ.get("JUTONG_TEST_POSTGRESQL") or DEFAULT
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        pytest.skip("no PostgreSQL server answers (JUTONG_TEST_POSTGRESQL)")
    return address


def options(address: str, table: str) -> dict[str, Any]:
    """The options of a connector to `table` on that server."""
    parts = conninfo_to_dict(address)
    return {
        "host": parts["host"],
        "port": int(parts.get("port") or 5432),
        "database": parts["dbname"],
        "user": parts.get("user") or "postgres",
        "password": parts.get("password") or "",
        "table": table,
    }


@contextmanager
def table_with(address: str, columns: Mapping[str, str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """A table of its own name; gone afterwards."""
    name = f"t_{uuid4().hex}"
    identifier = sql.Identifier(name)
    declared = sql.SQL(", ").join(
        sql.SQL("{} {}").format(sql.Identifier(column), sql.SQL(kind)) for column, kind in columns.items()
    )
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE TABLE {} ({})").format(identifier, declared))
        try:
            marks = sql.SQL(", ").join([sql.Placeholder()] * len(columns))
            with connection.cursor() as cursor:
                cursor.executemany(
                    sql.SQL("INSERT INTO {} VALUES ({})").format(identifier, marks), list(rows)
                )
            yield name
        finally:
            connection.execute(sql.SQL("DROP TABLE {}").format(identifier))
