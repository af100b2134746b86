"""Reviewing on the pages: the queue, levels, controls, versions compared, two at once, notes while one writes."""

import re

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.kernel.clock import SystemClock, business_date
from jutong.vocabulary.catalogue import EntryStatus, Level
from jutong.vocabulary.grading import OutputForm
from tests.support.control import CIVIL, PERSON_ITEMS, City, a_city, a_draft, a_published_entry, an_item
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db(transaction=True)

SERVICE = "hydj_jbxx"
ENTRY = f"/desk/catalogue/{SERVICE}/"
REVIEWS = "/desk/reviews/"


@pytest.fixture
def city(tmp_path, settings) -> City:
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def a_change_before_the_bureau(city: City) -> catalogue.EntryView:
    """The published entry with another contact, a longer name, a new item and one gone."""
    a_published_entry(city)
    draft = catalogue.begin_change(city.civil_officer, SERVICE, clock=city.clock)
    items = (PERSON_ITEMS[0], PERSON_ITEMS[3], PERSON_ITEMS[1], an_item("gz", name="投标报价"))
    changed = a_draft(contact_name="新联系人", items=items)
    catalogue.save_entry(city.civil_officer, SERVICE, changed, revision=draft.revision, clock=city.clock)
    catalogue.submit(city.civil_officer, SERVICE, clock=city.clock)
    return catalogue.accept(city.civil_approver, SERVICE, clock=city.clock)


def test_the_queue_shows_what_waits_with_its_changes_its_clock_and_what_blocks_it(city):
    a_change_before_the_bureau(city)
    page = at_the_desk(city, "reviewer").read(REVIEWS)
    for text in (
        "婚姻登记基本信息",
        "主管部门审核",
        "元数据 1 处",
        "新联系人",
        "个工作日",
        "1 项级别须逐项确认",
    ):
        assert text in page, text
    assert "没有等您办理的目录" in at_the_desk(city, "tax_approver").read(REVIEWS)
    assert "待我处理的目录" in at_the_desk(city, "reviewer").read("/desk/")


def test_levels_are_confirmed_in_bulk_with_their_reason_and_the_entry_is_published_from_the_queue(city):
    a_change_before_the_bureau(city)
    desk = at_the_desk(city, "reviewer")
    page = desk.send(
        f"{REVIEWS}decide/",
        **inputs_of(desk.read(REVIEWS)) | {"service": SERVICE, "action": "accept", "reason": "同意"},
    )
    assert "[catalogue.levels_unconfirmed]" in page
    assert "同意" in page  # what was written stays
    grading = desk.read(f"{ENTRY}grading/")
    for text in ("名称表明是商业秘密（G10）", "识别为公民身份号码（G01）", "待确认", "该级别的管控要求"):
        assert text in grading, text
    fields = inputs_of(grading) | {"item": ["gz"], "level-gz": "l2"}
    assert "[catalogue.reason_missing]" in desk.send(f"{ENTRY}grading/", **fields)
    page = desk.send(f"{ENTRY}grading/", **fields, reason="已过保密期")
    assert "已过保密期" in page
    fields = inputs_of(desk.read(REVIEWS)) | {"service": SERVICE, "action": "accept"}
    assert "已办理 1 条" in desk.send(f"{REVIEWS}decide/", **fields)
    assert catalogue.entry(city.reviewer, SERVICE).summary.version == 2


def test_many_are_returned_with_one_reason_and_nothing_ticked_is_said(city):
    a_change_before_the_bureau(city)
    desk = at_the_desk(city, "reviewer")
    assert "没有勾选任何条目" in desk.send(f"{REVIEWS}decide/", action="return", reason="写好的意见")
    assert "写好的意见" in desk.text
    fields = inputs_of(desk.read(REVIEWS)) | {"service": SERVICE, "action": "return", "reason": "请写明来源"}
    desk.send(f"{REVIEWS}decide/", **fields)
    assert catalogue.entry(city.reviewer, SERVICE).summary.status is EntryStatus.RETURNED
    assert "退回待修改" in at_the_desk(city, "civil_officer").read(REVIEWS)


def test_of_two_reviewers_the_later_keeps_the_reason_that_was_typed(city):
    shown = a_change_before_the_bureau(city)
    catalogue.return_entry(city.reviewer, SERVICE, reason="先到的意见", clock=city.clock)
    page = at_the_desk(city, "reviewer").send(
        f"{ENTRY}act/", action="return", reason="后到的意见", revision=str(shown.revision)
    )
    assert "[catalogue." in page
    assert "后到的意见" in page
    assert "先到的意见" in page


def test_of_two_editors_the_later_sees_both_texts_and_merges_them(city):
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(), service=SERVICE, clock=city.clock
    )
    first, second = at_the_desk(city, "civil_officer"), at_the_desk(city, "civil_approver")
    mine, theirs = inputs_of(first.read(f"{ENTRY}edit/")), inputs_of(second.read(f"{ENTRY}edit/"))
    second.send(
        f"{ENTRY}edit/", **theirs | {"contact_name": "乙", "scene": "对方写的场景", "items-0-length": "77"}
    )
    page = first.send(f"{ENTRY}edit/", **mine | {"contact_name": "甲", "provider_unit": "我写的处室"})
    assert "[catalogue.edit_conflict]" in page
    for text in ("同时有人保存了这个条目", "对方写的场景", "我写的处室", "长度 77"):
        assert text in page, text
    ticked = re.findall(r'name="take" value="([^"]+)" checked', page)
    assert sorted(ticked) == ["item:cert_no", "scene"]  # what I never touched
    fields = inputs_of(page) | {"merge": "1", "take": ticked}
    page = first.send(f"{ENTRY}edit/", **fields)
    assert "其余保留您写的" in page
    first.send(f"{ENTRY}edit/", **inputs_of(page))
    saved = catalogue.entry(city.civil_officer, SERVICE).working
    assert (saved.contact_name, saved.provider_unit, saved.scene) == ("甲", "我写的处室", "对方写的场景")
    assert saved.items[0].length == 77


def test_versions_are_compared_and_a_day_is_looked_up(city):
    a_published_entry(city)
    reader = at_the_desk(city, "tax_officer")
    assert "（空）" in reader.read(f"{ENTRY}diff/?to=1")
    assert reader.get(f"{ENTRY}diff/?to=9").status_code == 404
    catalogue.begin_change(city.civil_officer, SERVICE, clock=city.clock)
    page = at_the_desk(city, "civil_officer").read(f"{ENTRY}diff/")
    assert "没有改动" in page
    assert "第 1 版" in reader.read(f"{ENTRY}on/?on=2025-03-03")
    assert "这一天还没有发布" in reader.read(f"{ENTRY}on/?on=2025-03-02")
    assert "第 1 版" in reader.read(f"{ENTRY}on/?on=nonsense")


def test_an_extension_is_asked_and_answered_on_the_pages(city):
    a_published_entry(city)
    today = business_date(SystemClock().now())
    (duty,) = catalogue.open_update_duty(
        city.civil_officer, [SERVICE], reason="职责调整", started_on=today, clock=SystemClock()
    )
    officer, reviewer = at_the_desk(city, "civil_officer"), at_the_desk(city, "reviewer")
    assert "须更新目录：职责调整" in officer.read(ENTRY)
    page = officer.send(f"/desk/updates/{duty.number}/extend/", reason="系统改造")
    assert "已申请" in page
    assert "系统改造" in reviewer.read(f"{REVIEWS}?kind=extension")
    page = reviewer.send(f"/desk/updates/{duty.number}/decide/", action="refuse", reason="")
    assert "[catalogue.reason_missing]" in page
    assert "已同意延期" in reviewer.send(f"/desk/updates/{duty.number}/decide/", action="grant")
    assert "/15 个工作日" in officer.read(REVIEWS)


def test_the_citys_controls_are_read_by_all_and_changed_by_the_bureau(city):
    reader, leader = at_the_desk(city, "tax_officer"), at_the_desk(city, "leader")
    assert "平台默认要求" in reader.read("/desk/grading/")
    assert "保存为新版本" not in reader.text
    fields = inputs_of(leader.read("/desk/grading/")) | {"output-l2": "masked", "release-l2": "masked"}
    assert "[catalogue.reason_missing]" in leader.send("/desk/grading/", **fields)
    page = leader.send("/desk/grading/", **fields | {"reason": "统一脱敏"})
    assert "第 1 版" in page
    assert "统一脱敏" in page
    assert catalogue.control_set().controls[Level.L2].output is OutputForm.MASKED
    weak = inputs_of(page) | {"output-l4": "whole", "reason": "放宽"}
    assert "[catalogue.controls_invalid]" in leader.send("/desk/grading/", **weak)
    assert reader.post("/desk/grading/", fields).status_code == 403


def test_the_form_is_judged_while_it_is_written_and_nothing_is_saved(city):
    officer = at_the_desk(city, "civil_officer")
    fields = inputs_of(officer.read("/desk/catalogue/new/")) | {
        "provider": CIVIL,
        "title": "婚姻登记管理系统",
        "abstract": "短",
        "row_count": "-1",
        "items-0-name": "证件号码",
        "items-0-field": "no number",
        "items-0-data_type": "text",
        "items-0-level": "l1",
        "items-0-sharing_type": "unconditional",
        "items-0-open_type": "not_open",
    }
    officer.send("/desk/entry-check/", **fields)
    notes = dict(re.findall(r'id="note-([\w-]+)" hx-swap-oob="true">(.*?)</div>', officer.text, re.DOTALL))
    assert "C01" in notes["title"]
    assert "C09" in notes["abstract"]
    assert "jt-note-bad" in notes["row_count"]
    assert notes["items-0"]
    assert "错误" in officer.text
    assert catalogue.entries(city.civil_officer).rows == ()
    stranger = at_the_desk(city, "reviewer")
    assert stranger.post("/desk/entry-check/", fields).status_code == 403


def test_rows_change_places_without_scripts(city):
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(), service=SERVICE, clock=city.clock
    )
    officer = at_the_desk(city, "civil_officer")
    page = officer.send(f"{ENTRY}edit/", **inputs_of(officer.read(f"{ENTRY}edit/")) | {"move": "1:up"})
    officer.send(f"{ENTRY}edit/", **inputs_of(page))
    saved = catalogue.entry(city.civil_officer, SERVICE).working
    assert [item.field for item in saved.items] == ["id_no", "cert_no", "person", "registered_on"]
    moved = catalogue.diff_drafts(a_draft(), saved)
    assert [(change.kind.value, change.field) for change in moved.items] == [("moved", "id_no")] or len(
        moved.items
    ) == 1


def test_every_extension_is_written_read_and_shown(city):
    draft = a_draft(
        domain_area="民政",
        scene="跨部门核验",
        contact_email="a@example.org",
        storage_mb=12,
        row_count=3456,
        is_result=True,
        is_certificate=True,
        duties=("330100-001", "330100-002"),
        items=(
            an_item("a", name="金额", length=10, scale=2, sharing_condition="仅限核验", description="单位元"),
        ),
        query_keys=(),
    )
    catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=draft, service=SERVICE, clock=city.clock)
    officer = at_the_desk(city, "civil_officer")
    officer.send(f"{ENTRY}edit/", **inputs_of(officer.read(f"{ENTRY}edit/")))
    assert catalogue.entry(city.civil_officer, SERVICE).working == draft
    page = officer.read(ENTRY)
    for text in ("民政", "跨部门核验", "3456", "330100-002", "10.2"):
        assert text in page, text
