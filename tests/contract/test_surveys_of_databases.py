"""A survey reads the same of PostgreSQL, MariaDB and a SQLite file: tables, comments, keys, cycles, what is skipped."""

import sqlite3
from datetime import date, timedelta
from uuid import uuid4

import psycopg
import pytest

from jutong.dataflow.connectors import source_tables, survey_tables
from jutong.vocabulary.catalogue import DataType, Meaning, UpdateFrequency
from jutong.vocabulary.identifiers import KINDS
from jutong.vocabulary.surveys import Skipped
from tests.support.mariadb import mariadb_database
from tests.support.postgresql import options, server

ID = KINDS["citizen_id"].example
TODAY = date(2025, 6, 1)
ROWS = [
    (n, "合成甲", ID, f"1380000{n:04}", (TODAY - timedelta(days=30 * (n % 6))).isoformat()) for n in range(60)
]
"""Sixty rows, changed month by month."""


@pytest.fixture
def sqlite_source(tmp_path):
    path = tmp_path / "system.sqlite"
    with sqlite3.connect(path) as connection:
        connection.executescript(
            """
            CREATE TABLE jzry (
                id INTEGER PRIMARY KEY, -- 主键
                xm TEXT, -- 救助人员姓名
                zjh VARCHAR(18), -- 证件号码
                sjh TEXT,
                gxsj DATE);
            CREATE TABLE oper_log (id INTEGER);
            CREATE TABLE gone (id INTEGER);
            CREATE VIEW all_jzry AS SELECT * FROM jzry;
            """
        )
        connection.executemany("INSERT INTO jzry VALUES (?, ?, ?, ?, ?)", ROWS)
        connection.execute("INSERT INTO oper_log VALUES (1)")
    connection.close()
    return "sqlite", {"path": path.name}, tmp_path, ""


@pytest.fixture
def postgresql_source(tmp_path):
    address, schema = server(), f"survey_{uuid4().hex[:12]}"
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}")
        connection.execute(f"SET search_path TO {schema}")
        connection.execute(
            "CREATE TABLE jzry (id bigint PRIMARY KEY, xm text, zjh varchar(18), sjh text, gxsj date)"
        )
        connection.execute("COMMENT ON TABLE jzry IS '救助人员登记表'")
        connection.execute("COMMENT ON COLUMN jzry.xm IS '救助人员姓名'")
        connection.execute("COMMENT ON COLUMN jzry.zjh IS '证件号码'")
        connection.execute("CREATE TABLE oper_log (id int)")
        connection.execute("CREATE TABLE gone (id int)")
        connection.execute("CREATE VIEW all_jzry AS SELECT * FROM jzry")
        connection.cursor().executemany("INSERT INTO jzry VALUES (%s, %s, %s, %s, %s)", ROWS)
        connection.execute("INSERT INTO oper_log VALUES (1)")
        try:
            yield "postgresql", {**options(address, "jzry"), "schema": schema}, tmp_path, f"{schema}."
        finally:
            connection.execute(f"DROP SCHEMA {schema} CASCADE")


@pytest.fixture
def mariadb_source(tmp_path):
    with mariadb_database() as (given, cursor):
        cursor.execute(
            "CREATE TABLE jzry (id bigint PRIMARY KEY, xm varchar(60) COMMENT '救助人员姓名',"
            " zjh varchar(18) COMMENT '证件号码', sjh varchar(20), gxsj date) COMMENT '救助人员登记表'"
        )
        cursor.execute("CREATE TABLE oper_log (id int)")
        cursor.execute("CREATE TABLE gone (id int)")
        cursor.execute("CREATE VIEW all_jzry AS SELECT * FROM jzry")
        cursor.executemany("INSERT INTO jzry VALUES (%s, %s, %s, %s, %s)", ROWS)
        cursor.execute("INSERT INTO oper_log VALUES (1)")
        yield "mariadb", {**given, "table": "jzry"}, tmp_path, ""


@pytest.fixture(
    params=[
        "sqlite",
        pytest.param("postgresql", marks=pytest.mark.postgresql),
        pytest.param("mariadb", marks=pytest.mark.mariadb),
    ]
)
def source(request):
    return request.getfixturevalue(f"{request.param}_source")


def test_a_whole_database_is_read_table_by_table(source):
    kind, given, root, schema = source
    names = source_tables(kind, given, root=root)
    assert set(names) == {f"{schema}{name}" for name in ("jzry", "oper_log", "gone", "all_jzry")}
    found = {
        one.table.removeprefix(schema): one
        for one in survey_tables(kind, given, names, root=root, today=TODAY)
    }
    assert {name: one.skipped for name, one in found.items()} == {
        "jzry": None, "oper_log": Skipped.LOG, "gone": Skipped.EMPTY, "all_jzry": Skipped.VIEW,
    }  # fmt: skip
    table = found["jzry"]
    assert (table.rows, table.rows_exact, table.sampled) == (60, True, 60)
    assert table.frequency is UpdateFrequency.MONTHLY
    items = {column.column: column.item for column in table.columns}
    assert items["xm"].name == "救助人员姓名"
    assert items["zjh"].name == "证件号码"
    assert items["sjh"].meaning is Meaning.MOBILE
    assert items["id"].key
    assert (items["id"].data_type, items["gxsj"].data_type) == (DataType.INTEGER, DataType.DATE)
    assert items["zjh"].length == 18
    told = table.to_json()
    assert ID not in told
    assert "合成甲" not in told


def test_a_table_that_is_gone_meanwhile_is_passed_over(source):
    kind, given, root, schema = source
    names = [f"{schema}nothing", f"{schema}jzry"]
    found = [one.table for one in survey_tables(kind, given, names, root=root, today=TODAY)]
    assert found == [f"{schema}jzry"]
