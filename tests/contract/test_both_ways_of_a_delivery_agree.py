"""A delivery that the engine scans by itself ends like one that is staged: report, pool, quarantine, versions."""

import json
from dataclasses import replace

import psycopg
import pytest

from jutong.dataflow.connectors.protocol import Capability
from jutong.dataflow.connectors.registry import open_connector
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect, run_collection
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from tests.support.deliveries import NOON, people_contract
from tests.support.lakes import open_lake
from tests.support.postgresql import options, server, table_with

pytestmark = pytest.mark.postgresql

POOL = TableName("pool", "person")
QUARANTINE = TableName("quarantine", "person")
COLUMNS = {
    "id_no": "varchar(18) PRIMARY KEY",
    "name": "text",
    "born": "text",
    "small": "smallint",
    "big": "bigint",
    "money": "numeric(12,2)",
    "wide": "numeric(30,2)",
    "real4": "real",
    "real8": "double precision",
    "flag": "boolean",
    "day": "date",
    "at": "timestamp",
    "zoned": "timestamptz",
    "padded": "char(4)",
    "token": "uuid",
    "note": "json",
    "extra": "text",
}
ITEMS = (
    InformationItem(name="号", field="id_no", key=True, required=True, meaning=Meaning.CITIZEN_ID, length=18),
    InformationItem(name="名", field="name", required=True, length=3),
    InformationItem(name="生", field="born", data_type=DataType.DATE, meaning=Meaning.BIRTH_DATE),
    InformationItem(name="小", field="small", data_type=DataType.INTEGER),
    InformationItem(name="大", field="big", data_type=DataType.INTEGER),
    InformationItem(name="钱", field="money", data_type=DataType.MONEY),
    InformationItem(name="宽", field="wide", data_type=DataType.MONEY),
    InformationItem(name="单", field="real4", data_type=DataType.DOUBLE, meaning=Meaning.LONGITUDE),
    InformationItem(name="双", field="real8", data_type=DataType.NUMBER),
    InformationItem(name="旗", field="flag", data_type=DataType.BOOLEAN),
    InformationItem(name="日", field="day", data_type=DataType.DATE),
    InformationItem(name="时", field="at", data_type=DataType.TIMESTAMP),
    InformationItem(name="区", field="zoned", data_type=DataType.TIMESTAMP),
    InformationItem(name="满", field="padded"),
    InformationItem(name="牌", field="token"),
    InformationItem(name="记", field="note"),
    InformationItem(name="缺", field="absent"),
)
TOKEN = "8b7e4a1c-0000-4000-8000-0123456789ab"
ROWS = [
    ("330102199003070011", "王合成", "1990-3-7", 1, 2, "1.50", "3", 120.1, 0.1, True, "2001-01-02",
     "2001-01-02 03:04:05.678", "2001-01-02 03:04:05+00", "ab", TOKEN, '{"a": 1}', "x"),
    ("bad", " ", "1990-02-30", -1, 10**18, None, "12345678901234567890", 200, "NaN", None, "1900-01-01",
     None, None, None, None, None, "kept"),
    ("", "名字太长了", "", None, -5, "-0.01", None, None, 1e20, False, "9999-12-31", "1990-06-01 00:30:00",
     "1990-06-01 00:30:00+00", "  ", None, None, None),
    (" 　", "李", None, None, None, None, None, None, None, None, None, None, None, None, None, None, None),
    ("330102199003070012", "", "19900307", 0, 0, "0", "0.00", 0, 0, True, None, None, None, "汉字", None, None, "é"),
]  # fmt: skip


@pytest.fixture(scope="module")
def table():
    address = server()
    with table_with(address, COLUMNS, ROWS) as name:
        yield options(address, name)


def contract():
    rules = (
        RuleSpec(code="name.short", kind="length", fields=("name",), parameters={"most": 4}, blocking=True),
    )
    return replace(people_contract(), items=ITEMS, rules=rules, query_keys=())


def collected(folder, source, *, scanned, mode="replace", key=None):
    with open_lake(folder) as lake:
        connector = open_connector("postgresql", source, root=folder)
        assert Capability.ENGINE in connector.capabilities
        if not scanned:
            connector.capabilities = connector.capabilities - {Capability.ENGINE}
        report = collect(
            contract(),
            connector,
            lake=lake,
            department="police",
            system="hukou",
            run_id="r1",
            clock=FixedClock(NOON),
            mode=mode,
            terms=LandingTerms(sealing_key=key),
        )
        pool = sorted((_plain(row) for row in lake.read(POOL).to_pylist()), key=lambda row: row["id_no"])
        kept = sorted(lake.read(QUARANTINE).to_pylist(), key=lambda row: json.dumps(sorted(row["reasons"])))
        return report, pool, kept, [version.rows for version in lake.versions(POOL)]


def _plain(row):
    return {name: repr(value) for name, value in row.items() if name != "_row_no"} | {"id_no": row["id_no"]}


@pytest.mark.parametrize("mode", ["replace", "append"])
def test_both_ways_give_the_same(table, tmp_path, mode):
    long, long_pool, long_kept, long_versions = collected(tmp_path / "a", table, scanned=False, mode=mode)
    short, short_pool, short_kept, short_versions = collected(tmp_path / "b", table, scanned=True, mode=mode)
    assert [replace(rule, sample_keys=()) for rule in short.rules] == [
        replace(rule, sample_keys=()) for rule in long.rules
    ]
    assert replace(short, rules=()) == replace(long, rules=())
    assert short_pool == long_pool
    assert short_versions == long_versions
    assert [sorted(row["reasons"]) for row in short_kept] == [sorted(row["reasons"]) for row in long_kept]
    assert (long.read, long.landed, long.quarantined) == (5, 2, 3)


def test_what_a_refused_row_held_is_kept_as_it_was(table, tmp_path, monkeypatch):
    contents = {}
    for way, scanned in (("long", False), ("short", True)):
        seen = contents[way] = []
        monkeypatch.setattr(
            "jutong.dataflow.pipelines.sealing.seal_row",
            lambda _key, raw, _place, seen=seen: seen.append(raw) or "sealed",
        )
        collected(tmp_path / way, table, scanned=scanned, key=bytes(16))
    assert sorted(contents["short"]) == sorted(contents["long"])
    assert len(contents["short"]) == 3
    assert any(json.loads(raw)["extra"] == "kept" for raw in contents["short"])


def test_a_table_that_changes_meanwhile_is_read_as_of_one_moment(tmp_path):
    address = server()
    with table_with(address, {"id": "int PRIMARY KEY", "n": "int NOT NULL"}, [(1, 0)]) as name:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"INSERT INTO {name} SELECT g, 0 FROM generate_series(2, 300000) g")
            connection.execute(f"ANALYZE {name}")
        items = (
            InformationItem(name="i", field="id", key=True, data_type=DataType.INTEGER),
            InformationItem(name="n", field="n", data_type=DataType.INTEGER),
        )
        moved = False

        def change(_progress):
            nonlocal moved
            if not moved:
                moved = True
                with psycopg.connect(address, autocommit=True) as connection:
                    connection.execute(f"UPDATE {name} SET n = 1")

        with open_lake(tmp_path) as lake:
            report = run_collection(
                replace(people_contract(), items=items, query_keys=(), rules=()),
                lambda: open_connector("postgresql", options(address, name), root=tmp_path),
                lake=lake,
                department="d",
                system="s",
                run_id="r1",
                clock=FixedClock(NOON),
                progress=change,
            )
            assert report.landed == 300_000
            assert len(set(lake.read(POOL, columns=["n"]).column("n").to_pylist())) == 1


def test_an_empty_table_and_one_of_odd_types_are_collected_as_well(tmp_path):
    address = server()
    items = (InformationItem(name="号", field="id_no", key=True), InformationItem(name="数", field="n"))
    for kind, rows, engine in (("int", [], True), ("numeric", [("a", "1.23456789012345678901")], False)):
        with (
            table_with(address, {"id_no": "text PRIMARY KEY", "n": kind}, rows) as name,
            open_lake(tmp_path / kind) as lake,
        ):
            connector = open_connector("postgresql", options(address, name), root=tmp_path)
            assert (Capability.ENGINE in connector.capabilities) is engine
            report = collect(
                replace(people_contract(), items=items, query_keys=(), rules=()),
                connector,
                lake=lake,
                department="d",
                system="s",
                run_id="r1",
                clock=FixedClock(NOON),
            )
            assert (report.landed, lake.count(POOL)) == (len(rows), len(rows))
            assert lake.read(POOL).column("n").to_pylist() == [row[1] for row in rows]
