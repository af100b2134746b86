"""What systems push and brokers deliver is in the pool once, whatever is repeated, wrong or cut off."""

import time

import pytest

from jutong.control.collection import api as collection
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.lake import TableName
from jutong.processes.carrying_pushes import request_pushed
from jutong.processes.collection import collect_run
from jutong.processes.lakes import lake_of
from jutong.processes.pushing import push
from jutong.processes.streams import Listeners
from jutong.vocabulary.catalogue import SharingType
from jutong.vocabulary.contracts import InformationItem, RuleSpec
from tests.support.brokers import a_broker
from tests.support.control import CIVIL, a_city, a_published_entry

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE, SOURCE = "lorries", "lorry_gps"
POOL = TableName("pool", SERVICE)
ITEMS = (
    InformationItem(name="编号", field="code", key=True, required=True),
    InformationItem(name="经办机构", field="office", required=True),
)
RULE = RuleSpec(code="office.known", kind="required", fields=("office",), blocking=True)


@pytest.fixture
def city(tmp_path):
    city = a_city(tmp_path)
    a_published_entry(
        city,
        SERVICE,
        items=ITEMS,
        rules=(RULE,),
        query_keys=(("code",),),
        sharing_type=SharingType.UNCONDITIONAL,
        sharing_condition="",
        sharing_reason="",
    )
    return city


def hook(city, kind="push", options=None, secrets=None):
    draft = collection.SourceDraft(
        code=SOURCE,
        name="渣土车定位",
        department=CIVIL,
        kind=kind,
        options=options or {},
        secret_options=secrets or {},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    collection.bind(city.civil_engineer, service=SERVICE, source=SOURCE, mode="push", clock=city.clock)


def sent(city, body, *, key=""):
    return push(
        city.civil_engineer,
        SOURCE,
        body.encode(),
        media_type="application/json",
        key=key,
        home=city.home,
        clock=city.clock,
    )


def collected(city):
    """Carry out what the sweep asks for; the run, None when nothing was waiting."""
    request_pushed(city.home, clock=city.clock)
    queued = collection.runs(
        city.civil_engineer, collection.RunFilter(status=collection.RunStatus.QUEUED)
    ).rows
    for run in queued:
        collect_run(run.run_id, home=city.home, clock=city.clock)
    return collection.run(city.civil_engineer, queued[0].run_id) if queued else None


def pool(city):
    with lake_of(city.home) as lake:
        return {row["code"]: row["office"] for row in lake.read(POOL, columns=("code", "office")).to_pylist()}


def test_pushes_upsert_repeat_and_set_aside(city):
    hook(city)
    receipt = sent(city, '[{"code":"1","office":"甲"},{"code":"2","office":"乙"},{"code":"3"}]', key="a")
    assert (receipt.accepted, receipt.duplicate) == (3, False)
    again = sent(city, '[{"code":"1","office":"甲"},{"code":"2","office":"乙"},{"code":"3"}]', key="a")
    assert (again.number, again.duplicate) == (receipt.number, True)
    run = collected(city)
    assert (run.status.value, run.landed, run.quarantined, run.inserted) == ("succeeded", 2, 1, 2)
    assert pool(city) == {"1": "甲", "2": "乙"}
    assert collected(city) is None
    sent(city, '{"code":"2","office":"丙"}')
    sent(city, '{"code":"3","office":"丁"}')
    assert collected(city).updated == 1
    assert pool(city) == {"1": "甲", "2": "丙", "3": "丁"}


def test_a_message_without_a_column_stops_no_other(city):
    hook(city)
    sent(city, '{"code":"9"}')
    first = collected(city)
    assert (first.status.value, first.quarantined) == ("succeeded", 1)
    sent(city, '{"code":"8","office":"甲"}')
    collected(city)
    assert pool(city) == {"8": "甲"}


def test_a_brokers_messages_are_listened_to_and_collected(city):
    with a_broker("mqtt") as broker:
        hook(city, "mqtt", broker.options)
        listeners = Listeners(home=city.home, clock=city.clock)
        listeners.follow()
        try:
            wait_for(lambda: listeners.count == 1)
            time.sleep(1)  # the subscription is made before anything is sent
            broker.publish([b'{"code":"m1","office":"x"}', b"{broken", b'{"code":"m2","office":"y"}'])
            spool = Spool.of(city.home, SOURCE)
            wait_for(lambda: spool.backlog(0).records == 3)
        finally:
            listeners.stop()
    run = collected(city)
    assert (run.landed, run.quarantined) == (2, 1)
    assert pool(city) == {"m1": "x", "m2": "y"}


def wait_for(holds, seconds=20):
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)
