"""Every page of the workbench that has a fixed address, as the people who use it see it."""

from collections.abc import Iterator

import pytest
from django.urls import NoReverseMatch, URLPattern, URLResolver, get_resolver, reverse


def _names(resolver: URLResolver, space: str = "") -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            yield from _names(pattern, pattern.namespace or space)
        elif isinstance(pattern, URLPattern) and pattern.name and space == "desk":
            yield f"{space}:{pattern.name}"


def desk_pages() -> list[str]:
    """Addresses below /desk/ that need no parameter, and other views."""
    found = []
    for name in _names(get_resolver()):
        try:
            found.append(reverse(name))
        except NoReverseMatch:
            continue
    return sorted({*found, *OTHER_VIEWS})


# What has an address with something in it: other views of a page, and the pages of one entry of the made-up city.
OTHER_VIEWS = (
    "/desk/wall/?view=table",
    "/desk/bindings/w_green/",
    "/desk/proofs/w_green/",
    "/desk/runs/?service=w_green",
    "/desk/retention/entries/w_green/",
    "/desk/sources/new/?kind=mariadb",
    "/desk/sources/w_broken_csv/",
    "/desk/sources/w_broken_csv/edit/",
    "/desk/sources/w_broken_csv/hours/",
)

# Which account looks: between them they may see every page.
READERS = ("civil_officer", "reviewer", "secadmin")


@pytest.mark.parametrize("username", READERS)
def test_the_workbench_asks_nobody_else_and_can_be_read_by_everyone(visiting, username):
    faults, _ = _read(visiting, username, width=1280, language="zh-hans")
    assert faults == []


@pytest.mark.parametrize("username", READERS)
def test_every_page_can_be_read_on_a_telephone_and_in_english(visiting, username):
    faults, read = _read(visiting, username, width=360, language="en")
    assert read
    assert faults == []


_PAGES: dict[str, frozenset[str]] = {}


def _pages_of(visit, username: str) -> frozenset[str]:
    """The addresses that are pages for this account: the others are refused to it, or sent by a form alone."""
    if username not in _PAGES:
        _PAGES[username] = frozenset(
            address
            for address in desk_pages()
            if visit.page.request.get(visit.address + address).status not in {403, 405}
        )
    return _PAGES[username]


def _read(visiting, username: str, *, width: int, language: str) -> tuple[list[str], set[str]]:
    """What is wrong with the pages that this account may see, and which it saw."""
    visit = visiting(width=width, language=language)
    visit.sign_in(username)
    faults: list[str] = []
    read: set[str] = set()
    for address in desk_pages():
        if address not in _pages_of(visit, username):
            continue
        read.add(address)
        visit.complaints.clear()
        status = visit.goto(address)
        visit.screenshot(
            f"desk{address.removeprefix('/desk').replace('/', '-').replace('?', '-')}{username}-{width}-{language}"
        )
        if status != 200:
            faults.append(f"{address}: status {status}")
            continue
        if visit.page.locator("h1").count() != 1:
            faults.append(f"{address}: {visit.page.locator('h1').count()} h1")
        if visit.overflow_px() > 0:
            faults.append(f"{address}: {visit.overflow_px()} px too wide")
        faults += [f"{address}: {fault}" for fault in visit.complaints + visit.accessibility_faults()]
    return faults + visit.outside, read
