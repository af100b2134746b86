"""Opening: from a published entry to the portal's lists and back, with its trail."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.test import Client

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR, audit_trail
from jutong.control.directory.errors import PermissionDenied
from jutong.control.opening import api as opening
from jutong.control.opening.api import DatasetFilter, DatasetOrder, DatasetStatus, OpenItem, Theme
from jutong.control.opening.errors import DatasetChanged, DatasetNotFound, DatasetNotOpen, ReleaseHeld
from jutong.kernel.paging import CursorInvalid
from jutong.vocabulary.catalogue import OpenType, UpdateFrequency
from jutong.vocabulary.contracts import RunReport
from tests.support.control import CIVIL, a_city
from tests.support.open_datasets import SCHOOL_ITEMS, an_open_dataset

pytestmark = pytest.mark.django_db

CHOSEN = [OpenItem(field=item.field) for item in SCHOOL_ITEMS]


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def events(city) -> list[tuple[str, str]]:
    page = audit_trail(city.auditor, limit=50)
    found = [event for event in page.rows if event.object_type == "dataset" and event.outcome == "done"]
    return [(event.action.rpartition(":")[2], event.department) for event in found]


def deliver(city, service: str = "schools") -> int:
    """A delivery as the data plane reports it; the lake version that it made."""
    if collection.binding(SYSTEM_ACTOR, service, clock=city.clock) is None:
        draft = collection.SourceDraft(
            code="schools_csv",
            name="学校文件",
            department=CIVIL,
            kind="csv",
            options={"path": "minzheng/s.csv"},
        )
        collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
        collection.bind(city.civil_engineer, service=service, source="schools_csv", clock=city.clock)
    run = collection.request_run(SYSTEM_ACTOR, service, clock=city.clock)
    collection.start_run(SYSTEM_ACTOR, run.run_id, worker="w", home=city.home, clock=city.clock)
    version = 1 + (collection.latest_versions().get(service) or 0)
    at = city.clock.now()
    report = RunReport(
        run_id=run.run_id,
        service=service,
        source="csv",
        started_at=at,
        ended_at=at,
        outcome="succeeded",
        read=60,
        landed=60,
        version=version,
    )
    collection.record_report(SYSTEM_ACTOR, run.run_id, report, clock=city.clock)
    return version


def change_entry(city, service: str = "schools", **changes: object) -> None:
    """A new version of the entry, all the way to publication."""
    catalogue.begin_change(city.civil_officer, service, clock=city.clock)
    shown = catalogue.entry(city.civil_officer, service)
    catalogue.save_entry(
        city.civil_officer,
        service,
        replace(shown.present, **changes),
        revision=shown.revision,
        clock=city.clock,
    )
    catalogue.submit(city.civil_officer, service, clock=city.clock)
    catalogue.accept(city.civil_approver, service, clock=city.clock)
    catalogue.publish(city.reviewer, service, clock=city.clock)


def reopen(city, items=CHOSEN):
    return opening.open_dataset(
        city.civil_approver, "schools", items=items, theme=Theme.EDUCATION, clock=city.clock
    )


def test_a_dataset_is_prepared_then_open_then_withdrawn_and_every_step_is_in_the_trail(city):
    an_open_dataset(city)
    assert opening.dataset("schools").status is DatasetStatus.OPEN
    withdrawn = opening.withdraw_dataset(city.civil_approver, "schools", reason="数据有误", clock=city.clock)
    assert (withdrawn.status, withdrawn.withdrawn_reason) == (DatasetStatus.WITHDRAWN, "数据有误")
    with pytest.raises(DatasetNotOpen):
        opening.withdraw_dataset(city.civil_approver, "schools", reason="再次", clock=city.clock)
    again = reopen(city)
    assert (again.status, again.release_version, again.withdrawn_reason) == (
        DatasetStatus.PREPARING,
        None,
        "",
    )
    assert events(city) == [("open", CIVIL), ("withdraw", CIVIL), ("release", CIVIL), ("open", CIVIL)]


def test_only_those_who_manage_the_providers_datasets_open_and_withdraw_them(city):
    an_open_dataset(city)
    for who in (city.tax_approver, city.civil_officer, city.sysadmin, SYSTEM_ACTOR):
        with pytest.raises(PermissionDenied):
            opening.open_dataset(who, "schools", items=CHOSEN, theme=Theme.CIVIL, clock=city.clock)
        with pytest.raises(PermissionDenied):
            opening.withdraw_dataset(who, "schools", reason="无", clock=city.clock)
    with pytest.raises(PermissionDenied):
        opening.record_release(city.civil_approver, "schools", version=2, rows=1, info={}, clock=city.clock)
    with pytest.raises(PermissionDenied):
        opening.awaiting_release(city.civil_approver)
    opening.withdraw_dataset(city.reviewer, "schools", reason="主管部门要求", clock=city.clock)


def test_what_the_gate_holds_back_is_neither_opened_nor_changed(city):
    an_open_dataset(city)
    with pytest.raises(ReleaseHeld) as caught:
        reopen(city, [*CHOSEN, OpenItem(field="owner")])
    assert caught.value.detail["findings"] == [{"code": "item_unknown", "field": "owner"}]
    assert opening.dataset("schools").status is DatasetStatus.OPEN


def test_files_are_awaited_when_they_are_missing_or_older_than_the_newest_delivery(city):
    an_open_dataset(city)
    assert opening.awaiting_release(SYSTEM_ACTOR) == (), "nothing was delivered, so there is nothing to write"
    first = deliver(city)
    opening.record_release(SYSTEM_ACTOR, "schools", version=first, rows=60, info={}, clock=city.clock)
    assert opening.awaiting_release(SYSTEM_ACTOR) == ()
    second = deliver(city)
    assert [waiting.service for waiting in opening.awaiting_release(SYSTEM_ACTOR)] == ["schools"]
    for _ in range(2):
        opening.record_release(SYSTEM_ACTOR, "schools", version=second, rows=60, info={}, clock=city.clock)
    assert opening.awaiting_release(SYSTEM_ACTOR) == ()
    opening.withdraw_dataset(city.civil_approver, "schools", reason="停", clock=city.clock)
    deliver(city)
    assert opening.awaiting_release(SYSTEM_ACTOR) == ()


def test_files_made_for_other_items_than_those_now_chosen_are_not_taken(city):
    an_open_dataset(city)
    deliver(city)
    begun = opening.dataset("schools")
    city.clock.advance(timedelta(seconds=1))
    reopen(city, CHOSEN[:3])
    with pytest.raises(DatasetChanged):
        opening.record_release(
            SYSTEM_ACTOR, "schools", version=1, rows=60, info={}, clock=city.clock, made_for=begun
        )
    assert opening.dataset("schools").status is DatasetStatus.PREPARING
    opening.withdraw_dataset(city.civil_approver, "schools", reason="停", clock=city.clock)
    with pytest.raises(DatasetNotOpen):
        opening.record_release(SYSTEM_ACTOR, "schools", version=1, rows=60, info={}, clock=city.clock)


def test_an_entry_that_closes_an_item_takes_its_files_off_the_portal_at_once(city):
    an_open_dataset(city)
    deliver(city)
    opening.record_release(SYSTEM_ACTOR, "schools", version=1, rows=60, info={}, clock=city.clock)
    visitor = Client(headers={"host": "127.0.0.1"})
    assert visitor.get("/datasets/schools/").status_code == 200
    items = tuple(
        replace(item, open_type=OpenType.NOT_OPEN) if item.field == "pupils" else item
        for item in SCHOOL_ITEMS
    )
    change_entry(city, items=items)
    assert opening.dataset("schools").status is DatasetStatus.PREPARING
    assert visitor.get("/datasets/schools/download/csv").status_code == 404
    (waiting,) = opening.awaiting_release(SYSTEM_ACTOR)
    chosen = [OpenItem(field=item.field, mask=item.mask) for item in waiting.items]
    findings = opening.release_gate(waiting.contract, chosen)
    opening.hold_dataset(SYSTEM_ACTOR, waiting, findings, clock=city.clock)
    held = opening.dataset("schools")
    assert held.status is DatasetStatus.WITHDRAWN
    assert "在校生数" in held.withdrawn_reason
    assert events(city)[0] == ("withdraw", CIVIL)


def test_a_harmless_change_of_the_entry_has_the_files_made_anew(city):
    an_open_dataset(city)
    deliver(city)
    opening.record_release(SYSTEM_ACTOR, "schools", version=1, rows=60, info={}, clock=city.clock)
    change_entry(city, title="中小学校名录（新）")
    assert opening.dataset("schools").status is DatasetStatus.OPEN
    assert [waiting.service for waiting in opening.awaiting_release(SYSTEM_ACTOR)] == ["schools"]


def test_the_dataset_of_a_withdrawn_entry_is_gone_and_does_not_come_back_with_it(city):
    an_open_dataset(city)
    visitor = Client(headers={"host": "127.0.0.1"})
    catalogue.withdraw(city.reviewer, "schools", reason="机构改革", clock=city.clock)
    with pytest.raises(DatasetNotFound):
        opening.dataset("schools")
    for address in ("/datasets/schools/", "/datasets/schools/download/csv"):
        assert visitor.get(address).status_code == 404
    assert opening.datasets().rows == ()
    assert opening.facets().total == 0
    assert opening.withdraw_orphans(SYSTEM_ACTOR, clock=city.clock) == ("schools",)
    assert opening.withdraw_orphans(SYSTEM_ACTOR, clock=city.clock) == ()
    catalogue.begin_change(city.civil_officer, "schools", clock=city.clock)
    catalogue.submit(city.civil_officer, "schools", clock=city.clock)
    catalogue.accept(city.civil_approver, "schools", clock=city.clock)
    catalogue.publish(city.reviewer, "schools", clock=city.clock)
    assert opening.dataset("schools").status is DatasetStatus.WITHDRAWN
    assert visitor.get("/datasets/schools/").status_code == 404
    assert events(city)[0] == ("withdraw", CIVIL)


@pytest.fixture
def three(city):
    """Schools, societies, nursing homes, opened in this order; the last one on conditions."""
    an_open_dataset(city)
    for service, title, kind, downloads in (
        ("societies", "社会组织名录", OpenType.UNCONDITIONAL, 2),
        ("welfare", "养老服务机构名录", OpenType.CONDITIONAL, 0),
    ):
        city.clock.advance(timedelta(hours=1))
        an_open_dataset(city, service, title=title, theme=Theme.CIVIL, open_type=kind)
        for _ in range(downloads):
            opening.count_download(service)
    return city


@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (DatasetOrder.NEWEST, ["welfare", "societies", "schools"]),
        (DatasetOrder.DOWNLOADS, ["societies", "welfare", "schools"]),
        (DatasetOrder.TITLE, ["schools", "welfare", "societies"]),
    ],
)
def test_the_list_in_each_order_page_by_page(three, order, expected):
    assert [row.service for row in opening.datasets(order=order).rows] == (
        expected
        if order is not DatasetOrder.TITLE
        else sorted(expected, key=lambda s: opening.dataset(s).title)
    )
    paged, cursor = [], None
    for _ in range(3):
        page = opening.datasets(order=order, limit=1, cursor=cursor)
        paged += [row.service for row in page.rows]
        cursor = page.next_cursor
    assert cursor is None
    assert paged == [row.service for row in opening.datasets(order=order).rows]


def test_a_cursor_of_another_order_is_refused(three):
    cursor = opening.datasets(limit=1).next_cursor
    for order in (DatasetOrder.DOWNLOADS, DatasetOrder.TITLE):
        with pytest.raises(CursorInvalid):
            opening.datasets(order=order, cursor=cursor)
    for nonsense in ("nonsense", "WzFd", "WyJuZXdlc3QiLCJ4IiwxXQ"):
        with pytest.raises(CursorInvalid):
            opening.datasets(cursor=nonsense)


@pytest.mark.parametrize(
    ("where", "found"),
    [
        (DatasetFilter(text="名录"), {"schools", "societies", "welfare"}),
        (DatasetFilter(text="名录 社会组织"), {"societies"}),
        (DatasetFilter(text="在校生数"), {"schools", "societies", "welfare"}),
        (DatasetFilter(text="没有这样的"), set()),
        (DatasetFilter(theme=Theme.CIVIL), {"societies", "welfare"}),
        (DatasetFilter(provider=CIVIL), {"schools", "societies", "welfare"}),
        (DatasetFilter(provider="shuiwu"), set()),
        (DatasetFilter(open_type=OpenType.CONDITIONAL), {"welfare"}),
        (DatasetFilter(update_frequency=UpdateFrequency.DAILY), set()),
        (DatasetFilter(status=DatasetStatus.WITHDRAWN), set()),
        (DatasetFilter(status=None), {"schools", "societies", "welfare"}),
    ],
)
def test_what_a_filter_finds(three, where, found):
    assert {row.service for row in opening.datasets(where).rows} == found
    assert opening.facets(where).total == len(found)


def test_the_facets_count_what_is_open(three):
    facets = opening.facets()
    assert facets.themes == (("civil", "民政服务", 2), ("education", "教育文化", 1))
    assert facets.providers == ((CIVIL, "市民政局", 3),)
    assert facets.frequencies == (("monthly", "每月", 3),)
    assert facets.open_types == (("unconditional", "无条件开放", 2), ("conditional", "有条件开放", 1))
    assert (facets.total, facets.downloads, facets.rows) == (3, 2, 180)


def test_views_and_downloads_are_counted_while_it_is_open(city):
    an_open_dataset(city)
    opening.count_view("schools")
    opening.count_download("schools")
    opening.withdraw_dataset(city.civil_approver, "schools", reason="停", clock=city.clock)
    opening.count_view("schools")
    opening.count_download("schools")
    assert (opening.dataset("schools").views, opening.dataset("schools").downloads) == (1, 1)


def test_the_portals_list_can_be_sorted_and_narrowed_to_what_is_free(three):
    visitor = Client(headers={"host": "127.0.0.1"})

    def titles(query: str) -> list[str]:
        page = visitor.get(f"/datasets/{query}").content.decode()
        return re.findall(r'<h3><a href="/datasets/(\w+)/">', page)

    assert titles("") == ["welfare", "societies", "schools"]
    assert titles("?sort=downloads") == ["societies", "welfare", "schools"]
    assert titles("?sort=no-such-order") == titles("")
    assert titles("?open_type=conditional") == ["welfare"]
    page = visitor.get("/datasets/?sort=downloads&open_type=unconditional").content.decode()
    assert '<option value="downloads" selected>' in page
    assert 'name="open_type" value="unconditional"' in page, "the form keeps what the facets chose"
