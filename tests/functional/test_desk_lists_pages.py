"""The pages of the three lists: a demand on its way, the responsibility list confirmed and printed, refusals reviewed."""

from dataclasses import replace
from io import BytesIO
from urllib.parse import quote

import pytest
from python_calamine import CalamineWorkbook

from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandAction, DemandStage
from jutong.vocabulary.catalogue import SharingType
from tests.support.control import CIVIL, TAX, a_city, a_draft, a_published_entry, an_item
from tests.support.desk import at_the_desk
from tests.support.lists import a_disputed_demand, a_filed_demand, stepped

pytestmark = pytest.mark.django_db

WANT = {
    "department": TAX,
    "name": "婚姻登记数据",
    "items": "登记证号、身份证号、当事人姓名",
    "basis": "个人所得税法第六条",
    "scene": "核验专项附加扣除",
    "proposed": "",
    "duties": "",
    "sharing_method": "api",
    "update_frequency": "daily",
    "use_until": "",
    "urgency": "urgent",
}


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def number_of(city) -> str:
    (row,) = lists.demands(city.reviewer, clock=city.clock).rows
    return row.number


def test_a_demand_is_filed_finds_its_entry_and_leads_to_a_filled_application(city):
    a_published_entry(city)
    officer = at_the_desk(city, "tax_officer")
    page = officer.send("/desk/lists/demand/new/", **{**WANT, "basis": ""})
    assert "登记证号、身份证号、当事人姓名" in page  # nothing of it has to be written again
    page = officer.send("/desk/lists/demand/new/", **WANT)
    number = number_of(city)
    for said in (
        "婚姻登记基本信息",
        "匹配度高",
        "所需 3 个信息项中，有 3 个在“婚姻登记基本信息”中",
        "紧急",
    ):
        assert said in page
    page = officer.send(f"/desk/lists/demand/{number}/act/", action="take", service="hydj_jbxx", revision="1")
    assert "去申请使用" in page
    page = officer.read(f"/desk/catalogue/hydj_jbxx/apply/?demand={number}")
    assert "个人所得税法第六条" in page
    assert page.count(" checked") >= 3
    assert "婚姻登记数据" in officer.read("/desk/")


def test_the_bureau_assigns_with_reasons_and_the_department_accepts_and_draws_up(city):
    officer, reviewer = at_the_desk(city, "tax_officer"), at_the_desk(city, "reviewer")
    officer.send("/desk/lists/demand/new/", **{**WANT, "name": "民政救助对象信息"})
    number = number_of(city)
    act = f"/desk/lists/demand/{number}/act/"
    assert "没有找到合适的目录" in officer.read(f"/desk/lists/demand/{number}/")
    officer.send(act, action="go_on", reason="")
    assert "需求文字中提到「民政」" in reviewer.read(f"/desk/lists/demand/{number}/")
    assert "待我办理的需求" in reviewer.read("/desk/")
    page = reviewer.send(act, action="assign", department="")
    assert "分派的部门" in reviewer.complaints[0]
    reviewer.send(act, action="assign", department=CIVIL)
    approver = at_the_desk(city, "civil_approver")
    page = approver.read(f"/desk/lists/demand/{number}/")
    assert "还剩 10 个工作日" in page or "已超期" in page
    page = approver.send(act, action="refuse", reason=" ")
    assert "理由" in approver.complaints[0]
    page = approver.send(act, action="accept", service="", due_on="")
    assert "责任事项 ZR" in page
    page = approver.send(f"/desk/lists/demand/{number}/draw-up/", service="")
    assert "民政救助对象信息" in page
    assert "编制目录" not in approver.read(f"/desk/lists/demand/{number}/")


def test_a_decision_without_its_law_is_refused_and_keeps_what_was_written(city):
    number = a_disputed_demand(city).number
    leader = at_the_desk(city, "leader")
    act = f"/desk/lists/demand/{number}/act/"
    given = {"action": "not_share", "reason": "依法不能提供", "basis_document": "未成年人保护法"}
    page = leader.send(act, **given)
    assert "文号" in leader.complaints[0]
    assert 'value="未成年人保护法"' in page
    page = leader.send(act, **given, basis_number="第57号令", basis_article="第一百零三条")
    assert "裁决不予共享" in page
    page = leader.read("/desk/lists/negative/")
    assert "未成年人保护法 第57号令 第一百零三条" in page


def test_of_two_people_at_one_demand_the_later_reads_that_somebody_was_first(city):
    number = a_filed_demand(city).number
    shown = at_the_desk(city, "tax_officer")
    stepped(city, city.tax_approver, number, DemandAction.GO_ON)
    shown.send(f"/desk/lists/demand/{number}/act/", action="withdraw", reason="不要了", revision="1")
    assert "lists.demand_conflict" in shown.complaints[0]
    assert lists.demand(city.reviewer, number, clock=city.clock).summary.stage is DemandStage.ASSIGNING


def test_the_responsibility_list_is_confirmed_filtered_published_and_had_as_a_file(city):
    a_published_entry(city)
    approver, reviewer = at_the_desk(city, "civil_approver"), at_the_desk(city, "reviewer")
    page = approver.read("/desk/lists/responsibility/")
    assert "婚姻登记基本信息" in page
    assert 'name="number"' in page
    page = approver.send("/desk/lists/responsibility/confirm/", number="ZR2025-00001")
    number = lists.responsibilities(city.reviewer, clock=city.clock)[0].number
    page = approver.send("/desk/lists/responsibility/confirm/", number=number)
    assert "已确认 1 项责任" in page
    assert "没有符合条件的责任事项" in approver.read("/desk/lists/responsibility/?status=fulfilled")
    page = reviewer.send(
        f"/desk/lists/responsibility/{number}/",
        revision="2",
        person="责任人甲",
        due_on="2030-01-01",
        period="monthly",
    )
    assert "责任人甲" in page
    answer = reviewer.get("/desk/lists/responsibility/export/?department=minzheng")
    assert quote("责任清单") in answer.headers["Content-Disposition"]
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert rows[4][3] == "婚姻登记基本信息"
    page = reviewer.send("/desk/lists/publish/", kind="responsibility", notice="请各部门执行")
    assert "请各部门执行" in page
    edition = lists.editions(city.reviewer)[0].id
    assert approver.get(f"/desk/lists/editions/{edition}/export/").status_code == 200
    page = reviewer.read("/desk/lists/")
    for said in ("责任落实率", "各部门责任落实情况", "第1期"):
        assert said in page


def test_the_bureau_adds_a_duty_and_a_department_may_not(city):
    reviewer = at_the_desk(city, "reviewer")
    given = {"department": CIVIL, "name": "地名信息", "items": "地名", "person": "", "period": "yearly"}
    assert "已经过去" in reviewer.send("/desk/lists/responsibility/new/", **given, due_on="2020-01-01")
    assert "地名信息" in reviewer.send("/desk/lists/responsibility/new/", **given, due_on="2035-01-01")
    assert at_the_desk(city, "civil_officer").get("/desk/lists/responsibility/new/").status_code == 403


def test_a_refusal_is_stated_by_the_department_and_reviewed_by_the_bureau(city):
    items = (*a_draft().items, an_item("note", name="当事人备注", sharing_type=SharingType.NOT_SHARED))
    a_published_entry(city, items=tuple(replace(item) for item in items))
    officer, reviewer = at_the_desk(city, "civil_officer"), at_the_desk(city, "reviewer")
    assert "有 1 项缺少依据" in officer.read("/desk/lists/negative/")
    number = lists.refusals(city.reviewer, clock=city.clock)[0].number
    address = f"/desk/lists/negative/{number}/"
    assert "依据不全，不能审核通过" in reviewer.read(address)
    said = {
        "statement-revision": "1",
        "statement-reason": "涉及个人隐私",
        "statement-basis_document": "居民身份证法",
        "statement-basis_number": "主席令第51号",
        "statement-basis_article": "",
    }
    page = officer.send(address, declare="1", **said)
    assert "lists.basis_missing" in page
    assert "涉及个人隐私" in page
    officer.send(address, declare="1", **{**said, "statement-basis_article": "第十九条"})
    opinion = {"review-revision": "2", "review-opinion": "", "review-examine_on": "", "review-expires_on": ""}
    assert "lists.review_invalid" in reviewer.send(address, verdict="returned", **opinion)
    assert "有效" in reviewer.send(address, verdict="accepted", **opinion)
    assert "居民身份证法 主席令第51号 第十九条" in officer.read("/desk/lists/negative/?state=in_force")


def test_what_is_not_there_is_said_so(city):
    reviewer = at_the_desk(city, "reviewer")
    for address in (
        "/desk/lists/demand/XQ2025-99999/",
        "/desk/lists/responsibility/none/",
        "/desk/lists/negative/none/",
        "/desk/lists/editions/9/",
        "/desk/lists/nothing/export/",
    ):
        assert reviewer.get(address).status_code == 404, address
