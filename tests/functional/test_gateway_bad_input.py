"""Bad input at the gateway: each has a code of its own, the right status, and says in both languages what to do."""

import base64
import json
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import pytest

from jutong.gateway import policy as policy_module
from jutong.gateway.settings import GatewaySettings
from jutong.kernel.errors import error_codes
from jutong.vocabulary.contracts import GrantedItem
from tests.support.asgi import AsgiClient
from tests.support.gateway import NOON, SERVICE, GatewayWorld, a_grant, person_id

ID = person_id(1)
LOOKUP = "/gateway/api/1/population"
VERIFY = f"{LOOKUP}/verification"


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(policy_module, "_CHECK_SECONDS", -1.0)
        world = GatewayWorld(tmp_path_factory.mktemp("gateway"))
        world.publish_rows()
        with AsgiClient(world.gateway(settings=GatewaySettings(nonce_megabytes=1))) as world.http:
            yield world


OTHER_SERVICE = type(SERVICE)(
    service="deaths", entry="e-2", title="死亡登记（合成）", provider_name="市卫健委"
)


@dataclass(frozen=True)
class Case:
    """A call that must be refused: how its grant, headers and text differ from a good look-up."""

    status: int
    code: str
    query: str = f"id_no={ID}"
    grant: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str | None] = field(default_factory=dict)
    method: str = "GET"
    path: str = LOOKUP
    body: bytes | list[bytes] = b""


def timestamp(at) -> str:
    return str(int(at.timestamp() * 1000))


def header_case(code, **headers):
    return Case(401, f"gateway.{code}", headers=headers)


def grant_case(code, **grant):
    return Case(403, f"gateway.{code}", grant=grant)


def query_case(code, query, **more):
    return Case(400, code, query, **more)


def body_case(code, body, *, path=LOOKUP, status=400):
    return Case(status, f"gateway.{code}", "", method="POST", path=path, body=body)


def verify_case(code, key, claims, *, status=400, **more):
    return body_case(
        code, json.dumps({"key": key, "claims": claims} | more).encode(), path=VERIFY, status=status
    )


CASES = {
    "no client id": header_case("signature_missing", client_id=None),
    "no timestamp": header_case("signature_missing", timestamp=None),
    "no nonce": header_case("signature_missing", nonce=None),
    "no signature": header_case("signature_missing", signature=None),
    "unknown client": header_case("client_unknown", client_id="nobody"),
    "wrong secret": header_case("signature_wrong", secret="other"),
    "signature no base64": header_case("signature_wrong", signature="é*"),
    "old timestamp": header_case("timestamp_outside", timestamp=timestamp(NOON - timedelta(minutes=11))),
    "timestamp of tomorrow": header_case("timestamp_outside", timestamp=timestamp(NOON + timedelta(days=1))),
    "timestamp in seconds": header_case("timestamp_outside", timestamp=str(int(NOON.timestamp()))),
    "timestamp no number": header_case("timestamp_outside", timestamp="now"),
    "short nonce": header_case("nonce_invalid", nonce="1"),
    "replayed nonce": header_case("nonce_replayed", nonce="used-before"),
    "unknown service": Case(404, "gateway.service_unknown", path="/gateway/api/1/nothing"),
    "another's service": Case(403, "gateway.not_granted", path="/gateway/api/1/deaths"),
    "another client's grant": grant_case("not_granted", clients=("x",)),
    "grant not begun": grant_case("not_granted", valid_from=NOON + timedelta(days=1)),
    "expired grant": grant_case("grant_expired", valid_until=NOON),
    "suspended grant": grant_case("grant_suspended", suspended=True),
    "look-up not granted": grant_case("operation_not_granted", lookup=False),
    "verification not granted": Case(
        403,
        "gateway.operation_not_granted",
        "",
        {"verification": False},
        method="POST",
        path=VERIFY,
        body=b"{}",
    ),
    "item not granted": Case(403, "gateway.item_not_granted", f"id_no={ID}&fields=household"),
    "item that the data no longer has": Case(
        409,
        "gateway.item_gone",
        grant={"items": (*a_grant().items, GrantedItem(field="blood", name="血型"))},
    ),
    "condition on an item that the data no longer has": Case(
        409, "gateway.item_gone", grant={"row_filter": (("blood", ("A",)),)}
    ),
    "item for comparison alone": Case(403, "gateway.item_not_granted", f"id_no={ID}&fields=name,address"),
    "claim not granted": verify_case("item_not_granted", {"id_no": ID}, {"birth": "1990-01-02"}, status=403),
    "no key": query_case("gateway.key_missing", ""),
    "half a key": query_case("gateway.key_missing", "name=x"),
    "empty key": query_case("gateway.key_missing", "id_no=%20"),
    "two key sets at once": query_case("gateway.key_missing", f"id_no={ID}&name=x&birth=y"),
    "key the data is not kept by": query_case(
        "gateway.key_missing", "region=330101", grant={"query_keys": (("region",),)}
    ),
    "listing of a keyed entry": query_case("gateway.key_missing", "", grant={"query_keys": ()}),
    "unknown parameter": query_case("gateway.parameter_unknown", f"id_no={ID}&debug=1"),
    "SQL as a parameter's name": query_case("gateway.parameter_unknown", quote("id_no' OR '1'='1") + "=1"),
    "parameter twice": query_case("gateway.parameter_invalid", f"id_no={ID}&id_no={ID}"),
    "parameter in GBK": query_case("gateway.parameter_invalid", "name=%D0%D5&birth=x"),
    "very long value": query_case("gateway.parameter_invalid", f"id_no={'9' * 300}"),
    "hundreds of parameters": query_case(
        "gateway.parameter_invalid", "&".join(f"a{n}=1" for n in range(500))
    ),
    "limit of zero": query_case("paging.limit_invalid", f"id_no={ID}&limit=0"),
    "limit too high": query_case("paging.limit_invalid", f"id_no={ID}&limit=201"),
    "limit behind zeros": query_case("paging.limit_invalid", f"id_no={ID}&limit=00000000199999999"),
    "deep cursor": query_case(
        "paging.cursor_invalid", f"id_no={ID}&cursor={base64.urlsafe_b64encode(b'[' * 9000).decode()}"
    ),
    "broken cursor": query_case("paging.cursor_invalid", f"id_no={ID}&cursor=abc"),
    "forged cursor": query_case("paging.cursor_invalid", f"id_no={ID}&cursor=WyJhIiwiYiJd"),
    "body no JSON": body_case("body_invalid", b"id_no=1"),
    "body in GBK": body_case("body_invalid", '{"name":"张"}'.encode("gbk")),
    "body no object": body_case("body_invalid", b"[1]"),
    "number as identifier": body_case("body_invalid", b'{"id_no": 33010019900101}'),
    "nested body": body_case("body_invalid", b'{"a":' * 10_000),
    "deeply nested body": body_case("body_invalid", b'{"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}"),
    "body too large": body_case("body_too_large", [b"x" * 40_000, b"x" * 40_000], status=413),
    "verification without claims": verify_case("body_invalid", {"id_no": ID}, {}),
    "verification without key": verify_case("key_missing", {}, {"name": "x"}),
    "verification with more": verify_case("body_invalid", {"id_no": ID}, {"name": "x"}, sql="1"),
    "verification of nothing": body_case("body_invalid", b"", path=VERIFY),
    "wrong method": Case(405, "gateway.method_not_allowed", method="DELETE"),
    "verification by GET": Case(405, "gateway.method_not_allowed", path=VERIFY),
    "preflight of a browser": Case(405, "gateway.method_not_allowed", method="OPTIONS"),
    "unknown path": Case(404, "gateway.path_unknown", path="/gateway/api/2/population"),
    "path that climbs": Case(404, "gateway.path_unknown", path=f"{LOOKUP}/../../../secrets"),
    "service that climbs": Case(404, "gateway.path_unknown", path="/gateway/api/1/..%2fsecrets"),
    "no data yet": Case(
        503, "gateway.snapshot_missing", grant={"service": "deaths"}, path="/gateway/api/1/deaths"
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_bad_input_has_its_code_and_says_what_to_do(world, name):
    case = CASES[name]
    world.obey(a_grant(**case.grant), services=(SERVICE, OTHER_SERVICE))
    headers = world.headers(**case.headers)
    if case.code == "gateway.nonce_replayed":
        world.look_up(headers=headers, id_no=ID)
    response = world.http.request(case.method, case.path, query=case.query, headers=headers, body=case.body)
    assert (response.status, response.json()["code"]) == (case.status, case.code)
    answer = response.json()
    assert set(answer) == {"code", "message", "detail", "request_id"}
    assert "请" in answer["message"]
    assert "<" not in answer["message"]  # no blank was left unfilled
    assert ID not in response.body.decode()
    assert response.headers["x-request-id"] == answer["request_id"]


@pytest.mark.parametrize("language", ["en-GB,en;q=0.9,zh;q=0.1", "en"])
def test_english_is_answered_to_who_asks_for_it(world, language):
    world.obey(a_grant())
    response = world.http.request(
        "GET", LOOKUP, headers=world.headers() | {"Accept-Language": language}, query="id_no="
    )
    assert response.json()["message"].isascii()


@pytest.mark.parametrize(
    "value",
    [
        "' OR '1'='1",
        "1'; DROP TABLE rows; --",
        "%",
        "*",
        '" UNION SELECT * FROM meta --',
        "\x00",
        "${jndi:ldap://x}",
    ],
)
def test_sql_in_a_value_is_a_value_that_finds_nothing(world, value):
    world.obey(a_grant())
    response = world.look_up(id_no=value)
    assert (response.status, response.json()["data"]["rows"]) == (200, [])
    assert len(world.look_up(id_no=ID).json()["data"]["rows"]) == 1


def test_a_declared_length_is_refused_before_the_body_is_read(world):
    headers = world.headers() | {"Content-Length": "10000000000"}
    assert world.http.request("POST", LOOKUP, headers=headers).status == 413


def test_before_the_first_policy_everything_waits(tmp_path):
    empty = GatewayWorld(tmp_path)
    with AsgiClient(empty.gateway(settings=GatewaySettings(nonce_megabytes=1))) as empty.http:
        assert empty.look_up(id_no=ID).json()["code"] == "gateway.policy_missing"
        assert empty.http.request("GET", "/readyz").status == 503
        assert empty.http.request("GET", "/healthz").status == 200


def test_every_reason_of_the_gateway_is_tried():
    tried = {case.code for case in CASES.values() if case.code.startswith("gateway.")} | {
        "gateway.policy_missing",
        "gateway.quota_exceeded",  # test_gateway_calls
        "gateway.rate_exceeded",  # test_gateway_calls
        "gateway.fault",  # test_gateway_calls
        "gateway.counters_full",  # test_gateway_shared
        "gateway.signature_algorithm_unknown",  # below
        "gateway.grant_ambiguous",  # below
    }
    assert {code for code in error_codes() if code.startswith("gateway.")} == tried


def test_an_unknown_algorithm_is_refused(world):
    response = world.look_up(headers=world.headers() | {"X-Signature-Algorithm": "MD5"}, id_no=ID)
    assert (response.status, response.json()["code"]) == (400, "gateway.signature_algorithm_unknown")


def test_of_several_grants_the_call_says_which_since_each_has_its_purpose(world):
    world.obey(a_grant(), a_grant(grant_id="grt-2", purpose="另一用途"))
    response = world.look_up(id_no=ID)
    assert (response.status, response.json()["code"]) == (409, "gateway.grant_ambiguous")
    assert "grt-2" in response.json()["message"]
    named = world.look_up(headers=world.headers() | {"X-Grant-Id": "grt-2"}, id_no=ID)
    assert named.status == 200
