"""Duties and drafting at the desk, without scripts: import, map, propose, confirm in bulk, see the gaps."""

import re
from io import BytesIO

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryFilter
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.drafting import api as drafting
from jutong.control.drafting.api import ProposalFilter, ProposalStatus
from jutong.control.duties import api as duties
from jutong.pages.desk.duty_imports import open_list
from jutong.processes.surveying import survey_source
from tests.functional.test_control_drafting import a_database
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.desk import at_the_desk
from tests.support.duties import a_record, import_duties

pytestmark = pytest.mark.django_db

LIST = (
    "实施编码,事项名称,事项类型码,部门,区划代码\n"
    "MZ-1,养老机构设立许可,1,民政部门,330100\n"
    "MZ-2,慈善组织认定,7,民政部门,330100\n"
    "MZ-3,社会救助政策咨询,20,民政部门,330100\n"
)


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


@pytest.fixture
def officer(city):
    return at_the_desk(city, "civil_officer")


@pytest.fixture
def reviewer(city):
    return at_the_desk(city, "reviewer")


def a_file(content: str, name: str = "清单.csv") -> BytesIO:
    file = BytesIO(content.encode("utf-8"))
    file.name = name
    return file


def test_from_a_file_to_a_draft_entry(city, reviewer, officer):
    fields = {"series": "样例市事项", "kind": "service", "complete": "on", "version": "2025"}
    page = reviewer.send("/desk/duties/import/", **fields, check="1", file=a_file(LIST))
    assert "预检通过，还没有导入" in page
    assert duties.count_duties(city.reviewer) == 0
    page = reviewer.send("/desk/duties/import/", **fields, file=a_file(LIST))
    assert "已导入 3 个事项" in page
    assert "部门尚未对应到平台部门" in page
    page = reviewer.read("/desk/duties/departments/")
    assert "名称相近" in page
    page = reviewer.send("/desk/duties/departments/", **{"map 330100 民政部门": CIVIL})
    assert "已对应 1 个部门" in page
    page = officer.send("/desk/drafting/propose/")
    assert "新提出 2 条建议" in page
    numbers = re.findall(r'name="pick" value="(\d+)"', page)
    assert len(numbers) == 2
    page = officer.send(
        "/desk/drafting/",
        pick=numbers,
        **{f"title-{numbers[0]}": "养老机构许可结果", f"open_type-{numbers[0]}": "not_open"},
        **{f"title-{numbers[1]}": ""},
    )
    assert "1 / 2 条已生成目录草稿" in page
    assert "不能为空" in page
    assert catalogue.count_entries(city.civil_officer, EntryFilter(text="养老机构许可结果")) == 1
    page = officer.send("/desk/drafting/", all="1")
    assert "1 / 1 条已生成目录草稿" in page
    assert "没有待确认的编目建议" in page
    assert "100%" in officer.read("/desk/drafting/gaps/")
    assert "养老机构许可结果" in officer.read("/desk/duties/item/MZ-1/")
    assert "不需要编目" in officer.read("/desk/duties/item/MZ-3/")


@pytest.mark.parametrize(
    ("content", "name", "said"),
    [
        (LIST + "MZ-1,重复,1,民政部门,330100\n", "a.csv", "事项编码重复"),
        ("甲,乙\n1,2\n", "a.csv", "清单缺少必需的列：事项编码、事项名称"),
        ("不是表格", "a.docx", "只接受 Excel、CSV 或 JSON 文件"),
        ("PK\x03\x04坏的", "a.xlsx", "[connectors."),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do_and_nothing_is_kept(city, reviewer, content, name, said):
    page = reviewer.send(
        "/desk/duties/import/", series="样例", kind="power", complete="on", file=a_file(content, name)
    )
    assert said in page
    assert duties.count_duties(city.reviewer) == 0


def test_the_template_is_read_as_the_template(city, reviewer, tmp_path):
    answer = reviewer.get("/desk/duties/template/v1/")
    path = tmp_path / "template.xlsx"
    path.write_bytes(b"".join(answer.streaming_content))
    connector = open_list(path)
    assert connector.describe()["sheet"] == duties.TEMPLATE_SHEET
    assert connector.columns() == tuple(column.title for column in duties.COLUMNS)


def test_a_proposal_is_rejected_with_a_reason_and_reopened(city, officer):
    import_duties(city, a_record(1))
    drafting.propose_from_duties(city.civil_officer, clock=city.clock)
    (one,) = drafting.proposals(city.civil_officer).rows
    address = f"/desk/drafting/{one.number}/"
    assert "行政许可决定文书号" in officer.read(address)
    assert "不采纳建议须写明理由" in officer.send(f"{address}decide/")
    page = officer.send(f"{address}decide/", reason="省级系统产生")
    assert "省级系统产生" in page
    assert "不采纳" in officer.read("/desk/drafting/?status=rejected")
    assert "建议已恢复" in officer.send(f"{address}decide/", reopen="1")
    assert "已生成草稿" in officer.send(f"{address}decide/", confirm="1")
    assert at_the_desk(city, "tax_officer").get(address).status_code == 404


def test_a_changed_duty_reaches_the_entries(city, reviewer):
    import_duties(city, a_record(1))
    a_published_entry(city, duties=("MZ-001",))
    import_duties(city, a_record(1, 设定依据="新的办法"))
    assert "1 个事项在新版清单中有变更或取消" in reviewer.read("/desk/duties/")
    page = reviewer.read("/desk/duties/changes/")
    assert "设定依据：空 → 新的办法" in page
    assert "涉及 1 个已发布目录" in reviewer.send("/desk/duties/changes/")
    assert "没有待处理的变化" in reviewer.read("/desk/duties/changes/")


def test_gaps_are_closed_by_linking(city, officer):
    import_duties(city, a_record(1, 事项名称="婚姻登记"))
    a_published_entry(city)
    page = officer.read("/desk/drafting/gaps/")
    assert "看起来对得上的目录和事项" in page
    assert "还没有勾选" in officer.send("/desk/drafting/gaps/")
    page = officer.send("/desk/drafting/gaps/", pair="hydj_jbxx MZ-001")
    assert "已关联 1 个目录" in page
    assert "没有缺事项的目录" in page


def test_a_source_is_surveyed_from_its_page(city):
    a_database(city)
    engineer = at_the_desk(city, "civil_engineer")
    assert "为整个数据源提出编目建议" in engineer.read("/desk/sources/fuli/")
    page = engineer.send("/desk/sources/fuli/survey/")
    assert "正在逐表探查" in page
    (asked,) = drafting.surveys(city.civil_engineer)
    survey_source(asked.survey_id, home=city.home, clock=city.clock)
    page = engineer.read(f"/desk/drafting/surveys/{asked.survey_id}/")
    assert "没有数据" in page
    assert "福利机构系统" in engineer.read("/desk/drafting/surveys/")
    officer = at_the_desk(city, "civil_officer")
    page = officer.read("/desk/drafting/?source=fuli")
    assert "请填写" in page, "a table without a comment needs its name"
    number = drafting.proposals(city.civil_officer, ProposalFilter(source="fuli")).rows[0].number
    assert "GB 11643" in officer.read(f"/desk/drafting/{number}/")
    assert drafting.count_proposals(SYSTEM_ACTOR, ProposalFilter(status=ProposalStatus.PROPOSED)) == 2


def test_who_may_not_keep_duties_sees_the_list_alone(city):
    developer = at_the_desk(city, "tax_developer")
    assert "导入清单" not in developer.read("/desk/duties/")
    assert developer.get("/desk/duties/import/").status_code == 403
    assert developer.get("/desk/duties/departments/").status_code == 403
