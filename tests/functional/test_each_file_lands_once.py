"""Adding daily files: each once, whatever it is called, late or corrected, with what was taken in the same commit."""

import os
from dataclasses import replace

import pytest

from jutong.dataflow.connectors import open_connector
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines.errors import DeliveryMended
from jutong.dataflow.pipelines.files_taken import TakenFiles, collect_next_file
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import Level
from jutong.vocabulary.collection import CollectionPolicy, DriftAction, DriftKind
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from tests.support.deliveries import NOON, people_contract
from tests.support.files import write_text
from tests.support.lakes import open_lake, provenance

POOL = TableName("pool", "sales")
ITEMS = (InformationItem(name="日", field="day", key=True), InformationItem(name="套数", field="flats"))
NAMED = RuleSpec(code="flats.given", kind="required", fields=("flats",), blocking=True)
CONTRACT = people_contract(service="sales", level=Level.L1, items=ITEMS, rules=(NAMED,))


class World:
    def __init__(self, folder, lake):
        self.root, self.lake, self.runs, self.position = folder, lake, 0, ""
        (folder / "住建").mkdir()

    def put(self, day, *flats, name=""):
        path = self.root / "住建" / (name or f"成交_{day}.csv")
        write_text(path, "day,flats\n" + "".join(f"{day}#{n},{one}\n" for n, one in enumerate(flats)))
        os.utime(path, (1_700_000_000 + self.runs, 1_700_000_000 + self.runs))

    def run(self, run_id="", **policy):
        self.runs += 1
        source = open_connector(
            "folder", {"path": "住建", "pattern": "成交_{date}.csv", "quiet_s": "5"}, root=self.root
        )
        landing = Landing(
            contract=CONTRACT,
            lake=self.lake,
            mapping=None,
            department="zhujian",
            system="sales",
            run_id=run_id or f"run-{self.runs}",
            clock=FixedClock(NOON),
            progress=lambda _progress: None,
            terms=LandingTerms(policy=CollectionPolicy(**policy), sealing_key=bytes(range(16))),
        )
        report = collect_next_file(landing, source, anew=not self.position)
        self.position = report.position if report.version else self.position
        return report

    def all(self):
        while (report := self.run()).waiting:
            pass
        return report

    def pool(self):
        rows = self.lake.read(POOL, columns=("day", "flats")).to_pylist()
        return sorted((row["day"], row["flats"]) for row in rows)


@pytest.fixture
def world(tmp_path):
    with open_lake(tmp_path / "lake") as lake:
        yield World(tmp_path, lake)


def kinds(report):
    return [one["kind"] for one in report.drift]


def test_waiting_files_are_taken_in_the_order_of_their_days_once(world):
    world.put("2024-01-02", 2)
    world.put("2024-01-01", 1)
    world.put("2024-01-03", 3)
    first = world.run()
    assert (first.position, first.landed, first.waiting) == ("成交_2024-01-01.csv", 1, 2)
    assert first.delivered_at.isoformat() == "2023-12-31T16:00:00+00:00"
    world.all()
    assert world.pool() == [("2024-01-01#0", "1"), ("2024-01-02#0", "2"), ("2024-01-03#0", "3")]
    nothing = world.run()
    assert (nothing.outcome, nothing.read, nothing.version, nothing.waiting) == ("succeeded", 0, None, 0)
    world.put("2023-12-30", 30)  # late
    assert world.run().landed == 1
    assert world.run().version is None
    assert len(world.pool()) == 4


def test_the_same_run_carried_out_again_lands_nothing_more(world):
    world.put("2024-01-01", 1)
    world.put("2024-01-02", 2)
    one, two = world.run("same"), world.run("same")
    assert (one.version, one.position, one.delivered_at) == (two.version, two.position, two.delivered_at)
    assert len(world.pool()) == 1


def test_a_file_delivered_again_under_another_name_lands_once(world):
    world.put("2024-01-01", 1)
    world.all()
    world.put("2024-01-01", 1, name="成交_2024-01-02.csv")
    again = world.run()
    assert (again.version, kinds(again)) == (None, [DriftKind.REPEATED_FILE.value])
    world.put("2024-01-03", 3)
    assert world.run().landed == 1
    assert kinds(world.run()) == []
    assert len(world.pool()) == 2


def test_a_corrected_file_takes_the_place_of_its_rows(world):
    world.put("2024-01-01", 1, 11, "")
    world.put("2024-01-02", 2)
    world.all()
    world.put("2024-01-01", 7)
    corrected = world.run()
    assert DriftKind.CORRECTED_FILE.value in kinds(corrected)
    assert world.pool() == [("2024-01-01#0", "7"), ("2024-01-02#0", "2")]
    assert world.lake.count(TableName("quarantine", "sales")) == 0
    assert world.run().version is None


def test_a_touched_file_is_no_new_one(world):
    world.put("2024-01-01", 1)
    world.all()
    world.put("2024-01-01", 1)
    assert world.run().version is None


def test_a_person_may_want_to_decide_on_corrected_files(world):
    world.put("2024-01-01", 1)
    world.all()
    world.put("2024-01-01", 2)
    held = world.run(drift={DriftKind.CORRECTED_FILE: DriftAction.STOP})
    assert (held.outcome, world.pool()) == ("held", [("2024-01-01#0", "1")])


def test_a_corrected_file_whose_refused_rows_were_mended_here_is_refused(world):
    world.put("2024-01-01", 1, "")
    first = world.run()
    table = TableName("quarantine", "sales")
    rows = world.lake.read(table)
    mended = rows.set_column(rows.column_names.index("state"), "state", [["readmitted"] * rows.num_rows])
    world.lake.replace(table, mended, replace(provenance(), run_id="mending"))
    assert first.quarantined == 1
    world.put("2024-01-01", 1, 12)
    with pytest.raises(DeliveryMended):
        world.run()
    assert len(world.pool()) == 1


def test_what_was_taken_long_ago_is_closed_and_not_taken_again():
    taken = TakenFiles.read(
        '{"files":{"a":["2020-01-01","d","m","r"],"b":["2024-01-01","e","m","r"]},"closed":"2019-01-01"}'
    )
    assert TakenFiles.read(taken.position()) == taken


@pytest.mark.real_data
def test_the_real_daily_files_of_a_city_are_added_day_by_day(real_data, tmp_path):
    items = (
        InformationItem(name="日期", field="day", key=True),
        InformationItem(name="区县", field="district", key=True),
        InformationItem(name="套数", field="flats"),
    )
    days = sorted((real_data / "2_city_open_data/杭州/商品房成交_每日").iterdir())
    picked = [path for path in days if "2022-06-2" in path.name]
    (tmp_path / "住建").mkdir()
    for path in picked:
        (tmp_path / "住建" / path.name).write_bytes(path.read_bytes())
    options = {"path": "住建", "pattern": "trade-{date}.json", "quiet_s": "0"}
    options |= {"records": "availableHouse", "context": "date"}
    with open_lake(tmp_path / "lake") as lake:
        landing = Landing(
            contract=people_contract(service="sales", level=Level.L1, items=items),
            lake=lake,
            mapping={"date": "day", "列1": "district", "列2": "flats"},
            department="zhujian",
            system="sales",
            run_id="",
            clock=FixedClock(NOON),
            progress=lambda _progress: None,
            terms=LandingTerms(),
        )
        reports = []
        for n in range(len(picked) + 1):
            source = open_connector("folder", options, root=tmp_path)
            reports.append(collect_next_file(replace(landing, run_id=f"r{n}"), source, anew=n == 0))
        assert [one.waiting for one in reports] == [*range(len(picked) - 1, -1, -1), 0]
        assert reports[-1].version is None
        days_landed = set(lake.read(POOL, columns=("day",)).column("day").to_pylist())
        assert len(days_landed) == len(picked)
        assert lake.count(POOL) == sum(one.landed for one in reports)
