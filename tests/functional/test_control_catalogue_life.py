"""An entry's life, from a draft to its withdrawal, as the people concerned live it."""

from datetime import date, timedelta

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryFilter
from jutong.control.catalogue.errors import (
    ActionNotAllowed,
    EditConflict,
    EntryNotFound,
    ItemSharingLooser,
    LintErrors,
    ReasonMissing,
    ServiceNameTaken,
)
from jutong.control.directory.errors import PermissionDenied
from jutong.vocabulary.catalogue import EntryStatus, Level, SharingType
from tests.support.control import CIVIL, TAX, City, a_city, a_draft, a_published_entry, an_item

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path) -> City:
    return a_city(tmp_path)


def test_an_entry_is_drafted_reviewed_twice_and_published_with_a_code(city):
    entry = a_published_entry(city)
    assert entry.summary.status is EntryStatus.PUBLISHED
    assert entry.summary.code == "307000000000/000001"
    assert entry.summary.published_on == date(2025, 3, 3)
    assert entry.summary.level is Level.L3
    assert [step.action.value for step in entry.steps] == ["submit", "accept", "publish"]
    contract = catalogue.contract_of("hydj_jbxx")
    assert (contract.version, contract.provider, contract.query_keys) == (
        1,
        CIVIL,
        (("cert_no",), ("id_no",)),
    )
    assert catalogue.live_contracts() == (contract,)


def test_errors_of_the_linter_block_submission_and_say_what_to_do(city):
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(abstract="太短"), service="short", clock=city.clock
    )
    with pytest.raises(LintErrors) as caught:
        catalogue.submit(city.civil_officer, "short", clock=city.clock)
    assert [finding["rule"] for finding in caught.value.detail["findings"]] == ["C09"]
    assert "摘要须为10至256个字" in caught.value.message("zh")


def test_two_savers_of_one_revision_do_not_overwrite_each_other(city):
    view = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    first = a_draft(title="婚姻登记信息甲")
    catalogue.save_entry(city.civil_officer, view.service, first, revision=view.revision, clock=city.clock)
    with pytest.raises(EditConflict):
        catalogue.save_entry(
            city.civil_approver, view.service, a_draft(), revision=view.revision, clock=city.clock
        )
    assert catalogue.entry(city.civil_officer, view.service).working == first


def test_a_change_of_a_published_entry_is_unseen_by_others_until_it_is_published(city):
    entry = a_published_entry(city)
    changed = a_draft(title="婚姻登记基本信息（新）")
    draft = catalogue.begin_change(city.civil_officer, entry.service, clock=city.clock)
    saved = catalogue.save_entry(
        city.civil_officer, entry.service, changed, revision=draft.revision, clock=city.clock
    )
    assert (saved.present.title, saved.working.title) == ("婚姻登记基本信息", "婚姻登记基本信息（新）")
    assert catalogue.entry(city.tax_officer, entry.service).working.title == "婚姻登记基本信息"
    assert catalogue.contract_of(entry.service).version == 1
    city.clock.advance(timedelta(days=2))
    catalogue.submit(city.civil_officer, entry.service, clock=city.clock)
    catalogue.accept(city.civil_approver, entry.service, clock=city.clock)
    published = catalogue.publish(city.reviewer, entry.service, reason="更名", clock=city.clock)
    assert published.summary.code == entry.summary.code
    assert catalogue.contract_of(entry.service).title == "婚姻登记基本信息（新）"
    assert [version.number for version in catalogue.versions(city.leader, entry.service)] == [2, 1]
    before = catalogue.as_it_was(city.leader, entry.service, date(2025, 3, 4))
    assert before is not None
    assert before.draft.title == "婚姻登记基本信息"
    assert catalogue.as_it_was(city.leader, entry.service, date(2025, 3, 2)) is None


def test_a_discarded_change_leaves_what_is_published(city):
    entry = a_published_entry(city)
    catalogue.begin_change(city.civil_officer, entry.service, clock=city.clock)
    back = catalogue.discard_change(city.civil_officer, entry.service, clock=city.clock)
    assert (back.summary.status, back.summary.version) == (EntryStatus.PUBLISHED, 1)
    assert not back.has_pending_change


def test_a_return_needs_its_reason_and_keeps_it(city):
    view = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    catalogue.submit(city.civil_officer, view.service, clock=city.clock)
    with pytest.raises(ReasonMissing):
        catalogue.return_entry(city.civil_approver, view.service, reason=" ", clock=city.clock)
    returned = catalogue.return_entry(
        city.civil_approver, view.service, reason="请补充内设机构", clock=city.clock
    )
    assert returned.steps[-1].reason == "请补充内设机构"
    assert returned.summary.status is EntryStatus.RETURNED


def test_the_bureau_has_two_working_days(city):
    view = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    catalogue.submit(city.civil_officer, view.service, clock=city.clock)
    waiting = catalogue.accept(city.civil_approver, view.service, clock=city.clock)
    assert waiting.summary.review_due_on == date(2025, 3, 5)


def test_a_withdrawn_entry_has_no_contract_and_its_names_are_never_given_again(city):
    entry = a_published_entry(city)
    catalogue.withdraw(city.reviewer, entry.service, reason="职责调整", clock=city.clock)
    with pytest.raises(EntryNotFound):
        catalogue.contract_of(entry.service)
    with pytest.raises(ServiceNameTaken):
        catalogue.create_entry(
            city.civil_officer, provider=CIVIL, draft=a_draft(), service=entry.service, clock=city.clock
        )
    again = a_published_entry(city, "another_name")
    assert again.summary.code == "307000000000/000002"


def test_an_item_is_never_shared_more_loosely_than_its_entry(city):
    loose = a_draft(items=(an_item("open_item", sharing_type=SharingType.UNCONDITIONAL),))
    with pytest.raises(ItemSharingLooser):
        catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=loose, clock=city.clock)


def test_nobody_drafts_for_another_department_but_the_department_above_does(city):
    with pytest.raises(PermissionDenied):
        catalogue.create_entry(city.tax_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    below = catalogue.create_entry(
        city.civil_officer, provider="minzheng_xh", draft=a_draft(system=""), clock=city.clock
    )
    assert below.summary.provider == "minzheng_xh"


def test_a_step_out_of_turn_is_refused_with_the_present_status(city):
    entry = a_published_entry(city)
    with pytest.raises(ActionNotAllowed, match="Published"):
        catalogue.publish(city.reviewer, entry.service, clock=city.clock)


def test_drafts_are_seen_by_their_department_and_the_bureau_only(city):
    view = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    for insider in (city.civil_approver, city.reviewer, city.leader):
        assert catalogue.count_entries(insider) == 1
    assert catalogue.count_entries(city.tax_officer) == 0
    with pytest.raises(EntryNotFound):
        catalogue.entry(city.tax_officer, view.service)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("婚姻", 1),
        ("登记机关", 1),
        ("婚 登", 1),
        ("ＩＤ_NO", 1),
        ("hydj_jbxx", 1),
        ("市民政局", 1),
        ("税收", 0),
        ("姻登", 1),
    ],
)
def test_search_finds_any_part_of_titles_items_names_and_departments(city, text, found):
    a_published_entry(city)
    assert catalogue.count_entries(city.tax_officer, EntryFilter(text=text)) == found
    page = catalogue.entries(city.tax_officer, EntryFilter(text=text))
    assert [row.item_count for row in page.rows] == [4] * found


def test_pages_join_without_gap_or_double_and_titles_come_first(city):
    for number in range(7):
        title = (
            f"低保对象救助信息{'甲乙丙丁戊己庚'[number]}"
            if number % 2
            else f"困难家庭档案{'甲乙丙丁戊己庚'[number]}"
        )
        a_published_entry(
            city, f"entry_{number}", title=title, scene="", abstract="涉及低保对象的救助和档案情况。"
        )
    rows, cursor = [], None
    while True:
        page = catalogue.entries(city.tax_officer, EntryFilter(text="低保"), limit=2, cursor=cursor)
        rows += page.rows
        cursor = page.next_cursor
        if cursor is None:
            break
    assert [row.service for row in rows] == [
        "entry_5", "entry_3", "entry_1", "entry_6", "entry_4", "entry_2", "entry_0"
    ]  # fmt: skip
    assert catalogue.count_entries(city.tax_officer, EntryFilter(provider=TAX)) == 0
