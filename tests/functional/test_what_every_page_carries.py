"""Headers, health and error pages of the console."""

import pytest
from django.test import Client

from jutong.kernel.paging import CursorInvalid
from jutong.pages.middleware import ErrorPages

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> Client:
    return Client(headers={"host": "127.0.0.1"})


def test_a_page_may_load_from_its_own_site_alone(reader):
    policy = reader.get("/design/").headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe-inline" not in policy
    assert "unsafe-eval" not in policy
    assert "http" not in policy


def test_the_console_says_that_it_lives_and_that_it_is_ready(reader):
    assert reader.get("/healthz").json() == {"status": "ok"}
    ready = reader.get("/readyz")
    assert ready.status_code == 200
    assert ready.json() == {"status": "ready", "checks": {"database": "ok", "migrations": "ok"}}


@pytest.mark.parametrize(
    ("language", "title"), [("zh-hans", "没有找到这个页面"), ("en", "This page was not found")]
)
def test_an_unknown_address_answers_in_the_readers_language(reader, language, title):
    reader.cookies["jutong_language"] = language
    answer = reader.get("/no-such-page/")
    assert answer.status_code == 404
    assert title in answer.content.decode()


def test_the_language_switch_works_without_a_script(reader):
    answer = reader.post("/language/", {"language": "en", "next": "/about/"})
    assert answer.headers["Location"] == "/about/"
    assert 'lang="en"' in reader.get("/about/").content.decode()


def test_a_form_without_its_token_gets_a_page_that_says_what_to_do():
    answer = Client(enforce_csrf_checks=True, headers={"host": "127.0.0.1"}).post(
        "/sign-in/", {"username": "a"}
    )
    assert answer.status_code == 403
    assert "页面已过期" in answer.content.decode()


@pytest.mark.parametrize("headers", [{}, {"HX-Request": "true"}])
def test_an_error_raised_on_purpose_becomes_a_page_or_a_fragment(rf, headers):
    request = rf.get("/x", headers=headers)
    answer = ErrorPages(lambda _: None).process_exception(request, CursorInvalid())
    assert answer.status_code == 400
    assert CursorInvalid.zh in answer.content.decode()
    assert ("<html" in answer.content.decode()) is not bool(headers)


def test_an_error_that_nobody_meant_is_left_to_the_server(rf):
    assert ErrorPages(lambda _: None).process_exception(rf.get("/x"), ValueError("bug")) is None
