"""Logical concentration (逻辑集中): the gateway answers from the source by the same contract, mask and evidence."""

import sqlite3
from contextlib import closing

import pytest

from jutong.control.catalogue.api import contract_of
from jutong.control.collection import api as collection
from jutong.control.collection.errors import LeftAtSource
from jutong.control.grants.snapshot import compile_snapshot
from jutong.processes.live import live_reader
from jutong.vocabulary.catalogue import DataType, MaskMethod, SharingType
from jutong.vocabulary.contracts import GrantedItem, InformationItem
from tests.support.asgi import AsgiClient
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.gateway import GatewayWorld, a_grant

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = "population"
ITEMS = (
    InformationItem(name="登记证号", field="id_no", key=True, required=True),
    InformationItem(name="机构名称", field="name"),
    InformationItem(name="行政区划代码", field="region"),
    InformationItem(name="登记日期", field="day", data_type=DataType.DATE),
)
GIVEN = (
    GrantedItem(field="name", name="姓名", mask=MaskMethod.NAME),
    GrantedItem(field="region", name="行政区划代码"),
    GrantedItem(field="day", name="登记日期"),
)


@pytest.fixture
def world(tmp_path):
    city = a_city(tmp_path)
    a_published_entry(
        city,
        SERVICE,
        items=ITEMS,
        query_keys=(("id_no",),),
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
    )
    path = city.home.sources / CIVIL / "register.db"
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE people (sfz TEXT PRIMARY KEY, xm TEXT, region TEXT, day TEXT)")
        db.executemany(
            "INSERT INTO people VALUES (?, ?, ?, ?)",
            [("a1x", "张合成", "330106", "2024-2-14"), ("b2", "李合成", "330105", "2024-05-20")],
        )
        db.commit()
    draft = collection.SourceDraft(
        code="register",
        name="机构登记库",
        department=CIVIL,
        kind="sqlite",
        options={"path": f"{CIVIL}/register.db", "table": "people"},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(
        city.civil_engineer,
        service=SERVICE,
        source="register",
        mapping={"sfz": "id_no", "xm": "name"},
        mode="logical",
        clock=city.clock,
    )
    made = GatewayWorld(city.home.root)
    made.city = city
    made.register = path
    made.obey(
        a_grant(items=GIVEN, query_keys=(("id_no",),)),
        services=compile_snapshot(version=1, at=city.clock.now()).services,
    )
    with AsgiClient(made.gateway()) as made.http:
        yield made


def test_a_change_at_the_source_is_answered_at_once_masked_typed_and_recorded(world):
    with live_reader(world.city.home):
        answer = world.look_up(id_no="b2")
        assert answer.status == 200, answer.json()
        assert answer.json()["data"]["rows"] == [{"name": "李**", "region": "330105", "day": "2024-05-20"}]
        with closing(sqlite3.connect(world.register)) as db:
            db.execute("UPDATE people SET region = '330109' WHERE sfz = 'b2'")
            db.commit()
        assert world.look_up(id_no="b2").json()["data"]["rows"][0]["region"] == "330109"
        assert world.look_up(id_no="nobody").json()["data"]["rows"] == []
        assert world.verify({"id_no": "b2"}, name="李合成", region="330105").json()["data"]["matches"] == {
            "name": True,
            "region": False,
        }
    assert [record.outcome for record in world.evidence()] == ["ok"] * 4
    assert not (world.city.home.serving / "live.json").exists()


def test_what_a_row_filter_does_not_let_through_stays_at_the_source(world):
    world.obey(
        a_grant(items=GIVEN, query_keys=(("id_no",),), row_filter=(("region", ("330106",)),)),
        services=compile_snapshot(version=1, at=world.city.clock.now()).services,
    )
    with live_reader(world.city.home):
        assert world.look_up(id_no="b2").json()["data"]["rows"] == []
        assert len(world.look_up(id_no="a1x").json()["data"]["rows"]) == 1


def test_a_source_or_a_worker_that_is_gone_is_said_so(world):
    assert world.look_up(id_no="b2").json()["code"] == "serving.live_unavailable"
    world.register.unlink()
    with live_reader(world.city.home):
        refused = world.look_up(id_no="b2")
    assert (refused.status, refused.json()["code"]) == (503, "serving.live_unavailable")


def test_it_is_not_collected(world):
    assert contract_of(SERVICE)
    assert SERVICE not in collection.due_services(world.city.civil_engineer, clock=world.city.clock)
    with pytest.raises(LeftAtSource):
        collection.request_run(world.city.civil_engineer, SERVICE, clock=world.city.clock)
