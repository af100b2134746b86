"""Every kind of broker: nothing is lost or doubled when we fall away before or after our disk has it."""

import gc
from datetime import UTC, datetime

import pytest

from jutong.dataflow.connectors.pushes.errors import BrokerRefused, BrokerUnreachable, TopicMissing
from jutong.dataflow.connectors.pushes.kinds import STREAMS
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.pushes.streams import Intake
from tests.support.brokers import BROKERS, a_broker

NOON = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)


@pytest.fixture(scope="module", params=sorted(BROKERS))
def broker(request):
    with a_broker(request.param) as made:
        yield made


def position(number: int) -> bytes:
    return b'{"plate":"%s","at":%d}' % ("苏A00001".encode(), number)


def drain(stream, taken, *, count, acknowledge=True):
    """Receive `count` messages, each portion given to `taken` and acknowledged."""
    found = 0
    for _ in range(100):
        messages = stream.receive(0.2)
        if messages:
            found += len(messages)
            taken(messages)
            if acknowledge:
                stream.acknowledge()
        if found >= count:
            return
    raise AssertionError(f"{found} of {count} came")


def test_every_message_lands_once_through_two_interruptions(broker, tmp_path):
    spool = Spool(tmp_path / "gps")
    intake = Intake.of(spool, broker.options)

    def take(messages):
        intake.take(messages, at=NOON)

    opened = STREAMS[broker.kind]
    stream = opened(broker.options, spool=spool)  # first, so that a subscription is there
    broker.publish([position(n) for n in range(40)], ids=[f"a{n}" for n in range(40)])
    drain(stream, lambda _messages: None, count=20, acknowledge=False)
    stream.close()  # killed before anything was on our disk
    stream = opened(broker.options, spool=spool)
    drain(stream, take, count=20, acknowledge=False)
    stream.close()  # killed after our disk had it, before the broker knew
    broker.publish(
        [position(100), b"{broken", b"[" + position(101) + b"," + position(102) + b",7]"],
        ids=["b0", "b1", "b2"],
    )
    stream = opened(broker.options, spool=spool)
    for _ in range(60):
        if messages := stream.receive(0.2):
            take(messages)
            stream.acknowledge()
        elif len([row for record in spool.records() for row in record.rows]) >= 43:
            break
    assert stream.behind() in {0, None}
    stream.close()
    rows = [int(row["at"]) for record in spool.records() for row in record.rows]
    assert sorted(rows) == [*range(40), 100, 101, 102]
    refused = [(one.reason, one.text) for record in spool.records() for one in record.refused]
    assert sorted(refused) == [("json_invalid", "{broken"), ("not_a_record", "7")]
    stream = opened(broker.options, spool=spool)
    assert not stream.receive(0.5)  # the broker has forgotten all of it
    stream.close()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_wrong_address_is_told_apart_from_a_wrong_name(broker, tmp_path):
    opened, spool = STREAMS[broker.kind], Spool(tmp_path / "x")
    nowhere = {"servers": "127.0.0.1:1"} if broker.kind == "kafka" else {"port": "1"}
    with pytest.raises(BrokerUnreachable) as failed:
        opened({**broker.options, **nowhere}, spool=spool, timeout_s=2)
    assert ":1" in failed.value.message("en")
    del failed
    gc.collect()  # kafka-python leaves sockets of refused connections to the collector
    if broker.kind == "mqtt":  # any topic may come to be
        return
    missing = {"topic": "nosuch"} if broker.kind == "kafka" else {"queue": "nosuch"}
    with pytest.raises(TopicMissing):
        opened({**broker.options, **missing}, spool=spool, timeout_s=5)
    if broker.kind == "amqp":
        with pytest.raises(BrokerRefused):
            opened({**broker.options, "password": "wrong"}, spool=spool)
