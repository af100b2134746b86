"""A consumer's call, from its headers to the evidence of it."""

import asyncio
import os
from dataclasses import replace
from datetime import timedelta

import pytest

from jutong.dataflow.masking import mask
from jutong.dataflow.serving import publish_snapshot
from jutong.evidence import verify_folder
from jutong.gateway import policy as policy_module
from jutong.gateway.settings import GatewaySettings
from jutong.vocabulary.catalogue import MaskMethod
from jutong.vocabulary.contracts import GrantedItem
from tests.support.asgi import AsgiClient
from tests.support.contracts import a_contract, batches_of, person_rows
from tests.support.gateway import NOON, GatewayWorld, a_grant, person_id

KEY = {"id_no": person_id(1)}


@pytest.fixture
def world(tmp_path, monkeypatch):
    monkeypatch.setattr(policy_module, "_CHECK_SECONDS", -1.0)
    monkeypatch.setattr("jutong.dataflow.serving.store._CHECK_SECONDS", -1.0)
    world = GatewayWorld(tmp_path)
    world.publish_rows()
    world.obey(a_grant())
    with AsgiClient(world.gateway(settings=GatewaySettings(nonce_megabytes=1))) as world.http:
        yield world


def code(response):
    return response.json()["code"]


def test_a_look_up_returns_the_granted_items_masked(world):
    response = world.look_up(**KEY)
    assert response.status == 200
    answer = response.json()
    assert answer["code"] == "ok"
    assert answer["request_id"].startswith("req_")
    assert answer["data"]["rows"] == [{"name": mask(MaskMethod.NAME, "合成1"), "region": "330101"}]
    assert "成" not in response.body.decode()
    assert answer["data"]["next_cursor"] is None
    assert response.headers["cache-control"] == "no-store"
    assert not any(name.startswith("access-control") for name in response.headers)


def test_the_evidence_of_a_call_is_on_disk_and_names_no_value(world):
    world.look_up(**KEY)
    record = world.evidence()[0]
    assert (record.outcome, record.operation, record.rows) == ("ok", "lookup", 1)
    assert (record.client_id, record.consumer, record.provider) == ("cli-hrss-1", "D-HRSS", "D-POLICE")
    assert (record.grant_id, record.application_id) == ("grt-1", "app-1")
    assert record.items == ("name", "region")
    assert len(record.key_digest) == 64
    text = b"".join(path.read_bytes() for path in world.home.evidence.glob("*.jsonl"))
    assert KEY["id_no"].encode() not in text
    assert verify_folder(world.home.evidence).ok


def test_equal_keys_have_equal_digests_and_others_differ(world):
    for number in (1, 1, 2):
        world.look_up(id_no=person_id(number))
    first, again, other = (record.key_digest for record in world.evidence())
    assert first == again != other


def test_a_refusal_of_a_known_client_is_evidence_too(world):
    assert code(world.look_up(id_no=person_id(1), fields="address")) == "gateway.item_not_granted"
    assert code(world.look_up(headers=world.headers(signature="AAAA"), **KEY)) == "gateway.signature_wrong"
    assert [record.outcome for record in world.evidence()] == ["gateway.item_not_granted"]


def test_both_algorithms_sign(world):
    assert world.look_up(headers=world.headers(algorithm="HMAC-SM3"), **KEY).status == 200
    assert world.look_up(headers=world.headers(algorithm="HMAC-SHA256"), **KEY).status == 200


def test_a_look_up_may_come_as_a_json_body(world):
    path = "/gateway/api/1/population"
    body = b'{"id_no": "%s", "limit": 5, "fields": ["region"]}' % KEY["id_no"].encode()
    response = world.http.request("POST", path, headers=world.headers(), body=[body[:10], body[10:]])
    assert response.json()["data"]["rows"] == [{"region": "330101"}]


def test_fewer_items_may_be_asked_for(world):
    assert world.look_up(**KEY, fields="region").json()["data"]["rows"] == [{"region": "330101"}]
    assert world.evidence()[0].items == ("region",)


def test_an_unknown_key_finds_nothing(world):
    assert world.look_up(id_no="330100199001019999").json()["data"]["rows"] == []


def test_pages_follow_each_other(world):
    rows = [row | {"id_no": "SAME"} for row in person_rows(45)]
    publish_snapshot(world.home.serving, a_contract(), batches_of(rows), 2)
    seen, cursor = 0, ""
    while cursor is not None:
        more = {"cursor": cursor} if cursor else {}
        data = world.look_up(id_no="SAME", **more).json()["data"]
        seen += len(data["rows"])
        cursor = data["next_cursor"]
    assert seen == 45
    first = world.look_up(id_no="SAME").json()["data"]["next_cursor"]
    publish_snapshot(world.home.serving, a_contract(), batches_of(rows), 3)
    assert code(world.look_up(id_no="SAME", cursor=first)) == "paging.cursor_invalid"


def test_verification_says_yes_or_no_for_each_claim(world):
    response = world.verify(KEY, name="合成1", region="330109", address="浙江省杭州市合成路１号")
    assert response.json()["data"] == {"matches": {"name": True, "region": False, "address": True}}
    assert world.evidence()[0].rows == 0


def test_an_unknown_key_answers_exactly_like_a_mismatch(world):
    unknown = world.verify({"id_no": "330100199001019999"}, name="合成1")
    mismatch = world.verify(KEY, name="合成9")
    assert unknown.status == mismatch.status
    assert {k: v for k, v in unknown.json().items() if k != "request_id"} == {
        k: v for k, v in mismatch.json().items() if k != "request_id"
    }
    assert len(unknown.body) == len(mismatch.body)
    one, other = world.evidence()
    assert (one.outcome, one.rows) == (other.outcome, other.rows)


def test_only_granted_rows_are_seen(world):
    world.obey(a_grant(row_filter=(("region", ("330102", "330103")),)))
    assert world.look_up(**KEY).json()["data"]["rows"] == []
    assert world.verify(KEY, region="330101").json()["data"]["matches"] == {"region": False}
    assert len(world.look_up(id_no=person_id(2)).json()["data"]["rows"]) == 1


def test_a_withdrawn_grant_stops_at_once(world):
    assert world.look_up(**KEY).status == 200
    world.obey(a_grant(suspended=True))
    assert code(world.look_up(**KEY)) == "gateway.grant_suspended"
    world.obey()
    assert code(world.look_up(**KEY)) == "gateway.not_granted"


def test_of_several_grants_the_named_one_is_used(world):
    world.obey(a_grant(), a_grant(grant_id="grt-2", items=(GrantedItem(field="birth", name="出生日期"),)))
    response = world.look_up(headers=world.headers() | {"X-Grant-Id": "grt-2"}, **KEY)
    assert response.json()["data"]["rows"] == [{"birth": "1990-01-02"}]
    assert (
        code(world.look_up(headers=world.headers() | {"X-Grant-Id": "grt-3"}, **KEY)) == "gateway.not_granted"
    )


def test_an_unreadable_policy_leaves_the_last_one_and_is_not_ready(world):
    assert world.look_up(**KEY).status == 200
    (world.home.policies / "current.json").write_text('{"version": 9')
    assert world.look_up(**KEY).status == 200
    ready = world.http.request("GET", "/readyz")
    assert ready.status == 503
    assert "policy" in ready.json()["faults"]


def test_an_older_policy_does_not_bring_a_withdrawn_grant_back(world):
    old = (world.home.policies / "current.json").read_bytes()
    world.obey()
    assert code(world.look_up(**KEY)) == "gateway.not_granted"
    (world.home.policies / "current.json").write_bytes(old)
    assert code(world.look_up(**KEY)) == "gateway.not_granted"


def test_quota_holds_for_the_day_of_shanghai_and_over_a_restart(world):
    world.obey(a_grant(daily_quota=2))
    assert [world.look_up(**KEY).status for _ in range(3)] == [200, 200, 429]
    last = world.look_up(**KEY)
    assert code(last) == "gateway.quota_exceeded"
    assert last.headers["retry-after"] == str(12 * 3600)
    with AsgiClient(world.gateway(settings=GatewaySettings(nonce_megabytes=1))) as other:
        world.http, mine = other, world.http
        assert code(world.look_up(**KEY)) == "gateway.quota_exceeded"
        world.http = mine
    world.clock.at = NOON + timedelta(hours=12)
    assert world.look_up(**KEY).status == 200


def test_the_rate_holds_within_a_second(world):
    world.obey(a_grant(rate_per_second=3))
    assert [code(world.look_up(**KEY)) for _ in range(4)] == ["ok", "ok", "ok", "gateway.rate_exceeded"]
    world.clock.advance(timedelta(seconds=1))
    assert code(world.look_up(**KEY)) == "ok"


def test_a_nonce_is_used_once_by_all_processes_and_after_a_restart(world):
    headers = world.headers()
    assert world.look_up(headers=headers, **KEY).status == 200
    assert code(world.look_up(headers=headers, **KEY)) == "gateway.nonce_replayed"
    with AsgiClient(world.gateway(settings=GatewaySettings(nonce_megabytes=1))) as other:
        world.http, mine = other, world.http
        assert code(world.look_up(headers=headers, **KEY)) == "gateway.nonce_replayed"
        world.http = mine
    world.clock.advance(timedelta(minutes=10, seconds=1))
    assert code(world.look_up(headers=headers, **KEY)) == "gateway.timestamp_outside"


def test_without_evidence_nothing_is_answered(world, monkeypatch):
    def fdatasync(file):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fdatasync", fdatasync)
    response = world.look_up(**KEY)
    assert (response.status, code(response)) == (503, "evidence.unavailable")
    assert "合" not in response.json()["message"]
    ready = world.http.request("GET", "/readyz")
    assert (ready.status, list(ready.json()["faults"])) == (503, ["evidence"])


def test_calls_at_once_all_have_evidence(world):
    async def calls():
        return await asyncio.gather(
            *(
                world.http.send(
                    "GET", "/gateway/api/1/population", query=f"id_no={person_id(n)}", headers=world.headers()
                )
                for n in range(40)
            )
        )

    responses = world.http.run(calls())
    assert {response.status for response in responses} == {200}
    assert {r.json()["request_id"] for r in responses} == {r.request_id for r in world.evidence()}


def test_health_readiness_and_metrics(world):
    world.look_up(**KEY)
    world.look_up(id_no=person_id(1), fields="address")
    assert world.http.request("GET", "/healthz").json() == {"status": "ok"}
    assert world.http.request("GET", "/readyz").json() == {"ready": True, "faults": {}}
    text = world.http.request("GET", "/metrics").body.decode()
    assert 'calls_total{service="population",operation="lookup",outcome="ok"} 1' in text
    assert 'outcome="gateway.item_not_granted"} 1' in text
    assert "jutong_gateway_call_seconds_count 2" in text
    assert person_id(1) not in text


def test_counters_of_all_processes_are_added_up(world):
    world.look_up(**KEY)
    with AsgiClient(world.gateway(settings=GatewaySettings(nonce_megabytes=1))) as other:
        world.http, mine = other, world.http
        world.look_up(**KEY)
        world.http = mine
    text = world.http.request("GET", "/metrics").body.decode()
    assert 'calls_total{service="population",operation="lookup",outcome="ok"} 2' in text


def test_an_internal_fault_gives_no_detail_and_is_evidence(world, monkeypatch, caplog):
    def broken(*args, **kwargs):
        raise RuntimeError(person_id(1))

    monkeypatch.setattr("jutong.gateway.calls._look_up", broken)
    response = world.look_up(**KEY)
    assert (response.status, code(response)) == (500, "gateway.fault")
    assert person_id(1) not in response.body.decode() + caplog.text
    assert world.evidence()[0].outcome == "gateway.fault"


def test_a_caller_that_leaves_in_the_middle_of_its_body_is_no_fault(world):
    async def calls():
        async def receive():
            return {"type": "http.disconnect"}

        async def send(message):
            raise AssertionError("nobody is there")

        scope = {
            "type": "http",
            "method": "POST",
            "path": "/gateway/api/1/population",
            "query_string": b"",
            "headers": [],
        }
        await world.http.application(scope, receive, send)

    world.http.run(calls())


def test_a_client_whose_secret_does_not_open_cannot_call_and_others_can(world, caplog):
    world.obey(
        a_grant(), clients=(world.client_key, replace(world.client_key, client_id="cli-2", sealed_secret="x"))
    )
    assert world.look_up(**KEY).status == 200
    assert code(world.look_up(headers=world.headers(client_id="cli-2"), **KEY)) == "gateway.client_unknown"
    assert "cli-2" in caplog.text
