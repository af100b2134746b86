"""The inspection at the desk: what is found, filtered, exported, waived and mended with a click."""

from io import BytesIO

import pytest
from openpyxl import load_workbook

from jutong.control.catalogue import api as catalogue
from jutong.control.inspection import api as inspection
from tests.support.control import CIVIL, a_city, a_draft
from tests.support.desk import at_the_desk

pytestmark = pytest.mark.django_db(transaction=True)
PAGE = "/desk/inspection/"


@pytest.fixture
def city(tmp_path, settings):
    made = a_city(tmp_path / "home")
    settings.DATA_HOME = made.home
    return made


def draft_of(city, service, **changes):
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(**changes), service=service, clock=city.clock
    )


def file_at(desk, address):
    return b"".join(desk.get(address).streaming_content)


def test_the_bureau_asks_for_an_inspection_and_waives_what_it_found(city):
    reviewer = at_the_desk(city, "reviewer")
    assert "还没有体检过" in reviewer.read(PAGE)
    draft_of(city, "adoptions", title="收养登记信息２０２５", abstract="太短")
    assert "已开始体检" in reviewer.send(f"{PAGE}run/")
    assert "正在体检" in reviewer.read(PAGE)
    (key,) = inspection.waiting_inspections(city.reviewer)
    assert reviewer.get(f"{PAGE}progress/{key}/").status_code == 200
    inspection.inspect(city.reviewer, clock=city.clock, key=key)
    assert reviewer.get(f"{PAGE}progress/{key}/").status_code == 286
    page = reviewer.read(PAGE)
    assert "摘要须为10至256个字" in page
    assert "市民政局" in page
    (finding,) = inspection.findings(
        city.reviewer, inspection.FindingFilter(rule="C09"), clock=city.clock
    ).rows
    assert "豁免须写明理由" in reviewer.send(
        f"{PAGE}waive/", finding=finding.key, reason="", until="2099-01-01"
    )
    assert "没有选择问题" in reviewer.send(f"{PAGE}waive/", reason="先发布", until="")
    assert reviewer.send(f"{PAGE}?severity=error").count("没有符合条件的问题") == 0
    lines = file_at(reviewer, f"{PAGE}export/csv/?rule=C09").decode("utf-8-sig").splitlines()
    assert lines[1].startswith("市民政局,收养登记信息２０２５,adoptions,C09,错误,abstract,")
    book = load_workbook(BytesIO(file_at(reviewer, f"{PAGE}export/xlsx/")))
    assert [row[3].value for row in book.active.iter_rows(min_row=2)] == ["C09", "P03"]


def test_a_department_mends_its_own_with_a_click(city):
    draft_of(city, "adoptions", title="=收养登记信息２０２５")
    inspection.inspect(city.reviewer, clock=city.clock)
    officer = at_the_desk(city, "civil_officer")
    page = officer.read(f"{PAGE}?fixable=1")
    assert "全部修正" in page
    assert "立即体检" not in page
    assert "'=收养登记" in file_at(officer, f"{PAGE}export/csv/").decode("utf-8-sig")
    assert "已修正 1 个目录" in officer.send(f"{PAGE}fix/", rule="P03")
    assert catalogue.entry(city.civil_officer, "adoptions").working.title == "=收养登记信息2025"
    assert "没有可以自动修正的内容" in officer.send(f"{PAGE}fix/adoptions/")
    assert "没有规则 C14" in officer.send(f"{PAGE}fix/", rule="C14")
    assert "没有问题" in officer.read(PAGE)


def test_every_rule_stands_on_a_page(city):
    page = at_the_desk(city, "civil_officer").read(f"{PAGE}rules/")
    assert "C01" in page
    assert "P85" in page
    assert "政务信息资源目录编制指南" in page
