"""The binlog of a real MariaDB server: every change once and in order, with the values that a snapshot gives."""

import time

import pyarrow as pa
import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.mariadb_changes_errors import (
    BinlogPurged,
    BinlogRefused,
    BinlogSetting,
    RowsChangedUnlogged,
    TableKeyless,
)
from jutong.dataflow.connectors.protocol import ChangeLogConnector
from tests.support.mariadb_cluster import mariadb_cluster

pytestmark = pytest.mark.mariadb
KINDS = {
    "ti": ("tinyint unsigned", "255", "0"),
    "si": ("smallint", "-32768", "32767"),
    "mi": ("mediumint", "-8388608", "8388607"),
    "mu": ("mediumint unsigned", "16777215", "0"),
    "i": ("int", "-2147483648", "1"),
    "bu": ("bigint unsigned", "18446744073709551615", "0"),
    "bi": ("bigint", "-9223372036854775808", "7"),
    "flag": ("tinyint(1)", "2", "0"),
    "fl": ("float", "1.1", "-0.000123"),
    "do": ("double", "1e300", "-0.1"),
    "de": ("decimal(38,2)", "-1234567890123456789012345678901234.10", "0.05"),
    "d2": ("decimal(9,9)", "-0.000000001", "0.5"),
    "d3": ("decimal(20)", "-12345678901234567890", "0"),
    "wide": ("decimal(50,2)", "12345678901234567890123456789012345.12", "-0.5"),
    "span": ("time(3)", "'-838:59:59.123'", "'-00:00:01.5'"),
    "span0": ("time", "'-01:02:03'", "'838:59:59'"),
    "span6": ("time(6)", "'-00:00:00.000001'", "'12:00:00.5'"),
    "y": ("year", "2024", "0"),
    "b1": ("bit(1)", "1", "0"),
    "b12": ("bit(12)", "0xAAA", "0"),
    "b64": ("bit(64)", "0xFFFFFFFFFFFFFFFF", "1"),
    "raw": ("varbinary(4)", "x'00ff27'", "''"),
    "fixed": ("binary(6)", "x'0102000000'", "''"),
    "blobs": ("blob", "x'00ff'", "repeat(x'41', 70000)"),
    "doc": ("json", """'{"甲": 1}'""", "'[]'"),
    "pick": ("enum('a','It''s 甲','B')", "'It''s 甲'", "'不在'"),
    "many": ("set('x','甲','Z')", "'Z,x'", "''"),
    "face": ("char(5) collate utf8mb4_bin", "'😀 '", "''"),
    "wideface": ("char(200)", "repeat('甲', 200)", "'乙'"),
    "gbk": ("varchar(9) character set gbk", "'中文镕'", "''"),
    "latin": ("varchar(9) character set latin1", "'é€'", "''"),
    "big5": ("text character set big5", "'臺灣'", "''"),
    "long_one": ("longtext", "repeat('长', 30000)", "''"),
    "d": ("date", "'2024-02-29'", "'0000-00-00'"),
    "at": ("datetime(6)", "'2024-02-29 01:02:03.456789'", "'2024-00-01'"),
    "at3": ("datetime(3)", "'0001-01-01 23:59:59.9'", "'9999-12-31 23:59:59.999'"),
    "ts": ("timestamp(3) null", "'2024-02-29 01:02:03.5'", "'0000-00-00'"),
    "u4": ("uuid", "'123e4567-e89b-42d3-a456-426614174000'", "'01890a5d-ac96-774b-bcce-b302099a8057'"),
    "v6": ("inet6", "'2001:db8::1'", "'::ffff:192.0.2.1'"),
    "v4": ("inet4", "'192.0.2.7'", "'0.0.0.0'"),
    "shape": ("point", "ST_GeomFromText('POINT(1 2.5)', 4326)", "ST_GeomFromText('POINT(0 0)')"),
    "back`tick": ("varchar(300)", "repeat('x', 300)", "''"),
    "kept": ("int AS (i + 1) STORED", None, None),
    "shown": ("int AS (si + 1) VIRTUAL", None, None),
}


@pytest.fixture(scope="module")
def cluster():
    with mariadb_cluster() as made:
        yield made


@pytest.fixture
def run(cluster):
    with cluster.connect() as connection:
        cursor = connection.cursor()
        cursor.execute("SET sql_mode = 'ALLOW_INVALID_DATES', time_zone = '+00:00'")
        yield cursor.execute


def opened(cluster, table, tmp_path, **more):
    found = open_connector(
        "mariadb", {**cluster.options, "table": table, **more}, root=tmp_path, limits=ReadLimits()
    )
    assert isinstance(found, ChangeLogConnector)
    return found


def followed(connector, position, *, limit=1000):
    return list(connector.changes("reader", position, limit=limit, wait_s=0))


def purged(cluster):
    """All but the newest file of the log; the server lets go of one only once its engine needs it no more."""
    until = time.monotonic() + 20
    with cluster.connect() as connection, connection.cursor() as cursor:
        while True:
            cursor.execute("SHOW BINARY LOGS")
            files = [name for name, _ in cursor.fetchall()]
            if len(files) == 1 or time.monotonic() > until:
                return
            cursor.execute(f"PURGE BINARY LOGS TO '{files[-1]}'")
            time.sleep(0.1)


def changes(batches):
    """(operation, values …) in order; every batch says its own order and leaves nothing out."""
    for batch in batches:
        assert batch.rows.column("_seq").to_pylist() == list(range(batch.rows.num_rows))
        assert not any(batch.rows.column("_kept").to_pylist())
    return [
        (row.pop("_op"), *row.values())
        for batch in batches
        for row in batch.rows.drop_columns(["_seq", "_kept"]).to_pylist()
    ]


def test_every_type_is_as_in_the_snapshot(cluster, run, tmp_path):
    names = {name: f"`{name.replace('`', '``')}`" for name in KINDS}
    declared = ", ".join(f"{names[name]} {kind}" for name, (kind, _, _) in KINDS.items())
    given = {name: values for name, (_, *values) in KINDS.items() if values[0] is not None}
    run(f"CREATE TABLE kinds (id int PRIMARY KEY, {declared})")
    connector = opened(cluster, "kinds", tmp_path)
    start = connector.start_changes("reader")
    listed = ", ".join(names[name] for name in given)
    for key in (0, 1):
        values = ", ".join(one[key] for one in given.values())
        run(f"INSERT IGNORE INTO kinds (id, {listed}) VALUES ({key}, {values})")
    run("INSERT INTO kinds (id) VALUES (2)")
    snapshot = pa.Table.from_batches(connector.read())
    log = pa.Table.from_batches([batch.rows for batch in followed(connector, start)])
    assert log.select(snapshot.schema.names).schema.equals(snapshot.schema)
    for name in snapshot.schema.names:
        assert (name, log.column(name).to_pylist()) == (name, snapshot.column(name).to_pylist())


def test_inserts_updates_deletes_and_changed_keys(cluster, run, tmp_path):
    run("CREATE TABLE persons (id varchar(20) PRIMARY KEY, name varchar(20), n int)")
    run("INSERT INTO persons VALUES ('before', '前', 0)")
    connector = opened(cluster, "persons", tmp_path)
    start = connector.start_changes("reader")
    run("INSERT INTO persons VALUES ('甲', '张三', 1), ('乙', NULL, NULL)")
    run("UPDATE persons SET n = 2 WHERE id = '甲'")
    run("UPDATE persons SET id = '丙' WHERE id = '甲'")
    run("DELETE FROM persons WHERE id = '乙'")
    assert changes(followed(connector, start)) == [
        ("I", "甲", "张三", 1),
        ("I", "乙", None, None),
        ("U", "甲", "张三", 2),
        ("D", "甲", None, None),
        ("I", "丙", "张三", 2),
        ("D", "乙", None, None),
    ]


def test_batches_end_with_transactions_and_each_resumes_exactly_once(cluster, run, tmp_path):
    run("CREATE TABLE numbers (n int PRIMARY KEY)")
    run("CREATE TABLE others (n int PRIMARY KEY)")
    connector = opened(cluster, "numbers", tmp_path)
    start = connector.start_changes("reader")
    for first in (1, 4, 7, 10):
        run("BEGIN")
        run(f"INSERT INTO numbers VALUES ({first}), ({first + 1})")
        run(f"INSERT INTO others VALUES ({first})")
        run(f"INSERT INTO numbers VALUES ({first + 2})")
        run("COMMIT")
    batches = followed(connector, start, limit=4)
    assert [batch.rows.num_rows for batch in batches] == [6, 6]
    assert batches[0].committed_at <= batches[1].committed_at
    cluster.stop()
    cluster.start()
    again = followed(opened(cluster, "numbers", tmp_path), batches[0].position, limit=1)
    assert [row[1] for row in changes(again)] == [7, 8, 9, 10, 11, 12]
    with cluster.connect() as connection, connection.cursor() as cursor:
        cursor.execute("INSERT INTO others VALUES (100)")
    (moved,) = followed(connector, again[-1].position)
    assert (moved.rows.num_rows, moved.schema_changed, moved.truncated) == (0, False, False)
    assert followed(connector, moved.position) == []


def test_several_domains_and_formats_that_do_not_tell_rows(cluster, run, tmp_path):
    run("CREATE TABLE domains (n int PRIMARY KEY)")
    connector = opened(cluster, "domains", tmp_path)
    start = connector.start_changes("reader")
    for domain in (7, 0, 7, 3):
        run(f"SET gtid_domain_id = {domain}")
        run("INSERT INTO domains SELECT coalesce(max(n), 0) + 1 FROM domains")
    run("BEGIN")
    run("INSERT INTO domains VALUES (100)")
    run("ROLLBACK")
    batches = followed(connector, start, limit=1)
    assert sorted(row[1] for row in changes(batches)) == [1, 2, 3, 4]
    assert batches[-1].position.count(",") == 2
    assert sorted(row[1] for row in changes(followed(connector, batches[1].position))) == [
        row[1] for row in changes(batches[2:])
    ]
    run("SET binlog_format = 'STATEMENT'")
    run("DELETE FROM domains WHERE n = 1")
    with pytest.raises(RowsChangedUnlogged):
        followed(connector, batches[-1].position)


def test_a_large_transaction_is_one_batch(cluster, run, tmp_path):
    run("CREATE TABLE many (id int PRIMARY KEY, name varchar(20), amount decimal(12,2))")
    connector = opened(cluster, "many", tmp_path)
    start = connector.start_changes("reader")
    run("INSERT INTO many SELECT seq, concat('名', seq), seq / 4 FROM seq_1_to_10000")
    (batch,) = followed(connector, start, limit=100)
    snapshot = pa.Table.from_batches(connector.read())
    assert batch.rows.drop_columns(["_op", "_seq", "_kept"]).equals(snapshot.combine_chunks().to_batches()[0])


def test_emptied_and_reshaped(cluster, run, tmp_path):
    run("CREATE TABLE forms (id int PRIMARY KEY)")
    run("CREATE TABLE bystander (id int PRIMARY KEY)")
    connector = opened(cluster, "forms", tmp_path)
    start = connector.start_changes("reader")
    run("INSERT INTO forms VALUES (1)")
    run("TRUNCATE TABLE bystander")
    run("ALTER TABLE bystander ADD forms int")
    run("CREATE TEMPORARY TABLE forms_too (id int)")
    run("TRUNCATE /* 清空 */ TABLE `city`.`forms`")
    run("INSERT INTO forms VALUES (2)")
    run("ALTER TABLE forms ADD COLUMN name varchar(9) FIRST")
    run("INSERT INTO forms VALUES ('甲', 3)")
    (first,) = followed(connector, start)
    assert (first.truncated, first.schema_changed, changes([first])) == (True, True, [("I", 2)])
    (second,) = followed(opened(cluster, "forms", tmp_path), first.position)
    assert (second.truncated, second.schema_changed, changes([second])) == (False, False, [("I", "甲", 3)])
    late = opened(cluster, "forms", tmp_path)
    assert changes(followed(late, start)) == [("I", None, 2)]
    run("INSERT INTO forms VALUES ('乙', 4)")
    run("CREATE TABLE forms_new LIKE forms")
    run("RENAME TABLE forms TO forms_old, forms_new TO forms")
    following = late.changes("reader", second.position, limit=100, wait_s=0)
    assert changes([next(following)]) == [("I", "乙", 4)]
    with pytest.raises(RowsChangedUnlogged):
        next(following)


def test_what_the_server_must_have(cluster, run, tmp_path):
    run("CREATE TABLE plain (id int)")
    with pytest.raises(TableKeyless):
        opened(cluster, "plain", tmp_path).start_changes("reader")
    run("ALTER TABLE plain ADD PRIMARY KEY (id)")
    run("CREATE USER jutong IDENTIFIED BY 'x'")
    run("GRANT SELECT ON city.* TO jutong")
    weak = opened(cluster, "plain", tmp_path, user="jutong", password="x")
    with pytest.raises(BinlogRefused, match="GRANT REPLICATION SLAVE"):
        weak.start_changes("reader")
    run("GRANT REPLICATION SLAVE ON *.* TO jutong")
    start = weak.start_changes("reader")
    run("INSERT INTO plain VALUES (1)")
    assert changes(followed(weak, start)) == [("I", 1)]
    run("SET GLOBAL binlog_row_image = 'MINIMAL'")
    with pytest.raises(BinlogSetting, match="SET GLOBAL binlog_row_image = 'FULL'"):
        weak.start_changes("reader")
    run("SET GLOBAL binlog_row_image = 'FULL'")


def test_a_log_that_is_gone(cluster, run, tmp_path):
    run("CREATE TABLE gone (id int PRIMARY KEY)")
    connector = opened(cluster, "gone", tmp_path)
    start = connector.start_changes("reader")
    run("INSERT INTO gone VALUES (1)")
    run("FLUSH BINARY LOGS")
    run("INSERT INTO gone VALUES (2)")
    run("FLUSH BINARY LOGS")
    purged(cluster)
    with pytest.raises(BinlogPurged):
        followed(connector, start)
    fresh = connector.start_changes("reader")
    run("RESET MASTER")
    with pytest.raises(BinlogPurged):
        followed(connector, fresh)
    empty = connector.start_changes("reader")
    run("INSERT INTO gone VALUES (3)")
    assert changes(followed(connector, empty)) == [("I", 3)]
