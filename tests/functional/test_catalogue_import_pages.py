"""Importing and exporting at the workbench and from the shell, and lists of other portals."""

import json
from io import BytesIO

import pytest
from click.testing import CliRunner
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import load_workbook

from jutong.control.catalogue import api as catalogue
from jutong.control.interchange import api as interchange
from jutong.control.interchange import marking
from jutong.control.interchange.api import BatchState, Outcome, read_workbook
from jutong.control.interchange.errors import ListUnreadable, MappingIncomplete, NotExcel
from jutong.control.interchange.models import ImportBatch
from jutong.entrypoints.cli.catalogue import catalogue as commands
from tests.support.control import CIVIL, TAX, a_city, a_draft, a_published_entry
from tests.support.desk import at_the_desk
from tests.support.workbooks import a_workbook, an_export_row, put, spoilt

pytestmark = pytest.mark.django_db
PAGE = "/desk/interchange/"


@pytest.fixture
def city(tmp_path, settings):
    city = a_city(tmp_path)
    settings.DATA_HOME = city.home
    return city


def upload(desk, content: bytes, name: str = "目录.xlsx") -> str:
    return desk.send(PAGE, file=SimpleUploadedFile(name, content), department=CIVIL)


def newest() -> str:
    return ImportBatch.objects.latest("pk").code


def test_a_clerk_uploads_confirms_and_finds_the_drafts(city):
    desk = at_the_desk(city, "civil_officer")
    assert "还没有导入过文件" in desk.read(PAGE)
    page = upload(desk, a_workbook(an_export_row(), an_export_row(title="收养登记基本信息")))
    assert "确认写入目录" in page
    assert "收养登记基本信息" in page
    page = desk.send(f"{PAGE}{newest()}/act/", action="confirm")
    assert "正在写入目录" in page
    interchange.write_import(newest(), clock=city.clock)
    assert desk.get(f"{PAGE}{newest()}/progress/").status_code == 286
    assert "已导入" in desk.read(PAGE)
    assert len(catalogue.entries(city.civil_officer).rows) == 2


def test_a_clerk_gets_the_wrong_cells_back_and_cannot_confirm(city):
    desk = at_the_desk(city, "civil_officer")
    page = upload(desk, spoilt(a_workbook(), put("目录", "共享类型", 2, "随便")))
    assert "目录!M2" in page
    assert "确认写入目录" not in page
    answer = desk.get(f"{PAGE}{newest()}/marked/")
    assert "attachment" in answer["Content-Disposition"]
    assert read_workbook(b"".join(answer.streaming_content)).problems[0].place == "目录!M2"
    desk.send(f"{PAGE}{newest()}/act/", action="abandon")
    assert interchange.import_batch(city.civil_officer, newest()).state is BatchState.ABANDONED


def test_a_file_that_is_none_is_said_on_the_page(city):
    desk = at_the_desk(city, "civil_officer")
    assert "不是 Excel 工作簿" in upload(desk, b"hello", "目录.xls")
    assert at_the_desk(city, "tax_developer").get(PAGE).status_code == 403


def test_the_template_and_the_export_are_downloaded(city):
    a_published_entry(city)
    desk = at_the_desk(city, "civil_officer")

    def downloaded(address: str) -> bytes:
        return b"".join(desk.get(PAGE + address).streaming_content)

    template = downloaded("files/template/")
    assert [one.code for one in read_workbook(template).problems] == ["rows_missing"]
    export = downloaded(f"files/export/?provider={CIVIL}")
    assert read_workbook(export).entries[0].draft == a_draft()
    assert desk.get(f"{PAGE}files/other/").status_code == 404


LIST = (
    "部门,数据集名称,更新频率,说明\n市民政局,养老机构名录,每月,全市养老机构\n"
    "市某某局,婚姻登记点,随时,\n市民政局,养老机构名录,每月,重复\n"
)


def test_a_list_of_another_portal_is_recognised_and_settled_by_a_person(city):
    desk = at_the_desk(city, "civil_officer")
    page = upload(desk, LIST.encode("gb18030"), "清单.csv")
    assert "列的对应关系" in page
    batch = interchange.import_batch(city.civil_officer, newest())
    assert [one.element for one in batch.mapping.columns] == ["", "title", "update_frequency", "abstract"]
    assert (batch.counts.create, batch.counts.notes, batch.counts.problems) == (2, 2, 0)
    page = desk.send(
        f"{PAGE}{batch.code}/columns/",
        **{"column-0": "provider", "column-1": "title", "column-2": "", "column-3": "abstract"},
        department=CIVIL,
    )
    assert "由人指定" in page
    desk.send(f"{PAGE}{batch.code}/act/", action="confirm")
    interchange.write_import(batch.code, clock=city.clock)
    rows = {row.title: row for row in catalogue.entries(city.civil_officer).rows}
    assert set(rows) == {"养老机构名录", "婚姻登记点"}
    entry = catalogue.entry(city.civil_officer, rows["婚姻登记点"].service)
    assert entry.present.provider_unit == "市某某局"  # no registered department: kept, not lost
    again = interchange.start_import(
        city.civil_officer, "清单.csv", LIST.encode("gb18030"), clock=city.clock, department=CIVIL
    )
    assert (again.counts.create, again.counts.same) == (0, 2)
    with pytest.raises(MappingIncomplete):
        interchange.remap_import(city.civil_officer, again.code, {1: ""}, clock=city.clock)


def test_what_is_no_list_of_titles_is_refused(city):
    for content, error in (
        (b'{"a": 1}', ListUnreadable),
        (b'[{"a": 1}]', ListUnreadable),
        (b'{"a": ', ListUnreadable),
        (b'"a,b\n1,2', ListUnreadable),
        (b"1,2\n3,4\n", ListUnreadable),
        (b"\x00\x01\x02\x03", NotExcel),
    ):
        with pytest.raises(error):
            interchange.start_import(city.civil_officer, "清单", content, clock=city.clock)


@pytest.mark.parametrize(
    ("name", "entries", "first"),
    [
        ("繁体_台南_资料集清单_2018.csv", 665, "臺南市公共管線圖資"),
        ("繁体_高雄_资料集清单_2018.csv", 1490, "電動機車充電站名稱及充電站地址"),
        ("临沂_开放目录清单_17项.json", 16, "失业保险区划编码信息"),
    ],
)
def test_real_lists_load_without_manual_edits(city, real_data, name, entries, first):
    content = (real_data / "4_catalogue" / name).read_bytes()
    batch = interchange.start_import(city.reviewer, name, content, clock=city.clock, department=TAX)
    assert (batch.counts.problems, batch.counts.create) == (0, entries)
    interchange.confirm_import(city.reviewer, batch.code, clock=city.clock)
    interchange.write_import(batch.code, clock=city.clock)
    assert catalogue.count_entries(city.tax_officer) == entries
    rows = interchange.import_rows(city.reviewer, batch.code, outcome=Outcome.CREATE)
    assert rows.rows[0].title == first


def run(*words: str):
    return CliRunner().invoke(commands, list(words))


def test_the_commands_take_a_file_in_and_give_it_out(city, tmp_path):
    good, bad, faults = tmp_path / "good.xlsx", tmp_path / "bad.xlsx", tmp_path / "faults.xlsx"
    good.write_bytes(a_workbook())
    bad.write_bytes(spoilt(a_workbook(), put("信息项", "字段名", 3, "身份证")))
    answer = run("import", str(bad), "--as", "civil_officer", "--yes", "--errors-to", str(faults), "--json")
    assert answer.exit_code == 1, answer.output
    said = json.loads(answer.output)
    assert (said["state"], said["problems"][0]["cell"]) == ("checked", "D3")
    assert read_workbook(faults.read_bytes()).problems[0].place == "信息项!D3"
    assert run("import", str(good), "--as", "civil_officer", "--json").exit_code == 1  # nobody confirmed it
    answer = run("import", str(good), "--as", "civil_officer", "--yes")
    assert answer.exit_code == 0, answer.output
    out = tmp_path / "out.xlsx"
    answer = run("export", "--department", CIVIL, "--out", str(out), "--json")
    assert json.loads(answer.output)["entries"] == 1
    assert read_workbook(out.read_bytes()).entries[0].draft == a_draft()
    answer = run("import", str(out), "--as", "civil_officer", "--yes", "--json")
    assert (json.loads(answer.output)["unchanged"], answer.exit_code) == (1, 0)


def test_a_workbook_that_cannot_be_marked_as_it_is_is_marked_in_a_copy(monkeypatch):
    content = spoilt(a_workbook(), put("目录", "共享类型", 2, "随便"))
    problems = read_workbook(content).problems
    monkeypatch.setattr(marking, "AS_IT_IS", 10)
    sheet = load_workbook(BytesIO(marking.mark(content, problems)))["目录"]
    assert sheet["M2"].value == "随便"
    assert "不是可选的值" in sheet["M2"].comment.text
