"""Keeping and destroying data at the desk: a rule is set, three persons lead a destruction, a hold stops it."""

import pytest

from jutong.control.collection import api as collection
from jutong.control.retention import api as retention
from jutong.processes.collection import collect_run, serve_version
from jutong.processes.destruction import count_due, destroy
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.desk import a_delivery, at_the_desk

pytestmark = pytest.mark.django_db

ENTRY = "/desk/retention/entries/hydj_jbxx/"
ROWS = (
    "登记证号,公民身份号码,当事人姓名,登记日期\n"
    "J330106-1990-000001,11010519491231002X,陈年旧合成,1990-02-14\n"
    "J330106-2024-000003,34052419800101001X,王新近合成,2024-06-01\n"
)


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    a_published_entry(made)
    a_delivery(made, "minzheng/hydj.csv", ROWS)
    draft = collection.SourceDraft(
        code="hydj_csv", name="婚姻登记", department=CIVIL, kind="csv", options={"path": "minzheng/hydj.csv"}
    )
    collection.add_source(made.civil_engineer, draft, home=made.home, clock=made.clock)
    collection.bind(made.civil_engineer, service="hydj_jbxx", source="hydj_csv", clock=made.clock)
    run = collection.request_run(made.civil_officer, "hydj_jbxx", clock=made.clock)
    assert collect_run(run.run_id, home=made.home, clock=made.clock) == "succeeded"
    serve_version("hydj_jbxx", collection.run(made.reviewer, run.run_id).version or 0, home=made.home)
    return made


def test_from_the_rule_to_the_printed_proof(city):
    officer, approver, reviewer = (
        at_the_desk(city, name) for name in ("civil_officer", "civil_approver", "reviewer")
    )
    assert "没有规定" in officer.read("/desk/retention/")
    page = officer.send(
        ENTRY, kept="limited", months="240", basis="registered_on", legal_basis="婚姻登记档案管理办法"
    )
    assert "240 个月，从信息项 registered_on 的日期起算" in page
    assert "请写明" not in page
    count_due(home=city.home, clock=city.clock)
    assert "到期" in officer.read("/desk/retention/?state=due")
    page = officer.send(f"{ENTRY}propose/", note="二十年前的登记")
    number = page.split("<title>")[1].split(" ")[0]
    act = f"/desk/retention/destructions/{number}/act/"
    assert "待复核" in page
    assert officer.post(act, {"action": "review"}).status_code == 403
    assert "待批准" in approver.send(act, action="review")
    assert "待执行" in reviewer.send(act, action="approve")
    destroy(number, home=city.home, clock=city.clock)
    page = officer.read(f"/desk/retention/destructions/{number}/")
    for text in ("已销毁", "销毁证明", "签名（SM2）", "1 份销毁证明的链条和签名完好", "婚姻登记档案管理办法"):
        assert text in page, text
    assert "王新近合成" not in page
    assert at_the_desk(city, "tax_officer").get(f"/desk/retention/destructions/{number}/").status_code == 403


def test_a_hold_is_placed_and_lifted_and_a_wrong_one_is_said(city):
    reviewer = at_the_desk(city, "reviewer")
    where = "/desk/retention/holds/"
    assert "[retention.hold_invalid]" in reviewer.send(where, department=CIVIL, reason="", document="")
    page = reviewer.send(where, department=CIVIL, reason="诉讼举证", document="（2025）样01行初1号")
    assert "冻结中" in page
    assert "已被冻结" in at_the_desk(city, "civil_officer").read(ENTRY)
    (hold,) = retention.holds(city.reviewer, today=city.clock.now().date())
    assert "已解除" in reviewer.send(f"{where}{hold.number}/lift/", reason="审结")
    assert at_the_desk(city, "civil_officer").post(where, {"department": CIVIL}).status_code == 403


def test_a_city_wide_default_is_the_bureaus_to_set(city):
    where = "/desk/retention/default/"
    form = {"level": "l3", "department": "", "kept": "limited", "months": "60", "legal_basis": "档案法"}
    assert "[retention.rule_invalid]" in at_the_desk(city, "civil_officer").send(where, **form)
    assert "60 个月，从归集之日起算" in at_the_desk(city, "reviewer").send(where, **form)
    assert "60 个月" in at_the_desk(city, "civil_officer").read(ENTRY)


def test_other_departments_and_administrators_see_nothing(city):
    assert "婚姻登记" not in at_the_desk(city, "tax_officer").read("/desk/retention/")
    assert at_the_desk(city, "tax_officer").get(ENTRY).status_code == 403
    assert at_the_desk(city, "secadmin").get("/desk/retention/").status_code == 403
