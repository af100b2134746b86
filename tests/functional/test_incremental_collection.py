"""Increments by a cursor: what grew is read, nothing at the boundary is lost, a row read again changes nothing."""

import sqlite3
from contextlib import closing
from dataclasses import replace

import pytest

from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines.errors import CursorEmpty, CursorUnset, CursorWentBack, KeyRequired
from jutong.dataflow.pipelines.incremental import collect_increment, earlier, is_below
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.collection import CollectionPolicy
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from tests.support.control import a_contract
from tests.support.deliveries import NOON
from tests.support.lakes import open_lake

POOL = TableName("pool", "shops")
ITEMS = (
    InformationItem(name="编号", field="code", key=True, required=True),
    InformationItem(name="名称", field="name", required=True),
    InformationItem(name="更新时间", field="changed", data_type=DataType.TIMESTAMP),
)
NAMED = RuleSpec(code="name.known", kind="required", fields=("name",), blocking=True)
CONTRACT = replace(a_contract(), service="shops", items=ITEMS, query_keys=(("code",),), rules=(NAMED,))


@pytest.fixture
def world(tmp_path):
    with open_lake(tmp_path / "lake") as lake:
        yield World(tmp_path, lake)


class World:
    def __init__(self, folder, lake):
        self.folder, self.lake, self.runs = folder, lake, 0
        self.sql(
            "CREATE TABLE shops (code TEXT PRIMARY KEY, name TEXT, changed TEXT)",
            *(
                f"INSERT INTO shops VALUES ('{n:03}', '合成{n}店', '2026-03-01 08:{n:02}:00')"
                for n in range(20)
            ),
        )

    def sql(self, *statements):
        with closing(sqlite3.connect(self.folder / "shops.db")) as db:
            for statement in statements:
                db.execute(statement)
            db.commit()

    def run(self, *, run_id="", overlap=0, cursor="changed", contract=CONTRACT):
        self.runs += 1
        landing = Landing(
            contract=contract,
            lake=self.lake,
            mapping=None,
            department="minzheng",
            system="shops",
            run_id=run_id or f"run-{self.runs}",
            clock=FixedClock(NOON),
            progress=lambda _progress: None,
            terms=LandingTerms(policy=CollectionPolicy(cursor=cursor, overlap=overlap)),
        )
        options = {"path": "shops.db", "table": "shops"}
        connector = open_connector("sqlite", options, root=self.folder, limits=ReadLimits())
        return collect_increment(landing, connector)

    def pool(self):
        rows = self.lake.read(POOL, columns=("code", "name")).to_pylist()
        return sorted((row["code"], row["name"]) for row in rows)

    def source(self):
        with closing(sqlite3.connect(self.folder / "shops.db")) as db:
            return sorted(db.execute("SELECT code, name FROM shops"))


def test_the_first_run_is_whole_and_the_next_reads_what_grew(world):
    first = world.run()
    assert (first.landed, first.position) == (20, "2026-03-01 08:19:00")
    assert world.lake.position(POOL) == "2026-03-01 08:19:00"
    world.sql(
        "UPDATE shops SET name = '改名店', changed = '2026-03-02 09:00:00' WHERE code = '003'",
        "INSERT INTO shops VALUES ('900', '新店', '2026-03-02 09:00:00')",
    )
    second = world.run()
    assert (second.read, second.inserted, second.updated) == (3, 1, 1)  # with the row at the boundary
    assert world.pool() == world.source()
    again = world.run()
    assert (again.read, again.inserted, again.updated) == (2, 0, 0)
    assert world.lake.position(POOL) == "2026-03-02 09:00:00"


def test_a_row_that_shares_the_last_value_is_not_lost(world):
    world.run()
    world.sql("INSERT INTO shops VALUES ('901', '同时', '2026-03-01 08:19:00')")
    assert world.run().inserted == 1
    assert world.pool() == world.source()


def test_the_overlap_finds_what_was_committed_late(world):
    world.run()
    world.sql("INSERT INTO shops VALUES ('902', '晚提交', '2026-03-01 08:18:30')")
    assert world.run().inserted == 0
    assert world.run(overlap=60).inserted == 1


def test_a_refused_row_is_set_aside_and_the_good_one_before_it_stays(world):
    world.run()
    world.sql("UPDATE shops SET name = '', changed = '2026-03-03 00:00:00' WHERE code = '005'")
    report = world.run()
    assert (report.quarantined, report.updated) == (1, 0)
    assert ("005", "合成5店") in world.pool()
    world.sql("UPDATE shops SET name = '改好了', changed = '2026-03-04 00:00:00' WHERE code = '005'")
    assert world.run().updated == 1
    states = world.lake.read(TableName("quarantine", "shops"), columns=("state",)).to_pylist()
    assert {row["state"] for row in states} <= {"open", "corrected"}


def test_the_same_run_lands_once(world):
    world.run()
    world.sql("INSERT INTO shops VALUES ('903', '店', '2026-03-05 00:00:00')")
    one = world.run(run_id="same")
    two = world.run(run_id="same")
    assert (one.version, one.inserted) == (two.version, two.inserted)


def test_what_is_not_fit_for_increments_is_said_so(world):
    with pytest.raises(CursorUnset):
        world.run(cursor="no_such")
    without_key = replace(CONTRACT, items=tuple(replace(item, key=False) for item in ITEMS))
    with pytest.raises(KeyRequired):
        world.run(contract=without_key)
    world.sql("INSERT INTO shops VALUES ('904', '无时间', NULL)")
    with pytest.raises(CursorEmpty):
        world.run()
    world.sql("DELETE FROM shops WHERE code = '904'")
    world.run()
    world.sql("UPDATE shops SET changed = '2020-01-01 00:00:00'")
    with pytest.raises(CursorWentBack):
        world.run()


@pytest.mark.parametrize(
    ("position", "overlap", "expected"),
    [
        ("1000", 0, "1000"),
        ("1000", 10, "990"),
        ("12.5", 1, "11.5"),
        ("2026-03-01 08:00:30", 60, "2026-03-01 07:59:30"),
        ("2026-03-01", 3600, "2026-02-28"),
        ("abc", 5, "abc"),
    ],
)
def test_how_far_back_reading_starts(position, overlap, expected):
    assert earlier(position, overlap) == expected


@pytest.mark.parametrize(
    ("one", "other", "below"),
    [
        ("9", "10", True),
        ("2026-01-01 00:00:00", "2025-12-31 23:00:00", False),
        ("a", "b", True),
        ("10", "10.0", False),
    ],
)
def test_which_value_comes_first(one, other, below):
    assert is_below(one, other) is below
