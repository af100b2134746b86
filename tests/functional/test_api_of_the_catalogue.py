"""Programs use the catalogue through /api/v1 with a person's token: the same rights, one error shape, bounds."""

import json
from datetime import timedelta

import msgspec
import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from rdflib import RDF, Graph, Namespace

from jutong.control.directory import api as directory
from jutong.control.directory.errors import InputInvalid, PermissionDenied, TokenInvalid
from jutong.entrypoints.api import views
from jutong.kernel.clock import SystemClock
from tests.support.control import CIVIL, a_city, a_draft, a_published_entry

pytestmark = pytest.mark.django_db
ERROR = {"code", "message", "detail", "request_id"}


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def program(city, username, *, may_write=True) -> Client:
    """A program that acts as that account."""
    issued = directory.issue_token(
        city.actors[username], name="脚本", days=30, may_write=may_write, clock=SystemClock()
    )
    return Client(headers={"host": "127.0.0.1", "authorization": f"Bearer {issued.secret}"})


def read(client, address, status=200):
    answer = client.get(f"/api/v1{address}")
    assert answer.status_code == status, answer.content
    return answer.json()


def send(client, address, value, status=200, method="post"):
    body = msgspec.json.encode(value)
    answer = getattr(client, method)(f"/api/v1{address}", body, content_type="application/json")
    assert answer.status_code == status, answer.content
    return answer.json()


def test_an_entry_is_drafted_saved_and_taken_to_publication_by_programs(city):
    officer, approver = program(city, "civil_officer"), program(city, "civil_approver")
    draft = msgspec.to_builtins(a_draft())
    made = send(officer, "/entries", {"provider": CIVIL, "service": "hydj", "draft": draft}, status=201)
    assert made["summary"]["status"] == "draft"
    saved = send(
        officer,
        "/entries/hydj",
        {"draft": draft | {"title": "婚姻登记信息（新）"}, "revision": made["revision"]},
        method="put",
    )
    conflict = send(
        officer, "/entries/hydj", {"draft": draft, "revision": made["revision"]}, 409, method="put"
    )
    assert set(conflict) == ERROR
    assert saved["working"]["title"] == "婚姻登记信息（新）"
    assert isinstance(read(officer, "/entries/hydj/findings"), list)
    send(officer, "/entries/hydj/actions", {"action": "submit"})
    send(officer, "/entries/hydj/actions", {"action": "accept"}, 403)
    send(approver, "/entries/hydj/actions", {"action": "accept"})
    published = send(program(city, "reviewer"), "/entries/hydj/actions", {"action": "publish"})
    assert published["summary"]["live"]
    assert len(read(officer, "/entries/hydj/versions")) == 1
    assert read(officer, "/entries/hydj/as-it-was?on=2020-01-01") is None
    assert (city.home.policies / "current.json").exists(), "the gateway knows at once"


def test_lists_are_filtered_and_paged(city):
    for number in range(3):
        a_published_entry(city, f"entry_{number}", title=f"婚姻登记第{number}类信息")
    client = program(city, "tax_officer", may_write=False)
    first = read(client, "/entries?limit=2&live=true&sharing_type=conditional")
    second = read(client, f"/entries?limit=2&live=true&cursor={first['next_cursor']}")
    seen = [row["service"] for row in (*first["rows"], *second["rows"])]
    assert sorted(seen) == ["entry_0", "entry_1", "entry_2"]
    assert read(client, "/entries?provider=shuiwu")["rows"] == []
    assert len(read(client, "/classifications")) > 10


LISTS = [
    "/duties",
    "/standards/elements",
    "/standards/code-lists",
    "/lists/responsibility",
    "/lists/negative",
    "/lists/demands",
    "/harvest/sources",
    "/harvest/entries",
]


def test_every_list_answers(city):
    client = program(city, "reviewer", may_write=False)
    for address in LISTS:
        assert read(client, address) is not None, address


BAD_REQUESTS = [
    ("/entries?limit=0", 400, "paging.limit_invalid"),
    ("/entries?limit=x", 400, "api.parameter_invalid"),
    ("/entries?status=nonsense", 400, "api.parameter_invalid"),
    ("/entries?unknown=1", 400, "api.parameter_invalid"),
    ("/entries?cursor=nonsense", 400, "paging.cursor_invalid"),
    ("/entries/nothing_here", 404, "catalogue.entry_not_found"),
    ("/entries/%ED%A0%80", 404, "catalogue.entry_not_found"),
    ("/nowhere", 404, "api.path_unknown"),
]


def test_bad_requests_have_the_one_error_shape(city):
    client = program(city, "reviewer")
    for address, status, code in BAD_REQUESTS:
        error = read(client, address, status)
        assert set(error) == ERROR, address
        assert error["code"] == code, address
        assert error["request_id"].startswith("req_")


BAD_BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"\xff\xfe",
    b'{"provider": 1}',
    b"[" * 100_000,
    b'{"provider":"\\ud800","draft":{}}',
]


def test_a_bad_body_is_told_and_nothing_is_stored(city):
    client = program(city, "civil_officer")
    for body in BAD_BODIES:
        answer = client.post("/api/v1/entries", body, content_type="application/json")
        assert answer.status_code == 400, body[:20]
        assert set(answer.json()) == ERROR
    assert read(client, "/entries")["rows"] == []


def test_too_large_a_body_and_a_wrong_method_are_refused(city):
    client = program(city, "civil_officer")
    answer = client.post("/api/v1/entries", b"x" * (5 * 1024 * 1024), content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "api.body_invalid")
    answer = client.delete("/api/v1/entries")
    assert (answer.status_code, answer.json()["code"]) == (405, "api.method_unknown")


def test_who_shows_no_token_or_a_wrong_one_is_sent_away(city):
    stranger = Client(headers={"host": "127.0.0.1"})
    answer = stranger.get("/api/v1/entries")
    assert (answer.status_code, answer.json()["code"]) == (401, "api.sign_in_needed")
    for wrong in ("Bearer x", "Bearer jtk_0_0", "Basic eDp5", "Bearer "):
        answer = stranger.get("/api/v1/entries", headers={"authorization": wrong})
        assert answer.status_code == 401
        assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_a_reading_token_writes_nothing_and_an_ended_one_does_nothing(city):
    client = program(city, "civil_officer", may_write=False)
    error = send(client, "/entries", {"provider": CIVIL, "draft": {"title": "x"}}, 403)
    assert error["code"] == "directory.token_reads_only"
    (token,) = directory.tokens(city.civil_officer)
    directory.revoke_token(city.civil_officer, token.token_id, clock=SystemClock())
    read(client, "/entries", 401)


def test_a_token_ends_with_its_time_and_with_its_person(city):
    issued = directory.issue_token(city.civil_officer, name="x", days=2, may_write=False, clock=city.clock)
    assert directory.actor_of_token(issued.secret, clock=city.clock)[0].username == "civil_officer"
    get_user_model().objects.filter(username="civil_officer").update(is_active=False)
    with pytest.raises(TokenInvalid):
        directory.actor_of_token(issued.secret, clock=city.clock)
    get_user_model().objects.filter(username="civil_officer").update(is_active=True)
    city.clock.advance(timedelta(days=3))
    with pytest.raises(TokenInvalid):
        directory.actor_of_token(issued.secret, clock=city.clock)


def test_a_token_is_a_persons_own_and_has_its_bounds(city):
    for wrong in ({"name": "", "days": 3}, {"name": "x", "days": 0}, {"name": "x", "days": 400}):
        with pytest.raises(InputInvalid):
            directory.issue_token(city.reviewer, may_write=False, clock=city.clock, **wrong)
    with pytest.raises(PermissionDenied):
        directory.issue_token(directory.SYSTEM_ACTOR, name="x", days=3, may_write=False, clock=city.clock)
    for _ in range(20):
        directory.issue_token(city.reviewer, name="x", days=3, may_write=False, clock=city.clock)
    with pytest.raises(InputInvalid):
        directory.issue_token(city.reviewer, name="x", days=3, may_write=False, clock=city.clock)


def test_a_signed_in_browser_reads_and_needs_the_forms_mark_to_write(city):
    browser = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"})
    browser.force_login(
        get_user_model().objects.get(username="civil_officer"),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    assert browser.get("/api/v1/entries").status_code == 200
    body = json.dumps({"provider": CIVIL, "draft": {"title": "x"}})
    answer = browser.post("/api/v1/entries", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "api.forgery_refused")


def test_more_than_the_pace_is_told_to_wait(city, monkeypatch):
    monkeypatch.setattr(views, "pace", views.Pace(2))
    client = program(city, "reviewer")
    statuses = [client.get("/api/v1/classifications").status_code for _ in range(3)]
    assert statuses == [200, 200, 429]


def test_the_sharing_catalogue_is_read_as_dcat_page_by_page(city):
    for number in range(3):
        a_published_entry(city, f"entry_{number}", title=f"婚姻登记第{number}类信息")
    client = program(city, "tax_officer", may_write=False)
    dcat, hydra = Namespace("http://www.w3.org/ns/dcat#"), Namespace("http://www.w3.org/ns/hydra/core#")
    address, seen = "/api/v1/dcat/catalog?limit=2", set()
    while address:
        answer = client.get(address, headers={"accept": "text/turtle"})
        graph = Graph().parse(data=answer.content, format="turtle")
        seen |= {str(name) for name in graph.subjects(RDF.type, dcat.Dataset)}
        following = next(graph.objects(None, hydra.next), None)
        address = str(following).removeprefix("http://127.0.0.1") if following else ""
    assert seen == {f"http://127.0.0.1/api/v1/dcat/entries/entry_{number}" for number in range(3)}
    one = client.get("/api/v1/dcat/entries/entry_1", headers={"accept": "application/ld+json"})
    assert one.headers["Content-Type"].startswith("application/ld+json")
    assert client.get("/api/v1/dcat/entries/nothing").status_code == 404


def test_the_documentation_loads_nothing_from_elsewhere(client):
    page = client.get("/api/v1/", headers={"host": "127.0.0.1"})
    assert page.status_code == 200
    text = page.content.decode()
    assert "/api/v1/entries/{service}/actions" in text
    assert "https://" not in text
