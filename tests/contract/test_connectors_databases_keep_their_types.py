"""Databases: types, names that need quoting, rows that do not fit, and what a server says against us."""

import datetime as dt
from decimal import Decimal

import psycopg
import pytest

from jutong.dataflow.connectors import open_connector
from jutong.dataflow.connectors.errors import (
    DatabaseMissing,
    OptionInvalid,
    SourceRefused,
    SourceUnreachable,
    TableMissing,
    TableUnnamed,
)
from tests.support.files import opened, rows_of, write_sqlite
from tests.support.postgresql import options, server, table_with

UTC = dt.UTC


def _rows(connector):
    return [tuple(row.values()) for batch in connector.read() for row in batch.to_pylist()]


@pytest.mark.postgresql
def test_postgresql_values_keep_their_types(tmp_path):
    at = dt.datetime(2022, 6, 18, 10, 0, 0, 500_000)
    columns = {
        "n": "bigint",
        "amount": "numeric(10,2)",
        "free": "numeric",
        "ok": "boolean",
        "day": "date",
        "at": "timestamp",
        "zoned": "timestamptz",
        "size": "double precision",
        "doc": "jsonb",
        "empty": "text",
    }
    row = (
        1,
        Decimal("1.50"),
        Decimal("1.123"),
        True,
        at.date(),
        at,
        at.replace(tzinfo=UTC),
        0.1,
        '{"a": 1}',
        "",
    )
    address = server()
    with table_with(address, columns, [row, (None,) * len(columns)]) as table:
        found = _rows(open_connector("postgresql", options(address, table), root=tmp_path))
    assert found[0] == (*row[:2], "1.123", *row[3:])
    assert found[1] == (None,) * len(columns)


@pytest.mark.postgresql
def test_postgresql_names_are_quoted_whatever_they_contain(tmp_path):
    address = server()
    columns = {'列"; DROP TABLE x; --': "text", "select": "text"}
    with table_with(address, columns, [("甲", "乙")]) as table:
        connector = open_connector("postgresql", options(address, table), root=tmp_path)
        assert connector.columns() == tuple(columns)
        assert rows_of(connector) == [("甲", "乙")]


@pytest.mark.postgresql
def test_an_empty_postgresql_table_gives_no_rows(tmp_path):
    address = server()
    with table_with(address, {"a": "text"}, []) as table:
        assert rows_of(open_connector("postgresql", options(address, table), root=tmp_path)) == []


@pytest.mark.postgresql
def test_rows_written_while_reading_are_not_seen(tmp_path):
    address = server()
    with table_with(address, {"a": "int"}, [(n,) for n in range(100)]) as table:
        connector = open_connector("postgresql", options(address, table), root=tmp_path)
        batches = connector.read()
        first = next(batches)
        with psycopg.connect(address, autocommit=True) as other:
            other.execute(f"INSERT INTO {table} VALUES (101)")
        assert first.num_rows + sum(batch.num_rows for batch in batches) == 100


@pytest.mark.postgresql
@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"port": 1}, SourceUnreachable),
        ({"host": "no-such-host.invalid"}, SourceUnreachable),
        ({"database": "no_such_database"}, DatabaseMissing),
        ({"table": "no_such_table"}, TableMissing),
        ({"schema": "no_such_schema"}, TableMissing),
        ({"table": "pg_class; DROP TABLE x"}, TableMissing),
        ({"table": ""}, OptionInvalid),
        ({"port": "abc"}, OptionInvalid),
        ({"sslmode": "disable"}, OptionInvalid),
    ],
)
def test_a_postgresql_source_that_cannot_be_read_says_why(change, error, tmp_path):
    given = options(server(), "pg_class") | {"password": "s3cret-value"} | change
    with pytest.raises(error) as raised:
        open_connector("postgresql", given, root=tmp_path)
    told = f"{raised.value.message('zh')}{raised.value.message('en')}{raised.value.detail}{raised.value.__cause__}"
    assert "s3cret-value" not in told
    assert raised.value.retryable is (error is SourceUnreachable)


@pytest.mark.postgresql
def test_a_table_without_the_right_to_read_is_refused(tmp_path):
    address = server()
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("DROP ROLE IF EXISTS jutong_reader_without_rights")
        connection.execute("CREATE ROLE jutong_reader_without_rights LOGIN")
        try:
            with table_with(address, {"a": "text"}, [("x",)]) as table:
                given = options(address, table) | {"user": "jutong_reader_without_rights"}
                with pytest.raises(SourceRefused):
                    rows_of(open_connector("postgresql", given, root=tmp_path))
        finally:
            connection.execute("DROP ROLE jutong_reader_without_rights")


def test_sqlite_values_keep_their_types(tmp_path):
    columns = {"n": "INTEGER", "size": "REAL", "idn": "VARCHAR(18)", "amount": "DECIMAL(10,2)", "raw": "BLOB"}
    path = write_sqlite(tmp_path / "s.db", columns, [(1, 0.5, "012345678901234567", 2.0, b"\xff")])
    assert _rows(opened(path)) == [(1, 0.5, "012345678901234567", "2", b"\xff")]


def test_a_sqlite_value_of_another_type_sets_its_row_aside(tmp_path):
    path = write_sqlite(tmp_path / "s.db", {"n": "INTEGER", "t": "TEXT"}, [(1, "a"), ("x", "b"), (3, "c")])
    connector = opened(path)
    assert _rows(connector) == [(1, "a"), (3, "c")]
    assert [(line.line, line.reason, line.place) for line in connector.rejected()] == [
        (2, "type_mismatch", "n")
    ]


def test_sqlite_names_are_quoted_whatever_they_contain(tmp_path):
    table = 't"; DROP TABLE t; --'
    path = write_sqlite(tmp_path / "s.db", {'a"b': "TEXT", "select": "TEXT"}, [("甲", "乙")], table=table)
    assert rows_of(path, table=table) == [("甲", "乙")]


def test_one_of_several_sqlite_tables_must_be_named(tmp_path):
    path = write_sqlite(tmp_path / "s.db", {"a": "TEXT"}, [("x",)], table="t1")
    write_sqlite(path, {"a": "TEXT"}, [("y",)], table="t2")
    with pytest.raises(TableUnnamed) as raised:
        opened(path)
    assert "t1、t2" in raised.value.message()
    assert rows_of(path, table="t2") == [("y",)]
    with pytest.raises(TableMissing):
        opened(path, table="t3")


def test_a_sqlite_source_is_never_written(tmp_path):
    path = write_sqlite(tmp_path / "s.db", {"a": "TEXT"}, [("x",)])
    before = path.read_bytes()
    path.chmod(0o444)
    assert rows_of(path) == [("x",)]
    assert path.read_bytes() == before
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["s.db"]
