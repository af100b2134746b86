"""What consumers program against: answers of the gateway. A key may come; none may go or change."""

import json
from pathlib import Path

import pytest

from tests.support.asgi import AsgiClient
from tests.support.gateway import GatewayWorld, a_grant, person_id
from tests.support.shapes import assert_keeps, shape

SHAPES = json.loads((Path(__file__).parent / "gateway_shapes.json").read_text(encoding="utf-8"))


@pytest.fixture
def world(tmp_path):
    world = GatewayWorld(tmp_path)
    world.publish_rows()
    world.obey(a_grant(verification=True))
    with AsgiClient(world.gateway()) as world.http:
        yield world


@pytest.mark.parametrize(
    ("answer", "status", "ask"),
    [
        ("look-up", 200, lambda world: world.look_up(id_no=person_id(1))),
        ("verification", 200, lambda world: world.verify({"id_no": person_id(1)}, name="x")),
        ("refusal", 401, lambda world: world.look_up(headers=world.headers(secret="wrong"), id_no="1")),
        ("healthz", 200, lambda world: world.http.request("GET", "/healthz")),
    ],
    ids=["look-up", "verification", "refusal", "healthz"],
)
def test_the_answer_to_a(answer, status, ask, world):
    response = ask(world)
    assert response.status == status, response.body
    assert_keeps(SHAPES[answer], shape(response.json()))
