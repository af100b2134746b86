"""Each page of the workbench opens for the roles that need it and tells the others, kindly, why not."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.support.control import STAFF, a_city, a_published_entry
from tests.support.desk import at_the_desk

pytestmark = pytest.mark.django_db

EVERYONE = {"home", "departments"}
BUSINESS = EVERYONE | {"catalogue", "applications", "grants", "clients", "evidence", "datasets"}
BUSINESS |= {"supervision", "demo-score"}
BUREAU = BUSINESS | {"sources", "runs"}
PAGES = {
    "sysadmin": EVERYONE | {"people"},
    "secadmin": EVERYONE | {"people", "clients"},
    "auditor": EVERYONE | {"people", "audit"},
    "reviewer": BUREAU,
    "leader": BUREAU,
    "civil_officer": BUREAU | {"entry-new", "source-new"},
    "civil_approver": BUREAU | {"entry-new"},
    "civil_engineer": BUREAU | {"source-new"},
    "tax_developer": EVERYONE | {"catalogue", "grants", "clients", "evidence", "datasets"},
}
ALL = set().union(*PAGES.values())


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.mark.parametrize("username", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_person_sees_the_pages_of_their_role_and_a_reason_on_the_others(city, username, language):
    desk = at_the_desk(city, username)
    desk.cookies["jutong_language"] = language
    for page in sorted(ALL):
        answer = desk.get(reverse(f"desk:{page}"))
        assert answer.status_code == (200 if page in PAGES[username] else 403), (page, desk.text[-800:])
        assert desk.text.count("<h1") == 1, page
        if page not in PAGES[username]:
            assert "directory.permission_denied" in desk.text, page


def test_every_role_of_the_city_is_tried(city):
    roles = {username: role for username, _, role in STAFF}
    assert {roles[username] for username in PAGES} == set(roles.values())


def test_the_navigation_shows_what_opens_and_nothing_else(city):
    for username, pages in PAGES.items():
        shown = at_the_desk(city, username).read(reverse("desk:home"))
        for page in ALL - {"entry-new", "source-new", "departments"}:
            link = f'<li><a href="{reverse(f"desk:{page}")}"'
            assert (link in shown) == (page in pages), (username, page)


def test_a_stranger_is_asked_to_sign_in(city):
    for page in ALL:
        address = reverse(f"desk:{page}")
        answer = Client(headers={"host": "127.0.0.1"}).get(address)
        assert answer.status_code == 302
        assert answer["Location"] == f"/sign-in/?next={address}"


def test_an_account_without_a_role_is_told_whom_to_ask(city):
    from jutong.control.directory import api as directory

    directory.create_person(
        city.sysadmin, username="newcomer", display_name="新人", password="Jutong-test-2025", clock=city.clock
    )
    city.actors["newcomer"] = directory.actor_named("newcomer")
    desk = at_the_desk(city, "newcomer")
    assert "您的账号还没有角色" in desk.read(reverse("desk:home"))
    assert desk.get(reverse("desk:catalogue")).status_code == 403


@pytest.mark.parametrize(
    "address",
    [
        "/desk/catalogue/no_such/",
        "/desk/catalogue/no_such/edit/",
        "/desk/catalogue/no_such/apply/",
        "/desk/sources/no_such/",
        "/desk/runs/run_none/",
        "/desk/applications/SQ000/",
        "/desk/grants/grt_none/",
        "/desk/datasets/no_such/",
    ],
)
def test_what_is_not_there_is_a_page_that_says_so(city, address):
    desk = at_the_desk(city, "civil_officer")
    assert desk.get(address).status_code == 404
    assert "操作没有完成" in desk.text
    assert "错误代码：" in desk.text


@pytest.mark.parametrize("page", ["catalogue", "runs", "applications", "grants", "evidence", "datasets"])
def test_a_forged_cursor_is_refused_with_its_code(city, page):
    desk = at_the_desk(city, "reviewer")
    assert desk.get(reverse(f"desk:{page}"), {"cursor": "forged"}).status_code == 400
    assert "paging.cursor_invalid" in desk.text


def test_filters_of_unknown_values_and_a_button_that_nobody_has_do_no_harm(city):
    a_published_entry(city)
    desk = at_the_desk(city, "reviewer")
    for page in ("catalogue", "runs", "applications", "grants"):
        assert desk.get(reverse(f"desk:{page}"), {"status": "nonsense", "stage": "x"}).status_code == 200
    assert desk.post("/desk/catalogue/hydj_jbxx/act/", {"action": "explode"}).status_code == 400
