"""The catalogue in from Excel and out again, through the doors of the platform."""

from dataclasses import replace
from io import BytesIO

import pytest
from openpyxl import load_workbook
from openpyxl.styles import Font

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import RelationCircular
from jutong.control.directory import api as directory
from jutong.control.directory.errors import PermissionDenied
from jutong.control.interchange import api as interchange
from jutong.control.interchange.api import BatchAction, BatchState, Outcome
from jutong.control.interchange.errors import (
    BatchActionNotAllowed,
    BatchHasProblems,
    BatchNotFound,
    NotExcel,
)
from jutong.control.interchange.models import ImportBatch
from jutong.vocabulary.catalogue import EntryStatus
from tests.support.control import CIVIL, a_city, a_draft, a_published_entry, an_item
from tests.support.workbooks import a_workbook, an_export_row, column_of, put, spoilt

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path)


def imported(city, content: bytes, who: str = "civil_officer"):
    batch = interchange.start_import(getattr(city, who), "目录.xlsx", content, clock=city.clock)
    interchange.confirm_import(getattr(city, who), batch.code, clock=city.clock)
    interchange.write_import(batch.code, clock=city.clock)
    return interchange.import_batch(getattr(city, who), batch.code)


def exported(city, who: str = "civil_officer") -> bytes:
    target = BytesIO()
    interchange.export_workbook(getattr(city, who), target, clock=city.clock)
    return target.getvalue()


def test_a_new_entry_becomes_a_draft_with_its_items(city):
    batch = imported(city, a_workbook(an_export_row()))
    assert batch.state is BatchState.WRITTEN
    (row,) = catalogue.entries(city.civil_officer).rows
    entry = catalogue.entry(city.civil_officer, row.service)
    assert entry.summary.status is EntryStatus.DRAFT
    assert entry.present == a_draft()
    assert catalogue.entries(city.civil_officer, catalogue.EntryFilter(text="婚姻登记")).rows
    assert directory.verify_audit(city.auditor).intact


def test_what_was_exported_and_is_imported_unchanged_changes_nothing(city):
    a_published_entry(city)
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(title="收养登记信息"), clock=city.clock
    )
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", exported(city), clock=city.clock)
    assert (batch.counts.same, batch.counts.create, batch.counts.change) == (2, 0, 0)
    before = {row.service: row for row in catalogue.entries(city.civil_officer).rows}
    interchange.confirm_import(city.civil_officer, batch.code, clock=city.clock)
    interchange.write_import(batch.code, clock=city.clock)
    assert {row.service: row for row in catalogue.entries(city.civil_officer).rows} == before


def test_a_published_entry_gets_a_pending_change_and_holds_meanwhile(city):
    entry = a_published_entry(city)
    content = spoilt(exported(city), put("目录", "应用场景", 2, "婚姻状况一件事"))
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", content, clock=city.clock)
    (row,) = interchange.import_rows(city.civil_officer, batch.code).rows
    assert (row.outcome, row.differences) == (Outcome.CHANGE, "应用场景")
    interchange.confirm_import(city.civil_officer, batch.code, clock=city.clock)
    interchange.write_import(batch.code, clock=city.clock)
    after = catalogue.entry(city.civil_officer, entry.service)
    assert (after.summary.status, after.summary.version, after.summary.live) == (EntryStatus.DRAFT, 2, True)
    assert (after.present.scene, after.working.scene) == ("", "婚姻状况一件事")
    assert after.steps[-1].action is catalogue.EntryAction.CHANGE


def test_a_draft_is_replaced_with_its_items(city):
    first = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    changed = a_draft(scene="新场景", items=(*a_draft().items[:2], an_item("office")))
    batch = imported(city, a_workbook(an_export_row(first.service, scene="新场景", items=changed.items)))
    assert (batch.state, batch.counts.change) == (BatchState.WRITTEN, 1)
    after = catalogue.entry(city.civil_officer, first.service)
    assert after.present == changed
    assert after.revision == first.revision + 1


def test_an_entry_under_review_is_a_problem_of_its_cell(city):
    first = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    catalogue.submit(city.civil_officer, first.service, clock=city.clock)
    content = a_workbook(an_export_row(first.service, scene="新场景"))
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", content, clock=city.clock)
    (problem,) = interchange.import_problems(city.civil_officer, batch.code)
    assert (problem.code, problem.place) == ("under_review", "目录!D2")
    with pytest.raises(BatchHasProblems):
        interchange.confirm_import(city.civil_officer, batch.code, clock=city.clock)


def test_an_officer_imports_for_the_own_department_and_the_bureau_for_all(city):
    content = a_workbook(an_export_row(provider="市税务局", system=""))
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", content, clock=city.clock)
    assert [one.code for one in interchange.import_problems(city.civil_officer, batch.code)] == [
        "provider_forbidden"
    ]
    assert imported(city, content, "reviewer").state is BatchState.WRITTEN
    with pytest.raises(PermissionDenied):
        interchange.start_import(city.tax_developer, "目录.xlsx", content, clock=city.clock)
    with pytest.raises(BatchNotFound):
        interchange.import_batch(city.tax_officer, batch.code)


def test_names_that_nobody_knows_are_said_of_their_cells(city):
    rows = (
        an_export_row(title="甲类登记信息", provider="不存在局", system=""),
        an_export_row(title="乙类登记信息", system="没有的系统"),
        an_export_row(title="丙类登记信息", classification="999"),
        an_export_row(title="丁类登记信息", code="307000000000/000009"),
    )
    batch = interchange.start_import(city.reviewer, "目录.xlsx", a_workbook(*rows), clock=city.clock)
    found = {one.place: one.code for one in interchange.import_problems(city.reviewer, batch.code)}
    assert found == {
        "目录!G2": "provider_unknown",
        f"目录!{_letter('来源系统')}3": "system_unknown",
        "目录!E4": "classification_unknown",
        "目录!B5": "code_unknown",
    }


def _letter(header: str) -> str:
    sheet = load_workbook(BytesIO(a_workbook()))["目录"]
    return sheet.cell(row=1, column=column_of(sheet, header)).column_letter


def test_a_title_that_the_department_has_already_is_no_second_entry(city):
    catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", a_workbook(), clock=city.clock)
    assert [one.code for one in interchange.import_problems(city.civil_officer, batch.code)] == [
        "title_exists"
    ]


def test_the_faults_come_back_in_the_very_file_with_comments_and_links(city):
    content = spoilt(a_workbook(), put("信息项", "数据类型", 3, "文字"))

    def decorate(book):
        book["目录"]["D2"].font = Font(bold=True)
        book.create_sheet("我的备注")["A1"] = "请勿丢失"

    content = spoilt(content, decorate)
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", content, clock=city.clock)
    assert batch.counts.problems == 1
    book = load_workbook(
        BytesIO(interchange.marked_workbook(city.civil_officer, batch.code, clock=city.clock))
    )
    cell = book["信息项"]["E3"]
    assert cell.value == "文字"
    assert cell.fill.start_color.rgb == "00FFC7CE"
    assert "不是可选的值" in cell.comment.text
    assert "none of the values" in cell.comment.text
    assert book["问题"]["B2"].hyperlink.location or book["问题"]["B2"].hyperlink.ref
    assert book["目录"]["D2"].font.bold
    assert book["我的备注"]["A1"].value == "请勿丢失"


def test_without_faults_the_linters_findings_come_as_warnings(city):
    content = a_workbook(an_export_row(contact_phone="", abstract="太短"))
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", content, clock=city.clock)
    assert batch.counts.problems == 0
    assert "C09" in {rule.rule for rule in batch.counts.rules}
    book = load_workbook(
        BytesIO(interchange.marked_workbook(city.civil_officer, batch.code, clock=city.clock))
    )
    said = [row[3].value for row in book["问题"].iter_rows(min_row=2)]
    assert any("C09" in text for text in said)


def test_a_marked_file_is_corrected_and_imported_again(city):
    content = spoilt(a_workbook(), put("目录", "共享类型", 2, "随便"))
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", content, clock=city.clock)
    marked = interchange.marked_workbook(city.civil_officer, batch.code, clock=city.clock)
    corrected = spoilt(marked, put("目录", "共享类型", 2, "有条件共享"))
    assert imported(city, corrected).state is BatchState.WRITTEN


def test_nothing_of_a_file_is_written_when_the_catalogue_moved_since_the_check(city):
    first = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    rows = (
        an_export_row(title="收养登记信息"),
        an_export_row(first.service, scene="由文件写入"),
    )
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", a_workbook(*rows), clock=city.clock)
    interchange.confirm_import(city.civil_officer, batch.code, clock=city.clock)
    catalogue.save_entry(
        city.civil_officer,
        first.service,
        replace(first.present, scene="由他人写入"),
        revision=first.revision,
        clock=city.clock,
    )
    interchange.write_import(batch.code, clock=city.clock)
    failed = interchange.import_batch(city.civil_officer, batch.code)
    assert (failed.state, failed.failure_code) == (BatchState.FAILED, "interchange.catalogue_moved")
    assert [row.title for row in catalogue.entries(city.civil_officer).rows] == [first.present.title]
    again = interchange.recheck_import(city.civil_officer, batch.code, clock=city.clock)
    assert (again.state, again.counts.create, again.counts.change) == (BatchState.CHECKED, 1, 1)
    interchange.confirm_import(city.civil_officer, batch.code, clock=city.clock)
    interchange.write_import(batch.code, clock=city.clock)
    assert catalogue.entry(city.civil_officer, first.service).present.scene == "由文件写入"


def test_a_batch_is_written_once_however_often_it_is_asked_for(city):
    batch = imported(city, a_workbook())
    assert interchange.write_import(batch.code, clock=city.clock) == BatchState.WRITTEN.value
    assert len(catalogue.entries(city.civil_officer).rows) == 1
    with pytest.raises(BatchActionNotAllowed):
        interchange.confirm_import(city.civil_officer, batch.code, clock=city.clock)


def test_what_was_received_and_not_checked_is_carried_on_by_the_worker(city):
    batch = interchange.start_import(
        city.civil_officer, "目录.xlsx", a_workbook(), clock=city.clock, in_background=True
    )
    assert batch.state is BatchState.RECEIVED
    broken = interchange.start_import(
        city.civil_officer, "坏.xlsx", b"PK\x03\x04", clock=city.clock, in_background=True
    )
    for waiting in interchange.unchecked_imports(clock=city.clock):
        interchange.carry_on(waiting.code, clock=city.clock)
    assert interchange.import_batch(city.civil_officer, batch.code).state is BatchState.CHECKED
    failed = interchange.import_batch(city.civil_officer, broken.code)
    assert (failed.state, failed.failure_code) == (BatchState.FAILED, "interchange.workbook_damaged")


def test_a_file_that_is_no_workbook_leaves_no_batch(city):
    with pytest.raises(NotExcel):
        interchange.start_import(
            city.civil_officer, "网页.xls", b"<html><table></table></html>", clock=city.clock
        )
    assert not ImportBatch.objects.exists()


def test_an_abandoned_batch_keeps_nothing_of_the_file(city):
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", a_workbook(), clock=city.clock)
    assert BatchAction.ABANDON in batch.actions
    done = interchange.abandon_import(city.civil_officer, batch.code, clock=city.clock)
    assert (done.state, done.actions) == (BatchState.ABANDONED, ())
    assert not bytes(ImportBatch.objects.get(code=batch.code).file.content)


def test_related_codes_that_would_lead_in_a_circle_are_a_problem_of_their_cells(city):
    views = [a_published_entry(city, f"list_{name}", title=f"{name}名录") for name in ("one", "two")]
    codes = [view.summary.code for view in views]
    rows = [
        an_export_row(service=view.summary.service, title=view.summary.title, related_codes=(other,))
        for view, other in zip(views, reversed(codes), strict=True)
    ]
    batch = interchange.start_import(city.civil_officer, "目录.xlsx", a_workbook(*rows), clock=city.clock)
    problems = interchange.import_problems(city.civil_officer, batch.code)
    assert {one.code for one in problems if not one.warning} == {"draft_refused"}
    assert len([one for one in problems if not one.warning]) == 2
    rows = [
        catalogue.BulkRow(
            provider=CIVIL,
            service=view.summary.service,
            revision=view.revision,
            draft=replace(view.working, related_codes=(other,)),
        )
        for view, other in zip(views, reversed(codes), strict=True)
    ]
    with pytest.raises(RelationCircular):
        catalogue.create_or_change_many(city.civil_officer, rows, clock=city.clock)
