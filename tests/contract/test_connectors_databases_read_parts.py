"""One suite over every database: types kept, a part is the filter of the whole, names and bounds are never SQL.

The path of the databases that are read through SQLAlchemy runs here on real PostgreSQL and MariaDB servers.
"""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.errors import BoundInvalid, ColumnMissing, TableMissing
from jutong.dataflow.connectors.protocol import Capability, Part, SelectiveConnector
from jutong.dataflow.connectors.sqlalchemy_dialects import KINGBASE, DatabaseDialect
from jutong.dataflow.connectors.sqlalchemy_tables import SqlAlchemyConnector
from tests.support.mariadb import mariadb_database
from tests.support.postgresql import options as postgresql_options
from tests.support.postgresql import server

ODD = '列"]; DROP TABLE t; --'
"""A column's name that would end a statement, were it glued."""
DOUBLE = '"'
ROWS: list[tuple[Any, ...]] = [
    (
        1,
        "甲",
        Decimal("12345678901234567890.1234"),
        dt.datetime(2024, 2, 29, 1, 2, 3, 456_789),
        "x' OR '1'='1",
    ),
    (2, "😀", Decimal("-0.0001"), dt.datetime(1969, 12, 31, 23, 59, 59), ""),
    (3, None, None, None, None),
    (2**53 + 1, "乙\n\\", Decimal("0.0000"), dt.datetime(9999, 12, 31, 23, 59, 59, 999_999), "%s :b {0}"),
]
NAMES = ("id", "名称", "amount", "at", ODD)


@dataclass
class Database:
    name: str
    open: Callable[..., SelectiveConnector]
    execute: Callable[[str], None]


def _quoted(name: str, quote: str) -> str:
    return quote + name.replace(quote, quote * 2) + quote


def _table(execute: Callable[..., Any], quote: str, mark: str, types: tuple[str, str, str, str, str]) -> None:
    columns = ", ".join(f"{_quoted(name, quote)} {kind}" for name, kind in zip(NAMES, types, strict=True))
    execute(f"CREATE TABLE t ({columns}, PRIMARY KEY (id))")
    for row in ROWS:
        execute(f"INSERT INTO t VALUES ({', '.join([mark] * 5)})", row)


def _dialect(driver: str, **more: Any) -> DatabaseDialect:
    return DatabaseDialect(kind="other", zh="其他", en="Other", driver=driver, port=1, **more)


def _of_dialect(dialect: DatabaseDialect, options: dict[str, Any]) -> Callable[..., SelectiveConnector]:
    return lambda table="t", **more: SqlAlchemyConnector(
        dialect, {**options, "table": table, **more}, limits=ReadLimits()
    )


def _of_kind(kind: str, options: dict[str, Any], root: Path) -> Callable[..., SelectiveConnector]:
    return lambda table="t", **more: open_connector(kind, {**options, "table": table, **more}, root=root)


@pytest.fixture(
    scope="module",
    params=["postgresql", "mariadb", "sqlite", "kingbase", "sqlalchemy_pg", "sqlalchemy_maria"],
)
def database(request, tmp_path_factory) -> Iterator[Database]:
    name, root = request.param, tmp_path_factory.mktemp("databases")
    with ExitStack() as stack:
        if name in {"postgresql", "kingbase", "sqlalchemy_pg"}:
            address = server()
            schema = f"jutong_test_{name}"
            connection = stack.enter_context(psycopg.connect(address, autocommit=True))
            connection.execute(f"DROP SCHEMA IF EXISTS {schema} CASCADE")
            connection.execute(f"CREATE SCHEMA {schema}")
            stack.callback(connection.execute, f"DROP SCHEMA {schema} CASCADE")
            connection.execute(f"SET search_path = {schema}")
            _table(
                connection.execute, '"', "%s", ("bigint", "text", "numeric(30,4)", "timestamp", "varchar(40)")
            )
            options = {**postgresql_options(address, "t"), "schema": schema}
            if name == "postgresql":
                opener = _of_kind(name, options, root)
            else:
                dialect = KINGBASE if name == "kingbase" else _dialect("postgresql+psycopg")
                opener = _of_dialect(dialect, options)
            yield Database(name, opener, connection.execute)
        elif name == "sqlite":
            connection = stack.enter_context(closing(sqlite3.connect(root / "s.db", isolation_level=None)))
            columns = ", ".join(
                f"{_quoted(column, DOUBLE)} {kind}"
                for column, kind in zip(NAMES, ("INTEGER", "TEXT", "TEXT", "TEXT", "TEXT"), strict=True)
            )
            connection.execute(f"CREATE TABLE t ({columns}, PRIMARY KEY (id))")
            for row in ROWS:
                texts = [value if isinstance(value, int | str | None) else str(value) for value in row]
                connection.execute("INSERT INTO t VALUES (?, ?, ?, ?, ?)", texts)
            yield Database(name, _of_kind(name, {"path": "s.db"}, root), connection.execute)
        else:
            options, cursor = stack.enter_context(mariadb_database())
            _table(
                cursor.execute,
                "`",
                "%s",
                ("bigint", "varchar(40)", "decimal(30,4)", "datetime(6)", "varchar(40)"),
            )
            maria = name == "mariadb"
            opener = (
                _of_kind(name, options, root) if maria else _of_dialect(_dialect("mysql+pymysql"), options)
            )
            yield Database(name, opener, cursor.execute)


def rows(batches: Iterator[Any]) -> list[tuple[Any, ...]]:
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


def expected(database: Database) -> list[tuple[Any, ...]]:
    if database.name != "sqlite":
        return ROWS
    return [tuple(v if isinstance(v, int | str | None) else str(v) for v in row) for row in ROWS]


def test_every_value_is_kept_and_reading_again_gives_the_same(database):
    connector = database.open()
    assert connector.columns() == NAMES
    assert sorted(rows(connector.read())) == sorted(expected(database))
    assert rows(connector.read()) == rows(connector.read())
    assert not connector.rejected()


def test_what_it_can_do_is_declared(database):
    connector = database.open()
    assert isinstance(connector, SelectiveConnector)
    assert {Capability.CURSOR, Capability.PUSHDOWN, Capability.TYPED} <= connector.capabilities


@pytest.mark.parametrize(
    "part",
    [
        Part(columns=("名称", "id")),
        Part(column="id", lower="2"),
        Part(column="id", upper="3"),
        Part(column="id", lower="2", upper="9007199254740993"),
        Part(column="at", lower="1969-12-31 23:59:59"),
        Part(column="at", lower="1970-01-01", upper="9999-12-31 23:59:59.999999"),
        Part(column="id", lower="1", limit=2),
        Part(equal={"名称": "甲"}),
        Part(equal={ODD: "x' OR '1'='1"}),
        Part(columns=(ODD,), equal={ODD: "%s :b {0}"}),
        Part(column="名称", lower="甲' OR 1=1 --"),
    ],
)
def test_a_part_is_the_filter_of_the_whole(database, part):
    whole = [dict(zip(NAMES, row, strict=True)) for row in expected(database)]

    def typed(column: str, text: str) -> Any:
        sample = whole[0][column]
        if isinstance(sample, int):
            return int(text)
        return dt.datetime.fromisoformat(text) if isinstance(sample, dt.datetime) else text

    def within(row: dict[str, Any]) -> bool:
        value = row[part.column] if part.column else None
        return (
            all(row[name] == text for name, text in part.equal.items())
            and (part.lower is None or (value is not None and value >= typed(part.column, part.lower)))
            and (part.upper is None or (value is not None and value < typed(part.column, part.upper)))
        )

    found = rows(database.open().read_part(part))
    kept = [row for row in whole if within(row)]
    if part.column == "名称":  # how texts are ordered is the database's: only that the text stayed a text
        assert len(found) < len(whole)
        return
    if part.limit is not None:
        kept = sorted(kept, key=lambda row: row[part.column])[: part.limit]
    wanted = [tuple(row[name] for name in part.columns or NAMES) for row in kept]
    assert sorted(found, key=str) == sorted(wanted, key=str)


def test_the_greatest_value_is_a_bound_that_finds_its_row(database):
    connector = database.open()
    for column in ("id", "at", "amount"):
        greatest = connector.greatest(column)
        found = rows(connector.read_part(Part(columns=("id",), column=column, lower=greatest)))
        assert len(found) == 1, (column, greatest)
    assert connector.greatest("id") == str(2**53 + 1)


def test_an_empty_table_has_no_greatest_value(database):
    database.execute("CREATE TABLE empty_one (id bigint)")
    connector = database.open(table="empty_one")
    assert connector.greatest("id") is None
    assert rows(connector.read()) == rows(connector.read_part(Part(column="id", lower="1"))) == []


def test_wrong_names_and_bounds_are_said_and_nothing_is_run(database):
    connector = database.open()
    for part in (
        Part(columns=("no such",)),
        Part(column="id; DROP TABLE t", lower="1"),
        Part(equal={"?": "1"}),
    ):
        with pytest.raises(ColumnMissing):
            rows(connector.read_part(part))
    with pytest.raises(ColumnMissing):
        connector.greatest("id) FROM t; DROP TABLE t; --")
    with pytest.raises(BoundInvalid) as raised:
        rows(connector.read_part(Part(column="id", lower="1; DROP TABLE t; --")))
    assert "DROP" not in f"{raised.value}{raised.value.detail}"
    with pytest.raises(TableMissing):
        database.open(table="t; DROP TABLE t; --")
    assert len(rows(connector.read())) == len(ROWS)
