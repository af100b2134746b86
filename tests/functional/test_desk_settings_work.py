"""What is chosen on the settings page of a hooked entry is what its collection does from then on."""

import json
import sqlite3
from contextlib import closing

import pytest

from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.lake import TableName
from jutong.kernel.clock import SystemClock
from jutong.processes.collection import carry_run
from jutong.processes.lakes import lake_of
from jutong.vocabulary.catalogue import SharingType
from jutong.vocabulary.collection import CollectionMode
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.desk import at_the_desk, inputs_of
from tests.support.open_datasets import SCHOOL_ITEMS

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/desk/bindings/shops/"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    a_published_entry(
        made,
        "shops",
        items=SCHOOL_ITEMS,
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
        query_keys=(("code",),),
    )
    (made.home.sources / CIVIL).mkdir(parents=True)
    at_the_source(
        made,
        "CREATE TABLE shops (code TEXT PRIMARY KEY, name TEXT, district TEXT, pupils TEXT, founded TEXT, lon TEXT, "
        "lat TEXT, changed TEXT)",
        *(insert(number, "2026-03-01 08:00:00") for number in range(20)),
    )
    options = {"path": f"{CIVIL}/shops.db", "table": "shops"}
    draft = SourceDraft(code="shops", name="零售店库", department=CIVIL, kind="sqlite", options=options)
    collection.add_source(made.civil_engineer, draft, home=made.home, clock=made.clock)
    collection.bind(made.civil_engineer, service="shops", source="shops", clock=made.clock)
    return made


def insert(number, changed):
    row = (f"{number:06d}", "合成店", "甲区", "1", "2001-09-01", "118.5", "35.5", changed)
    return f"INSERT INTO shops VALUES {row}"


def at_the_source(city, *statements):
    with closing(sqlite3.connect(city.home.sources / CIVIL / "shops.db")) as db:
        for statement in statements:
            db.execute(statement)
        db.commit()


def choose(city, **changes):
    desk = at_the_desk(city, "civil_engineer")
    page = desk.read(PAGE)
    form = inputs_of(page) | {"mode": "replace", "schedule": "cycle"} | changes
    return page, desk.send(PAGE, **form)


def run(city):
    run_id = collection.request_run(city.civil_engineer, "shops", clock=city.clock).run_id
    assert carry_run(run_id) == "succeeded"
    return collection.run(SYSTEM_ACTOR, run_id)


def pool(city):
    with lake_of(city.home) as lake:
        rows = lake.read(TableName("pool", "shops"), columns=("code", "name")).to_pylist()
    return sorted((row["code"], row["name"]) for row in rows)


def source(city):
    with closing(sqlite3.connect(city.home.sources / CIVIL / "shops.db")) as db:
        return sorted(db.execute("SELECT code, name FROM shops"))


def test_an_incremental_entry_is_read_whole_once_and_then_from_its_cursor(city):
    assert run(city).read == 20
    offered, said = choose(city, mode="incremental", cursor="changed", overlap="0")
    assert '<option value="changed"' in offered
    assert "下一次先取回整张表" in said
    first = run(city)
    assert (first.mode, first.read) == (CollectionMode.INCREMENTAL, 20)
    at_the_source(
        city,
        "UPDATE shops SET name = '改名店', changed = '2026-03-02 09:00:00' WHERE code = '000003'",
        insert(900, "2026-03-02 09:00:00"),
    )
    grown = run(city)
    assert (grown.inserted, grown.updated, grown.deleted) == (1, 1, 0)
    assert pool(city) == source(city)
    again = run(city)
    assert (again.inserted, again.updated) == (0, 0)
    assert collection.binding(SYSTEM_ACTOR, "shops", clock=city.clock).last_rows == 21


def test_an_incremental_mode_needs_a_column_of_the_source(city):
    _page, said = choose(city, mode="incremental", cursor="")
    assert "按游标增量须选择增量列" in said
    _page, said = choose(city, mode="incremental", cursor="no_such")
    assert "选择一个有效的选项" in said


def test_an_entry_left_at_its_source_is_never_due_and_the_gateway_learns_of_it_at_once(city):
    def gateway():
        policies = json.loads((city.home.policies / "current.json").read_bytes())
        return {service["service"]: service.get("live", False) for service in policies["services"]}

    assert "逻辑集中" in choose(city, mode="logical")[1]
    view = collection.binding(SYSTEM_ACTOR, "shops", clock=city.clock)
    assert (view.mode, view.next_run_at, view.due_at) == (CollectionMode.LOGICAL, None, None)
    assert collection.due_services(SYSTEM_ACTOR, clock=SystemClock()) == ()
    assert gateway()["shops"] is True
    choose(city, mode="replace")
    assert collection.due_services(SYSTEM_ACTOR, clock=SystemClock()) == ("shops",)
    assert gateway()["shops"] is False
