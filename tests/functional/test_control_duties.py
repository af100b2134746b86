"""Lists of duties: imported whole or not at all, compared with the edition before, departments mapped once."""

import csv

import pytest

from jutong.control.directory.errors import PermissionDenied
from jutong.control.duties import api as duties
from jutong.control.duties.api import ChangeKind, CodeShape, DutyFilter, DutyKind, DutyStatus, FindingKind
from jutong.control.duties.errors import (
    ColumnsMissing,
    DutyNotFound,
    LabelUnknown,
    ListEmpty,
    ListInvalid,
    SeriesInvalid,
    TemplateVersionUnknown,
)
from jutong.dataflow.connectors import open_file, read_records
from jutong.dataflow.connectors.errors import ConnectorError
from tests.support.control import CIVIL, TAX, a_city
from tests.support.duties import SERIES, a_record, import_duties
from tests.support.files import write_xlsx

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path / "home")


def test_a_list_is_imported_and_its_department_found_by_name(city):
    report = import_duties(city, a_record(1), a_record(2, 事项类型="20"))
    assert report.counts["added"] == 2
    found = duties.duties(city.civil_officer, DutyFilter(department=CIVIL)).rows
    assert [(one.code, one.task_type.zh) for one in found] == [("MZ-001", "行政许可"), ("MZ-002", "公共服务")]
    assert duties.count_duties(city.civil_officer, DutyFilter(text="养老机构2号")) == 1


def test_a_newer_edition_adds_changes_abolishes_and_restores(city):
    import_duties(city, a_record(1), a_record(2), a_record(3))
    report = import_duties(city, a_record(1), a_record(2, 设定依据="养老机构管理办法"), a_record(4))
    assert {kind: report.counts[kind] for kind in ("added", "changed", "abolished", "same")} == {
        "added": 1, "changed": 1, "abolished": 1, "same": 1,
    }  # fmt: skip
    state = {one.code: one.status for one in duties.all_duties(city.reviewer)}
    assert state["MZ-002"] is DutyStatus.CHANGED
    assert state["MZ-003"] is DutyStatus.ABOLISHED
    (changed,) = [c for c in duties.changes(city.reviewer, unsettled=True) if c.kind is ChangeKind.CHANGED]
    assert changed.fields == {"basis": ("", "养老机构管理办法")}
    report = import_duties(city, a_record(3), complete=False)
    assert report.counts["restored"] == 1
    assert duties.duty(city.reviewer, "MZ-001").status is DutyStatus.IN_FORCE, "the list was not complete"


def test_a_settled_change_leaves_the_duty_in_force(city):
    import_duties(city, a_record(1))
    import_duties(city, a_record(1, 设定依据="新的依据"))
    (change,) = duties.changes(city.reviewer, unsettled=True)
    duties.settle_change(city.reviewer, change.id, clock=city.clock)
    duties.settle_change(city.reviewer, change.id, clock=city.clock)
    assert duties.duty(city.reviewer, "MZ-001").status is DutyStatus.IN_FORCE
    assert duties.changes(city.reviewer, unsettled=True) == ()


def test_a_check_writes_nothing(city):
    assert import_duties(city, a_record(1), check_only=True).counts["added"] == 1
    assert duties.count_duties(city.reviewer) == 0
    assert duties.editions(city.reviewer) == ()


@pytest.mark.parametrize(
    ("records", "kind"),
    [
        ([a_record(1), a_record(1)], FindingKind.CODE_REPEATED),
        ([a_record(1, 事项名称=" ")], FindingKind.NAME_MISSING),
        ([a_record(1, 事项编码="")], FindingKind.CODE_MISSING),
        (
            [a_record(1, 上级事项编码="MZ-002"), a_record(2, 上级事项编码="MZ-001")],
            FindingKind.PARENT_CIRCULAR,
        ),
        ([a_record(1, 上级事项编码="MZ-001")], FindingKind.PARENT_CIRCULAR),
        ([a_record(1, 事项名称="许可\ud800")], FindingKind.TEXT_BROKEN),
        ([a_record(1, 设定依据="法" * 30_000)], FindingKind.TEXT_BROKEN),
    ],
)
def test_an_error_in_one_row_keeps_the_whole_file_out(city, records, kind):
    import_duties(city, a_record(9))
    with pytest.raises(ListInvalid) as refused:
        import_duties(city, *records)
    assert {found[1] for found in refused.value.detail["findings"]} == {kind.value}
    assert [one.code for one in duties.all_duties(city.reviewer)] == ["MZ-009"]
    assert len(duties.editions(city.reviewer)) == 1


def test_a_code_stands_in_one_list_alone(city):
    import_duties(city, a_record(1))
    with pytest.raises(ListInvalid) as refused:
        import_duties(city, a_record(1), series="另一份清单")
    assert refused.value.detail["findings"][0][1] == FindingKind.CODE_ELSEWHERE.value


@pytest.mark.parametrize(
    ("records", "options", "error"),
    [
        ([], {}, ListEmpty),
        ([{"列一": "甲"}], {}, ColumnsMissing),
        ([a_record(1)], {"sheet": "事项清单_v9"}, TemplateVersionUnknown),
        ([a_record(1)], {"series": " "}, SeriesInvalid),
    ],
)
def test_what_is_no_list_is_refused_with_what_to_do(city, records, options, error):
    with pytest.raises(error) as refused:
        import_duties(city, *records, **options)
    assert "请" in refused.value.message("zh")
    assert duties.count_duties(city.reviewer) == 0


def test_an_officer_imports_for_the_own_department_alone(city):
    import_duties(city, a_record(1), actor=city.civil_officer)
    with pytest.raises(ListInvalid) as refused:
        import_duties(city, a_record(2, 实施部门="市税务局"), actor=city.civil_officer, series="乙")
    assert refused.value.detail["findings"][0][1] == FindingKind.OUT_OF_SCOPE.value
    with pytest.raises(PermissionDenied):
        import_duties(city, a_record(3), actor=city.civil_engineer)


def test_a_department_is_mapped_once_for_this_edition_and_the_next(city):
    report = import_duties(city, a_record(1, 实施部门="市民政部门"), a_record(2, 实施部门="市民政部门"))
    assert {one.kind for one in report.findings} >= {FindingKind.DEPARTMENT_UNKNOWN}
    (label,) = duties.labels(city.reviewer, only_unmapped=True)
    assert (label.label, label.duties) == ("市民政部门", 2)
    assert label.suggestions[0].department == CIVIL
    moved = duties.map_label(
        city.reviewer, region="330100", label="市民政部门", department=CIVIL, clock=city.clock
    )
    assert moved == 2
    import_duties(city, *(a_record(n, 实施部门="市民政部门") for n in (1, 2, 3)))
    assert duties.count_duties(city.reviewer, DutyFilter(department=CIVIL)) == 3
    with pytest.raises(LabelUnknown):
        duties.map_label(city.reviewer, region="", label="没有", department=CIVIL, clock=city.clock)
    with pytest.raises(PermissionDenied):
        duties.map_label(
            city.civil_officer, region="330100", label="市民政部门", department=TAX, clock=city.clock
        )


def test_a_duty_that_nobody_knows_is_not_found(city):
    with pytest.raises(DutyNotFound):
        duties.duty(city.civil_officer, "没有")


def test_broken_and_merged_workbooks(city, tmp_path):
    path = tmp_path / "merged.xlsx"
    rows = [
        ["样例市权责清单", None, None, None],
        ["事项编码", "事项名称", "事项类型", "实施部门"],
        ["MZ-1", "收养登记", "行政确认", "市民政局"],
        ["MZ-2", "婚姻登记", "行政确认", None],
    ]
    write_xlsx(path, rows, merges=[(0, 0, 0, 3), (2, 3, 3, 3)])
    import_duties(city, *read_records(path))
    assert duties.count_duties(city.reviewer, DutyFilter(department=CIVIL)) == 2
    (tmp_path / "broken.xlsx").write_bytes(path.read_bytes()[:400])
    with pytest.raises(ConnectorError):
        open_file(tmp_path / "broken.xlsx")


@pytest.mark.real_data
def test_the_published_list_of_a_county_loads_without_manual_edits(city, real_data):
    path = real_data / "5_services_codelists" / "广安_政务服务事项_甲.csv"
    with path.open(encoding="utf-8-sig") as file:
        published = list(csv.DictReader(file))
    report = import_duties(city, *read_records(path), series="广安区政务服务事项")
    assert report.rows == report.counts["added"] == len(published) == 464
    loaded = {one.code: one for one in duties.all_duties(city.reviewer)}
    assert loaded.keys() == {row["实施编码"] for row in published}, "raw codes are kept"
    shapes = [one.shape for one in loaded.values()]
    assert shapes.count(CodeShape.PROVINCIAL) == 463
    found = [one.kind for one in report.findings]
    assert found.count(FindingKind.USCC_MISSING) == 95
    assert found.count(FindingKind.CODE_UNKNOWN) == 1
    assert found.count(FindingKind.REGION_ELSEWHERE) > 300, "credit codes registered under another region"
    assert found.count(FindingKind.USCC_WRONG) == 0
    assert len(duties.labels(city.reviewer, only_unmapped=True)) == 22
    again = import_duties(city, *read_records(path), series="广安区政务服务事项")
    assert again.counts["same"] == 464
    assert duties.changes(city.reviewer, unsettled=True) == ()


def test_the_kind_of_a_list_is_kept(city):
    import_duties(city, a_record(1), kind=DutyKind.POWER, version="2025年版", file_name="清单.xlsx")
    (listed,) = duties.editions(city.reviewer)
    assert (listed.kind, listed.version, listed.series) == (DutyKind.POWER, "2025年版", SERIES)
    assert duties.edition(city.reviewer, listed.number).findings


def test_nobody_takes_another_departments_duties_or_settles_their_changes(city):
    import_duties(city, a_record(1))
    import_duties(city, a_record(1, 设定依据="新的依据"))
    held = duties.duty(city.reviewer, "MZ-001")
    with pytest.raises(PermissionDenied):
        duties.map_label(
            city.tax_officer, region=held.region, label=held.label, department=TAX, clock=city.clock
        )
    (change,) = duties.changes(city.reviewer, unsettled=True)
    with pytest.raises(PermissionDenied):
        duties.settle_change(city.tax_officer, change.id, clock=city.clock)
    duties.settle_change(city.civil_officer, change.id, clock=city.clock)
    assert duties.duty(city.reviewer, "MZ-001").department == CIVIL
