"""What PostgreSQL refuses to keep (NUL, texts beyond a column) is a plain refusal on pages and in the API, no fault."""

import pytest
from django.contrib.auth import get_user_model
from django.db import DataError
from django.http import HttpRequest
from django.test import Client, RequestFactory

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import Permission
from jutong.control.directory.errors import PermissionDenied
from jutong.pages.desk.acting import desk_page
from tests.support.control import a_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def refuse(*_args, **_fields):
    raise DataError("PostgreSQL text fields cannot contain NUL (0x00) bytes")


def a_reviewer():
    return get_user_model().objects.get(username="reviewer")


def test_a_page_says_that_nothing_was_kept(city):
    request: HttpRequest = RequestFactory().post("/desk/", headers={"host": "127.0.0.1"})
    request.user = a_reviewer()
    answer = desk_page(refuse)(request)
    assert answer.status_code == 400
    assert "directory.not_storable" in answer.content.decode()


def test_the_api_says_so_in_its_one_shape(city, monkeypatch):
    monkeypatch.setattr(catalogue, "entries", refuse)
    client = Client(headers={"host": "127.0.0.1"})
    client.force_login(a_reviewer(), backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get("/api/v1/entries")
    assert (answer.status_code, answer.json()["code"]) == (400, "directory.not_storable")


def test_a_refusal_about_a_department_that_nobody_has_is_kept_short(city):
    with pytest.raises(PermissionDenied):
        directory.require(city.civil_officer, Permission.ENTRY_DRAFT, "x" * 6000)
    newest = directory.audit_trail(city.auditor).rows[0]
    assert newest.department == "x" * 32
