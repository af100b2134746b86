"""The gateway over real HTTP: what was answered is in the evidence, also when the power goes."""

import json
import threading
import time
from datetime import UTC, datetime, timedelta
from http.client import HTTPException

import pytest

from jutong.evidence import read_records, verify_folder
from tests.support.gateway import GatewayWorld, a_grant, person_id
from tests.support.gateway_server import GatewayServer


@pytest.fixture
def world(tmp_path):
    world = GatewayWorld(tmp_path)
    world.clock.at = datetime.now(UTC)
    world.publish_rows()
    year = timedelta(days=365)
    world.obey(
        a_grant(
            valid_from=world.clock.at - year,
            valid_until=world.clock.at + year,
            daily_quota=10**9,
            rate_per_second=10**9,
        )
    )
    return world


class Caller(threading.Thread):
    """A consumer that calls without pause and remembers which calls were answered."""

    def __init__(self, world, server):
        super().__init__()
        self.world, self.server = world, server
        self.answered, self.statuses = [], set()

    def run(self):
        try:
            with self.server.connection() as connection:
                while True:
                    path = f"/gateway/api/1/population?id_no={person_id(len(self.answered) % 50)}"
                    connection.request("GET", path, headers=self.world.headers())
                    response = connection.getresponse()
                    answer = json.loads(response.read())
                    self.statuses.add(response.status)
                    self.answered.append(answer["request_id"])
        except (OSError, HTTPException, ValueError):
            return  # the server is gone


def load(world, server, *, calls):
    callers = [Caller(world, server) for _ in range(4)]
    for caller in callers:
        caller.start()
    deadline = time.monotonic() + 30
    while sum(len(caller.answered) for caller in callers) < calls and time.monotonic() < deadline:
        time.sleep(0.01)
    return callers


def test_every_answered_call_is_in_the_evidence_after_a_kill_in_the_middle_of_load(world):
    server = GatewayServer(world.home.root, workers=2)
    try:
        callers = load(world, server, calls=400)
    finally:
        server.kill()
    for caller in callers:
        caller.join()
    answered = {request_id for caller in callers for request_id in caller.answered}
    assert len(answered) >= 400
    assert {status for caller in callers for status in caller.statuses} == {200}
    recorded = {stored.record.request_id for stored in read_records(world.home.evidence)}
    assert answered <= recorded
    assert verify_folder(world.home.evidence).ok

    with_torn_line = max(world.home.evidence.glob("gateway-1.*.jsonl"))
    with with_torn_line.open("ab") as file:
        file.write(b'{"seq":99,"prev"')
    GatewayServer(world.home.root).stop()  # takes the slot gateway-1 again
    verdict = verify_folder(world.home.evidence)
    assert verdict.ok, [problem.message("en") for problem in verdict.problems]
    assert all(
        path.with_name(f"{path.name}.seal").exists() for path in world.home.evidence.glob("gateway-1.*.jsonl")
    )
    assert recorded <= {stored.record.request_id for stored in read_records(world.home.evidence)}


def test_a_call_with_the_headers_of_the_manual_is_answered_and_errors_have_their_status(world):
    server = GatewayServer(world.home.root)
    try:
        with server.connection() as connection:
            body = json.dumps({"key": {"id_no": person_id(1)}, "claims": {"name": "合成1"}})
            connection.request(
                "POST", "/gateway/api/1/population/verification", body, headers=world.headers()
            )
            assert json.loads(connection.getresponse().read())["data"] == {"matches": {"name": True}}
            connection.request("GET", "/gateway/api/1/population", headers={"Accept-Language": "en"})
            refusal = connection.getresponse()
            assert refusal.status == 401
            assert json.loads(refusal.read())["code"] == "gateway.signature_missing"
            connection.request("POST", "/gateway/api/1/population", b"x" * 100_000, headers=world.headers())
            assert connection.getresponse().status == 413
    finally:
        server.stop()
    assert verify_folder(world.home.evidence).ok
