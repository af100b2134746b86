"""MariaDB on a real server: its own types, tables cut by their key, one-instant reading, and what cannot be read."""

import datetime as dt
import time
from dataclasses import replace
from decimal import Decimal

import pymysql
import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors import mariadb_ranges as mariadb_cutting
from jutong.dataflow.connectors.errors import BoundInvalid, OptionInvalid, SourceRefused, SourceUnreachable
from jutong.dataflow.connectors.protocol import Part
from tests.support.mariadb import mariadb_database

pytestmark = pytest.mark.mariadb
UTC = dt.UTC
BIG = Decimal("12345678901234567890123456789012345.12")
TYPES = {
    "bu": ("bigint unsigned", 2**64 - 1, 2**64 - 1),
    "flag": ("tinyint(1)", 2, 2),
    "fl": ("float", 1.1, 1.1),
    "de": ("decimal(38,2)", Decimal("1.10"), Decimal("1.10")),
    "wide": ("decimal(50,2)", BIG, str(BIG)),
    "span": ("time(3)", "-838:59:59.123", "-838:59:59.123"),
    "y": ("year", 2024, 2024),
    "b1": ("bit(1)", 1, True),
    "b12": ("bit(12)", 0xAAA, 0xAAA),
    "raw": ("varbinary(4)", b"\x00\xff'", b"\x00\xff'"),
    "doc": ("json", '{"甲": 1}', '{"甲": 1}'),
    "pick": ("enum('a','甲')", "甲", "甲"),
    "many": ("set('x','y')", "x,y", "x,y"),
    "face": ("char(5) collate utf8mb4_bin", "😀", "😀"),
    "gbk": ("varchar(9) character set gbk", "中文", "中文"),
    "at": ("datetime(6)", "2024-02-29 01:02:03.456789", dt.datetime(2024, 2, 29, 1, 2, 3, 456_789)),
    "ts": ("timestamp null", "2024-02-29 01:02:03", dt.datetime(2024, 2, 29, 1, 2, 3, tzinfo=UTC)),
    "back`tick": ("varchar(9)", "", ""),
}


@pytest.fixture(scope="module")
def database():
    with mariadb_database() as (options, cursor):
        cursor.execute("SET time_zone = '+00:00'")
        yield options, cursor


def opened(options, table, tmp_path, *, limits=ReadLimits(), **more):  # noqa: B008
    return open_connector("mariadb", {**options, "table": table, **more}, root=tmp_path, limits=limits)


def rows(batches):
    return [tuple(row.values()) for batch in batches for row in batch.to_pylist()]


@pytest.mark.parametrize("reading", ["fast", "snapshot"])
def test_every_type_keeps_its_values(database, reading, tmp_path):
    options, cursor = database
    names = [f"`{name.replace('`', '``')}`" for name in TYPES]
    declared = ", ".join(f"{name} {kind}" for name, (kind, _, _) in zip(names, TYPES.values(), strict=True))
    cursor.execute(f"CREATE OR REPLACE TABLE kinds ({declared})")
    cursor.execute(
        f"INSERT INTO kinds VALUES ({', '.join(['%s'] * len(TYPES))})",
        [value for _, value, _ in TYPES.values()],
    )
    cursor.execute("INSERT INTO kinds () VALUES ()")
    found = rows(opened(options, "kinds", tmp_path, reading=reading).read())
    assert dict(zip(TYPES, found[0], strict=True)) == {name: value for name, (_, _, value) in TYPES.items()}
    assert found[1] == (None,) * len(TYPES)


@pytest.mark.parametrize("reading", ["fast", "snapshot"])
def test_dates_that_do_not_exist_are_counted_or_refused(database, reading, tmp_path):
    options, cursor = database
    cursor.execute("CREATE OR REPLACE TABLE dated (id int PRIMARY KEY, d date, at datetime NOT NULL)")
    cursor.execute(
        "INSERT INTO dated VALUES (1, '0000-00-00', '0000-00-00'), (2, NULL, '2024-01-01'),"
        " (3, '2024-02-00', '2024-00-01'), (4, '9999-12-31', '1000-01-01')"
    )
    kept = (4, dt.date(9999, 12, 31), dt.datetime(1000, 1, 1))
    connector = opened(options, "dated", tmp_path, reading=reading)
    assert rows(connector.read()) == [
        (1, None, None), (2, None, dt.datetime(2024, 1, 1)), (3, None, None), kept
    ]  # fmt: skip
    assert {one.column: one.detail["rows"] for one in connector.findings()} == {"d": 2, "at": 2}
    connector = opened(options, "dated", tmp_path, reading=reading, bad_dates="refuse")
    assert rows(connector.read()) == [(2, None, dt.datetime(2024, 1, 1)), kept]
    assert [(one.line, one.reason) for one in connector.rejected()] == [
        (1, "type_mismatch"), (3, "type_mismatch")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("id bigint PRIMARY KEY", "cast(seq AS signed) * 1000003 - 5000000"),
        ("id bigint PRIMARY KEY", "seq"),
        ("id varchar(20) PRIMARY KEY", "concat('甲''', seq)"),
        ("id datetime PRIMARY KEY", "'2024-01-01' + interval seq minute"),
        ("id int, PRIMARY KEY (id, n)", "seq DIV 3"),
        ("id int", "seq"),
    ],
)
def test_a_large_table_is_cut_and_read_whole(database, key, value, tmp_path, monkeypatch):
    options, cursor = database
    column, _, more = key.partition(",")
    cursor.execute(f"CREATE OR REPLACE TABLE large ({column}, n int{',' + more if more else ''})")
    cursor.execute(f"INSERT INTO large SELECT {value}, seq FROM seq_1_to_25000")
    cursor.execute("ANALYZE TABLE large")
    monkeypatch.setattr(mariadb_cutting, "RANGE_BYTES", 1)
    connector = opened(options, "large", tmp_path)
    found = rows(connector.read())
    assert sorted(n for _, n in found) == list(range(1, 25_001))
    assert rows(connector.read()) == found
    part = rows(connector.read_part(Part(columns=("n",), column="n", lower="20", upper="24000")))
    assert sorted(n for (n,) in part) == list(range(20, 24_000))


def test_rows_written_while_reading_one_instant_are_not_seen(database, tmp_path):
    options, cursor = database
    cursor.execute("CREATE OR REPLACE TABLE moving (n int)")
    cursor.execute("INSERT INTO moving SELECT seq FROM seq_1_to_3000")
    limits = replace(ReadLimits(), batch_rows=1000)
    batches = opened(options, "moving", tmp_path, reading="snapshot", limits=limits).read()
    first = next(batches)
    cursor.execute("INSERT INTO moving SELECT seq FROM seq_1_to_3000")
    assert first.num_rows + sum(batch.num_rows for batch in batches) == 3000


@pytest.mark.parametrize("reading", ["fast", "snapshot"])
def test_a_reading_that_is_left_holds_no_connection(database, reading, tmp_path):
    options, cursor = database
    cursor.execute("CREATE OR REPLACE TABLE left_one (n int)")
    cursor.execute("INSERT INTO left_one SELECT seq FROM seq_1_to_300000")
    batches = opened(options, "left_one", tmp_path, reading=reading).read()
    next(batches)
    batches.close()
    others = None
    until = time.monotonic() + 10
    while others != 0 and time.monotonic() < until:
        cursor.execute(
            "SELECT count(*) FROM information_schema.processlist WHERE db = %s AND id <> connection_id()",
            (options["database"],),
        )
        (others,) = cursor.fetchone()
        time.sleep(0.05)
    assert others == 0


@pytest.mark.parametrize("reading", ["fast", "snapshot"])
def test_a_reading_that_the_server_ends_is_an_error_and_not_an_end(database, reading, tmp_path):
    options, cursor = database
    cursor.execute("CREATE OR REPLACE TABLE killed (n int, t varchar(200))")
    cursor.execute("INSERT INTO killed SELECT seq, repeat('x', 200) FROM seq_1_to_200000")
    batches = opened(options, "killed", tmp_path, reading=reading).read()
    next(batches)
    cursor.execute(
        "SELECT id FROM information_schema.processlist WHERE db = %s AND id <> connection_id()",
        (options["database"],),
    )
    for (identity,) in cursor.fetchall():
        cursor.execute(f"KILL {identity}")
    with pytest.raises(SourceUnreachable) as raised:
        list(batches)
    assert raised.value.retryable


@pytest.mark.parametrize(
    ("column", "bound"),
    [
        ("id", "1 OR 1=1"),
        ("d", "2024-01-01' OR '1'='1"),
        ("at", "2024-01-01T00:00:00+08:00"),
        ("at", "0"),
    ],
)
def test_a_bound_of_another_type_is_refused(database, column, bound, tmp_path):
    options, cursor = database
    cursor.execute("CREATE OR REPLACE TABLE bounded (id int PRIMARY KEY, d date, at datetime)")
    with pytest.raises(BoundInvalid):
        rows(opened(options, "bounded", tmp_path).read_part(Part(column=column, lower=bound)))


def test_a_table_that_this_account_may_not_read_is_refused(database, tmp_path):
    options, cursor = database
    cursor.execute("CREATE OR REPLACE TABLE hidden (n int)")
    cursor.execute("CREATE OR REPLACE USER jutong_without_rights IDENTIFIED BY 's3cret'")
    try:
        cursor.execute("CREATE OR REPLACE TABLE seen (n int)")
        cursor.execute("GRANT SELECT ON seen TO jutong_without_rights")
        given = {**options, "user": "jutong_without_rights", "password": "s3cret"}
        assert opened(given, "seen", tmp_path).columns() == ("n",)
        with pytest.raises(SourceRefused) as raised:
            opened(given, "hidden", tmp_path)
        assert "s3cret" not in f"{raised.value}{raised.value.__cause__}"
    finally:
        cursor.execute("DROP USER jutong_without_rights")


def test_wrong_options_are_said(database, tmp_path):
    options, _ = database
    for change in ({"reading": "slow"}, {"bad_dates": "keep"}, {"tls": "yes"}, {"port": "x"}, {"user": ""}):
        with pytest.raises(OptionInvalid) as raised:
            opened({**options, **change}, "t", tmp_path)
        assert raised.value.detail["option"] == next(iter(change))


def test_a_server_that_is_down_cannot_be_reached(tmp_path):
    given = {"host": "127.0.0.1", "port": 1, "user": "u", "password": "s3cret", "database": "d"}
    with pytest.raises(SourceUnreachable) as raised:
        opened(given, "t", tmp_path)
    assert isinstance(raised.value.__cause__, pymysql.MySQLError | OSError)
    assert "s3cret" not in f"{raised.value}{raised.value.detail}{raised.value.__cause__}"
