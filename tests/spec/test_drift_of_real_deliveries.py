"""Real daily deliveries of one city: districts merged and renamed, totals at the end, days that are missing."""

import json

import msgspec
import pytest

from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.kernel.clock import FixedClock
from jutong.vocabulary.catalogue import DataType, Level
from jutong.vocabulary.collection import DriftAction, DriftFinding, DriftKind
from jutong.vocabulary.contracts import InformationItem
from tests.support.deliveries import NOON, people_contract
from tests.support.files import opened
from tests.support.lakes import open_lake

pytestmark = pytest.mark.real_data

POOL = TableName("pool", "trade")
MAPPING = {"date": "day", "列1": "district", "列2": "flats", "列3": "area"}
CONTRACT = people_contract(
    service="trade",
    level=Level.L1,
    items=(
        InformationItem(name="日期", field="day", data_type=DataType.DATE, key=True),
        InformationItem(name="区县", field="district", key=True),
        InformationItem(name="套数", field="flats"),
        InformationItem(name="面积", field="area"),
    ),
)


@pytest.fixture
def days(real_data):
    return real_data / "2_city_open_data" / "杭州" / "商品房成交_每日"


@pytest.fixture(scope="module")
def lake(tmp_path_factory):
    with open_lake(tmp_path_factory.mktemp("lake")) as lake:
        yield lake


def land(lake, path, table, before=None, *, run_id="", mode="append", contract=CONTRACT, **terms):
    return collect(
        contract,
        opened(path, records=table, context="date"),
        lake=lake,
        mapping=MAPPING,
        department="d",
        system="s",
        run_id=run_id or f"{table}-{path.stem}",
        clock=FixedClock(NOON),
        mode=mode,
        terms=LandingTerms(before=before, **terms),
    )


def found(report):
    return [msgspec.convert(one, DriftFinding) for one in report.drift]


def test_districts_that_were_merged_and_renamed_are_told_on_their_days(lake, days):
    told, before = {}, None
    # The days between 26 and 28 June, 23 and 25 November are missing: a missing day is no drift, but a late one.
    for day in ("06-26", "06-28", "08-22", "08-23", "08-24", "08-30", "08-31", "09-01", "11-23", "11-25"):
        before = land(lake, days / f"trade-2022-{day}.json", "availableHouse", before)
        assert before.outcome == "succeeded"
        assert DriftFinding(kind=DriftKind.TOTALS_ROW, action=DriftAction.QUARANTINE, rows=1) in found(before)
        assert before.quarantined == 1
        for one in found(before):
            if one.kind is DriftKind.VALUES_CHANGED:
                told[day] = (one.before.split("、"), one.now.split("、"))
    assert told == {
        "08-23": (["下城", "之江", "江干"], [""]),
        "08-31": (["钱塘新区"], ["临平", "钱塘区"]),
    }
    assert "合计" not in lake.read(POOL).column("district").to_pylist()


@pytest.mark.parametrize("table", ["availableHouse", "commercialHouse", "previouslyOwnedHouse"])
def test_the_total_of_a_day_is_told_and_no_district_with_it(lake, days, table):
    for path in sorted(days.glob("*.json"))[::48]:
        contract = people_contract(service=f"t_{table.lower()}", level=Level.L1, items=CONTRACT.items)
        report = land(lake, path, table, contract=contract)
        names = [row[0] for row in json.loads(path.read_text(encoding="utf-8"))[table]]
        assert (report.quarantined, report.landed) == (
            names.count("合计"),
            len(names) - names.count("合计"),
        ), path


def test_an_empty_table_waits_for_a_person(lake, days, tmp_path):
    contract = people_contract(service="emptied", level=Level.L1, items=CONTRACT.items)
    day = days / "trade-2022-12-30.json"
    before = land(lake, day, "availableHouse", contract=contract, mode="replace")
    document = json.loads(day.read_text(encoding="utf-8"))
    document["availableHouse"] = document["availableHouse"][:3]
    few = tmp_path / "trade-2022-12-31.json"
    few.write_text(json.dumps(document, ensure_ascii=False), encoding="utf-8")
    held = land(lake, few, "availableHouse", before, contract=contract, mode="replace")
    assert (held.outcome, DriftKind.SHRUNK in [one.kind for one in found(held)]) == ("held", True)
    assert lake.count(TableName("pool", "emptied")) == before.landed
    confirmed = tuple(found(held))
    yes = land(
        lake,
        few,
        "availableHouse",
        before,
        contract=contract,
        mode="replace",
        run_id="yes",
        confirmed=confirmed,
    )
    assert (yes.outcome, yes.landed) == ("succeeded", 3)
