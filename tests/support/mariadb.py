"""A MariaDB server for tests, and databases that are gone again afterwards."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import uuid4

import pymysql
import pytest
from pymysql.cursors import Cursor

DEFAULT = "mysql://root@127.0.0.1:3306"


def mariadb_server() -> dict[str, Any]:
    """Host, port, user, password of the server; the test is skipped by name where none answers."""
    parts = urlsplit(os.environ.get("JUTONG_TEST_MARIADB") or DEFAULT)
    address = {
        "host": parts.hostname or "127.0.0.1",
        "port": parts.port or 3306,
        "user": unquote(parts.username or "root"),
        "password": unquote(parts.password or ""),
    }
    try:
        pymysql.connect(**address, connect_timeout=2).close()
    except pymysql.MySQLError:
        pytest.skip("no MariaDB server answers (JUTONG_TEST_MARIADB)")
    return address


@contextmanager
def mariadb_database() -> Iterator[tuple[dict[str, Any], Cursor]]:
    """The options of a connector to a database of its own, and a cursor that writes into it."""
    address = mariadb_server()
    name = f"jutong_test_{uuid4().hex[:12]}"
    with pymysql.connect(**address, charset="utf8mb4", autocommit=True) as connection:
        cursor = connection.cursor()
        cursor.execute("SET sql_mode = ''")
        cursor.execute(f"CREATE DATABASE {name} CHARACTER SET utf8mb4")
        cursor.execute(f"USE {name}")
        try:
            yield {**address, "database": name}, cursor
        finally:
            cursor.execute(f"DROP DATABASE {name}")
