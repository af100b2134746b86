"""Responsibilities and refusals follow what is published, changed, withdrawn; editions freeze them; Excel prints them."""

from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from django.db import transaction
from python_calamine import CalamineWorkbook

from jutong.control.catalogue import api as catalogue
from jutong.control.directory.errors import PermissionDenied
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    DutyDraft,
    Fulfilment,
    ListKind,
    NegativeFilter,
    NegativeScope,
    NegativeState,
    NegativeStatement,
    Origin,
    Period,
    ResponsibilityFilter,
    Verdict,
)
from jutong.control.lists.errors import BasisMissing, EditionEmpty, ListConflict, ReviewInvalid
from jutong.kernel.clock import FixedClock, business_date
from jutong.vocabulary.catalogue import OpenType, SharingType
from tests.support.control import CIVIL, a_city, a_draft, a_published_entry, an_item
from tests.support.lists import a_filed_demand

pytestmark = pytest.mark.django_db
SERVICE = "hydj_jbxx"
LAW = {"basis_document": "居民身份证法", "basis_number": "主席令第51号", "basis_article": "第十九条"}


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path)


def listed(city, **where: object):
    lists.refresh(city.clock)
    return lists.responsibilities(city.reviewer, ResponsibilityFilter(**where), clock=city.clock)


def refused(city, **where: object):
    lists.refresh(city.clock)
    return lists.refusals(city.reviewer, NegativeFilter(**where), clock=city.clock)


def an_entry_with_a_refused_item(city, **changes: object) -> None:
    items = (*a_draft().items, an_item("note", name="当事人备注", sharing_type=SharingType.NOT_SHARED))
    a_published_entry(city, items=items, **changes)


def changed(city, **changes: object) -> None:
    """The published entry, changed and published again."""
    view = catalogue.begin_change(city.civil_officer, SERVICE, clock=city.clock)
    draft = replace(view.working, **changes)
    catalogue.save_entry(city.civil_officer, SERVICE, draft, revision=view.revision, clock=city.clock)
    catalogue.submit(city.civil_officer, SERVICE, clock=city.clock)
    catalogue.accept(city.civil_approver, SERVICE, clock=city.clock)
    catalogue.publish(city.reviewer, SERVICE, clock=city.clock)


def test_publishing_makes_a_responsibility_and_reading_again_makes_no_other(city):
    a_published_entry(city)
    (duty,) = listed(city)
    assert (duty.number, duty.department, duty.origin) == ("ZR2025-00001", CIVIL, Origin.ENTRY)
    assert duty.items == ("登记证号", "公民身份号码", "当事人姓名", "登记日期")
    assert (duty.system, duty.person, duty.period) == ("婚姻登记管理系统", "测试联系人", Period.QUARTERLY)
    assert duty.status is Fulfilment.NOT_BEGUN
    assert listed(city) == (duty,)


def test_a_withdrawn_entry_ends_its_responsibility_and_the_number_is_not_given_again(city):
    a_published_entry(city)
    listed(city)
    city.clock.advance(timedelta(minutes=1))
    catalogue.withdraw(city.civil_approver, SERVICE, reason="职责调整", clock=city.clock)
    assert listed(city) == ()
    ended = lists.responsibility(city.reviewer, "ZR2025-00001", clock=city.clock)
    assert (ended.active, ended.ended_because) == (False, "目录已下架")
    city.clock.advance(timedelta(minutes=1))
    changed(city)
    assert [duty.number for duty in listed(city)] == ["ZR2025-00002"]


def test_the_department_confirms_and_a_change_of_the_entry_asks_again(city):
    a_published_entry(city)
    (duty,) = listed(city)
    assert lists.count_unconfirmed(city.civil_approver) == 1
    with pytest.raises(PermissionDenied), transaction.atomic():
        lists.confirm_responsibilities(city.tax_approver, [duty.number], clock=city.clock)
    assert lists.confirm_responsibilities(city.civil_approver, [duty.number], clock=city.clock) == 1
    assert lists.confirm_responsibilities(city.civil_approver, [duty.number], clock=city.clock) == 0
    (duty,) = listed(city)
    assert (duty.confirmed, lists.count_unconfirmed(city.civil_approver)) == (True, 0)
    city.clock.advance(timedelta(minutes=1))
    changed(city, abstract="本市婚姻登记机关办理的各类登记的基本信息，用于核验婚姻状况。")
    (duty,) = listed(city, unconfirmed=True)
    assert duty.number == "ZR2025-00001"


def test_the_bureau_adds_a_duty_before_there_is_an_entry_and_it_becomes_overdue(city):
    today = business_date(city.clock.now())
    draft = DutyDraft(department=CIVIL, name="地名信息", items=("地名",), due_on=today + timedelta(days=3))
    with pytest.raises(PermissionDenied), transaction.atomic():
        lists.add_duty(city.civil_approver, draft, clock=city.clock)
    duty = lists.add_duty(city.reviewer, draft, clock=city.clock)
    assert (duty.status, duty.origin) == (Fulfilment.NOT_BEGUN, Origin.BUREAU)
    later = FixedClock(city.clock.at + timedelta(days=4))
    assert lists.responsibility(city.reviewer, duty.number, clock=later).status is Fulfilment.OVERDUE
    facts = lists.responsibility_facts()
    assert facts.without_entry == ((duty.number, CIVIL, "地名信息"),)
    lists.confirm_responsibilities(city.civil_approver, [duty.number], clock=city.clock)
    assert lists.count_unconfirmed(city.civil_approver) == 0


def test_the_rate_of_a_department_counts_what_is_fulfilled(city):
    a_published_entry(city)
    a_published_entry(
        city,
        "hydj_bgkd",
        title="收养登记档案",
        sharing_type=SharingType.NOT_SHARED,
        items=tuple(replace(item, sharing_type=SharingType.NOT_SHARED) for item in a_draft().items),
        **LAW,
    )
    listed(city)
    (civil,) = lists.fulfilment_by_department(city.reviewer, clock=city.clock)
    assert (civil.department, civil.total, civil.rate) == (CIVIL, 2, 0.5)


def test_two_who_change_a_responsibility_at_once_the_later_is_told(city):
    a_published_entry(city)
    (duty,) = listed(city)
    change = {"due_on": duty.due_on, "period": duty.period, "revision": duty.revision, "clock": city.clock}
    lists.change_responsibility(city.civil_approver, duty.number, person="先到", **change)
    with pytest.raises(ListConflict), transaction.atomic():
        lists.change_responsibility(city.reviewer, duty.number, person="后到", **change)
    assert listed(city)[0].person == "先到"


def test_a_refused_item_without_its_law_blocks_and_is_not_on_the_list(city):
    an_entry_with_a_refused_item(city)
    (row,) = refused(city)
    assert (row.name, row.state) == ("婚姻登记基本信息 / 当事人备注", NegativeState.BLOCKED)
    assert lists.negative_list(city.reviewer, clock=city.clock) == ()
    with pytest.raises(BasisMissing), transaction.atomic():
        lists.review(city.reviewer, row.number, Verdict.ACCEPTED, revision=row.revision, clock=city.clock)
    half = NegativeStatement(reason="隐私", **{**LAW, "basis_article": " "})
    with pytest.raises(BasisMissing, match="article"), transaction.atomic():
        lists.declare(city.civil_officer, row.number, half, revision=row.revision, clock=city.clock)
    whole = NegativeStatement(reason="涉及个人隐私", **LAW)
    with pytest.raises(PermissionDenied), transaction.atomic():
        lists.declare(city.tax_officer, row.number, whole, revision=row.revision, clock=city.clock)
    row = lists.declare(city.civil_officer, row.number, whole, revision=row.revision, clock=city.clock)
    assert row.state is NegativeState.PENDING
    with pytest.raises(ReviewInvalid), transaction.atomic():
        lists.review(city.reviewer, row.number, Verdict.RETURNED, revision=row.revision, clock=city.clock)
    row = lists.review(
        city.reviewer,
        row.number,
        Verdict.RETURNED,
        opinion="条款不对",
        revision=row.revision,
        clock=city.clock,
    )
    assert row.state is NegativeState.RETURNED
    row = lists.review(city.reviewer, row.number, Verdict.ACCEPTED, revision=row.revision, clock=city.clock)
    assert row.state is NegativeState.IN_FORCE


def test_a_refusal_is_examined_again_and_expires(city):
    an_entry_with_a_refused_item(city, sharing_reason="涉及隐私", **LAW)
    (row,) = refused(city)
    row = lists.review(city.reviewer, row.number, Verdict.ACCEPTED, revision=row.revision, clock=city.clock)
    states = []
    for days in (1, 340, 700, 735):
        later = FixedClock(city.clock.at + timedelta(days=days))
        states.append(lists.refusal(city.reviewer, row.number, clock=later).state)
        expected = states[-1] is not NegativeState.IN_FORCE
        assert bool(lists.count_waiting(city.civil_officer, clock=later)) is expected
        assert bool(lists.count_waiting(city.reviewer, clock=later)) is expected
    assert states == [NegativeState.IN_FORCE, NegativeState.DUE, NegativeState.DUE, NegativeState.EXPIRED]


def test_a_changed_basis_is_reviewed_again_and_a_lifted_refusal_ends(city):
    an_entry_with_a_refused_item(city, sharing_reason="涉及隐私", **LAW)
    (row,) = refused(city)
    lists.review(city.reviewer, row.number, Verdict.ACCEPTED, revision=row.revision, clock=city.clock)
    city.clock.advance(timedelta(minutes=1))
    changed(city, basis_article="第二十条")
    (again,) = refused(city)
    assert (again.state, again.number) == (NegativeState.PENDING, row.number)
    city.clock.advance(timedelta(minutes=1))
    changed(city, items=a_draft().items)
    assert refused(city) == ()


def test_what_is_not_opened_is_listed_with_its_reason(city):
    a_published_entry(city, open_type=OpenType.NOT_OPEN)
    (row,) = refused(city, scope=NegativeScope.OPENING)
    assert (row.state, row.statement.reason) == (NegativeState.PENDING, "含三级（较敏感）数据")


def cells(content: bytes) -> list[list[str]]:
    sheet = CalamineWorkbook.from_filelike(BytesIO(content)).get_sheet_by_index(0)
    return [[str(cell) for cell in row] for row in sheet.to_python(skip_empty_area=False)]


def test_the_list_prints_as_officials_send_it_and_no_text_becomes_a_formula(city):
    a_published_entry(city, contact_name="=1+1")
    made = lists.workbook_of(lists.sheet_of(city.reviewer, ListKind.RESPONSIBILITY, clock=city.clock))
    rows = cells(made)
    assert rows[0][0] == "样例市政务数据共享责任清单（2025年版）"
    assert rows[1][0] == "填报单位：市大数据局"
    assert rows[2][:4] == ["序号", "责任编号", "责任部门", "数据资源"]
    assert rows[3][3:7] == ["目录名称", "目录代码", "信息项", "数源系统"]
    assert rows[4][:4] == ["1", "ZR2025-00001", "市民政局", "婚姻登记基本信息"]
    assert "=1+1" in rows[4]
    assert "单位负责人（签字、盖章）" in "".join(rows[-1])
    with ZipFile(BytesIO(made)) as book:
        page = book.read("xl/worksheets/sheet1.xml").decode()
        titles = book.read("xl/workbook.xml").decode()
    assert "<f>" not in page
    assert 'orientation="landscape"' in page
    assert 'paperSize="9"' in page
    assert 'fitToHeight="0"' in page
    assert 'state="frozen"' in page
    assert "Print_Titles" in titles


def test_an_edition_stays_as_it_was_published(city):
    with pytest.raises(EditionEmpty):
        lists.publish_edition(city.reviewer, ListKind.RESPONSIBILITY, clock=city.clock)
    a_published_entry(city)
    with pytest.raises(PermissionDenied), transaction.atomic():
        lists.publish_edition(city.civil_approver, ListKind.RESPONSIBILITY, clock=city.clock)
    first = lists.publish_edition(
        city.reviewer, ListKind.RESPONSIBILITY, notice="请各部门执行", clock=city.clock
    )
    assert first.title == "样例市政务数据共享责任清单（2025年版）第1期"
    _, before = lists.edition_sheet(city.tax_officer, first.id)
    city.clock.advance(timedelta(minutes=1))
    catalogue.withdraw(city.civil_approver, SERVICE, reason="职责调整", clock=city.clock)
    assert listed(city) == ()
    _, now = lists.edition_sheet(city.tax_officer, first.id)
    assert now == before
    assert len(now.rows) == 1


def test_an_edition_of_the_negative_list_has_only_what_was_accepted(city):
    an_entry_with_a_refused_item(city, sharing_reason="涉及隐私", **LAW)
    (row,) = refused(city)
    with pytest.raises(EditionEmpty):
        lists.publish_edition(city.reviewer, ListKind.NEGATIVE, clock=city.clock)
    lists.review(city.reviewer, row.number, Verdict.ACCEPTED, revision=row.revision, clock=city.clock)
    assert lists.publish_edition(city.reviewer, ListKind.NEGATIVE, clock=city.clock).rows == 1


def test_what_waits_is_told_to_each_side(city):
    a_published_entry(city)
    number = a_filed_demand(city).number
    waiting = lists.waiting(city.tax_officer, clock=city.clock)
    assert ([row.number for row in waiting.demands], waiting.count) == ([number], 1)
    assert lists.waiting(city.civil_approver, clock=city.clock).unconfirmed == 1
    assert lists.waiting(city.reviewer, clock=city.clock).count == 0


def test_a_basis_that_changed_meanwhile_is_not_accepted_unseen(city):
    an_entry_with_a_refused_item(city, **LAW)
    (shown,) = refused(city)
    changed(city, basis_article="第二十条")
    lists.refresh(city.clock)
    with pytest.raises(ListConflict):
        lists.review(city.reviewer, shown.number, Verdict.ACCEPTED, revision=shown.revision, clock=city.clock)
    assert refused(city)[0].state is NegativeState.PENDING
