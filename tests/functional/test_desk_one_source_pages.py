"""One source per item at the desk: the bureau compares and decides, a department answers and sees what to take."""

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.one_source import api as one_source
from jutong.vocabulary.catalogue import Level, Meaning
from tests.support.control import TAX, a_city, a_draft, a_published_entry, an_item
from tests.support.desk import at_the_desk, inputs_of

pytestmark = pytest.mark.django_db

ID = an_item(
    "id_no",
    name="公民身份号码",
    length=18,
    meaning=Meaning.CITIZEN_ID,
    level=Level.L3,
    key=True,
    required=True,
)
MARITAL = an_item("marital", name="婚姻状况", length=2, level=Level.L3)


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    a_published_entry(made, items=(ID, MARITAL), query_keys=(("id_no",),))
    draft = a_draft(title="自然人纳税人基本信息", items=(ID, MARITAL), system="", query_keys=(("id_no",),))
    catalogue.create_entry(made.tax_officer, provider=TAX, draft=draft, service="swdj", clock=made.clock)
    return made


def test_from_comparing_to_taking(city):
    reviewer = at_the_desk(city, "reviewer")
    assert "没有发现多部门重复持有的信息项" in reviewer.read("/desk/one-source/")
    page = reviewer.send("/desk/one-source/detect/")
    assert "已比对 4 个信息项：新发现 2 项" in page
    assert "公民身份号码" not in page.split("<table")[1]
    assert "公民身份号码" in reviewer.read("/desk/one-source/?status=reference")
    code = one_source.cases(city.reviewer).rows[0].code
    address = f"/desk/one-source/{code}/"

    officer = at_the_desk(city, "tax_officer")
    assert "以哪个部门的信息项为数源" not in officer.read(address)
    claim = inputs_of(officer.text)
    assert "该部门" not in officer.send(
        f"{address}claim/", **claim | {"claim-kind": "concur", "claim-text": ""}
    )
    assert "同意从他处获取" in reviewer.read(address)

    decision = {"decide-source": "hydj_jbxx|marital", "revision": 2}
    assert "必填" in reviewer.send(f"{address}decide/", **decision)
    page = reviewer.send(
        f"{address}decide/", **decision, **{"decide-reason": "婚姻登记产生", "decide-basis": "婚姻登记条例"}
    )
    assert "已确定数源" in page
    page = reviewer.send(f"{address}decide/", **decision, **{"decide-reason": "再来一次"})
    assert "one_source.case_conflict" in page

    page = officer.read("/desk/one-source/taking/")
    assert "市民政局" in page
    assert "婚姻登记条例" in page
    assert "应从数源部门获取的信息项" in officer.read("/desk/catalogue/swdj/")
    page = reviewer.send(f"{address}act/", action="reopen", reason="有异议", revision=3)
    assert "已重新办理" in page
    assert "没有应从他处获取的信息项" in officer.read("/desk/one-source/taking/")


def test_what_is_not_the_same_is_ticked_off_in_bulk(city):
    reviewer = at_the_desk(city, "reviewer")
    reviewer.send("/desk/one-source/detect/")
    code = one_source.cases(city.reviewer).rows[0].code
    assert "没有选择事项" in reviewer.send("/desk/one-source/reject/", reason="x")
    assert "不能为空" in reviewer.send("/desk/one-source/reject/", case=[code], reason=" ")
    assert "已认定 1 项不是同一项" in reviewer.send(
        "/desk/one-source/reject/", case=[code], reason="口径不同"
    )
    assert code in reviewer.read("/desk/one-source/?status=not_same")
    assert code not in reviewer.read("/desk/one-source/?status=found")


def test_an_item_is_taken_out_of_a_case_on_its_page(city):
    reviewer = at_the_desk(city, "reviewer")
    reviewer.send("/desk/one-source/detect/")
    view = one_source.case(city.reviewer, one_source.cases(city.reviewer).rows[0].code)
    page = reviewer.send(
        f"/desk/one-source/{view.summary.code}/exclude/",
        item=["swdj|marital"],
        reason="纳税口径",
        revision=view.revision,
    )
    assert "已排除" in page
    assert "不是同一项" in page


def test_others_may_look_and_no_more(city):
    one_source.detect(city.reviewer, clock=city.clock)
    code = one_source.cases(city.reviewer).rows[0].code
    officer = at_the_desk(city, "civil_officer")
    assert "重新比对" not in officer.read("/desk/one-source/")
    assert officer.post("/desk/one-source/detect/").status_code == 403
    assert (
        officer.post(
            f"/desk/one-source/{code}/act/", {"action": "reject", "reason": "x", "revision": 1}
        ).status_code
        == 403
    )
    assert officer.get("/desk/one-source/YS999999/").status_code == 404
    assert officer.get("/desk/one-source/?cursor=WyItMTAiXQ").status_code == 400
