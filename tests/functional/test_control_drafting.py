"""Proposals from duties and from whole sources, confirmed in bulk; the gaps between duties and catalogue."""

import sqlite3
from dataclasses import replace
from datetime import date, timedelta

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryFilter
from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.directory.errors import PermissionDenied
from jutong.control.drafting import api as drafting
from jutong.control.drafting.api import (
    Choice,
    ProposalFilter,
    ProposalStatus,
    SurveyStatus,
    TableOutcome,
)
from jutong.control.drafting.errors import (
    ProposalConflict,
    ProposalNotFound,
    RejectionReasonMissing,
    SurveyActive,
    SurveyEnded,
    SurveyNotFound,
)
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyStatus
from jutong.processes.surveying import survey_source
from jutong.vocabulary.catalogue import (
    DataType,
    Meaning,
    OpenType,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.identifiers import KINDS
from tests.support.control import CIVIL, a_city, a_published_entry
from tests.support.duties import a_record, import_duties

pytestmark = pytest.mark.django_db

ID = KINDS["citizen_id"].example


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path / "home")


def proposed(city, **where):
    return drafting.proposals(city.civil_officer, ProposalFilter(**where), limit=200).rows


def test_siblings_are_proposed_together_and_advice_not_at_all(city):
    import_duties(
        city,
        a_record(1, 事项名称="养老机构设立许可", 主项名称="养老机构设立许可"),
        a_record(2, 事项名称="养老机构许可变更", 主项名称="养老机构设立许可"),
        a_record(3, 事项名称="慈善组织认定", 事项类型="行政确认"),
        a_record(4, 事项名称="社会救助政策咨询", 事项类型="公共服务"),
        a_record(5, 事项名称="无主事项", 实施部门="没有的局"),
    )
    report = drafting.propose_from_duties(city.reviewer, clock=city.clock)
    assert (report.made, report.without_data, report.unmapped) == (2, 1, 1)
    licence, confirmation = proposed(city)
    assert licence.draft.title == "养老机构设立许可结果信息"
    assert licence.draft.duties == ("MZ-001", "MZ-002")
    assert "行政许可决定文书号" in {item.name for item in licence.draft.items}
    assert licence.evidence["title"].confidence == licence.confidence or licence.confidence > 0
    assert confirmation.draft.title == "慈善组织认定确认结果信息"
    assert drafting.propose_from_duties(city.reviewer, clock=city.clock).same == 2


def test_a_confirmed_proposal_is_a_draft_entry_and_covers_its_duties(city):
    import_duties(city, a_record(1), a_record(2, 事项类型="行政确认"))
    drafting.propose_from_duties(city.civil_officer, clock=city.clock)
    one, other = proposed(city)
    (result,) = drafting.confirm(
        city.civil_officer,
        [Choice(number=one.number, title="养老机构许可", update_frequency=UpdateFrequency.WEEKLY)],
        clock=city.clock,
    )
    entry = catalogue.entry(city.civil_officer, result.service).working
    assert (entry.title, entry.update_frequency) == ("养老机构许可", UpdateFrequency.WEEKLY)
    assert entry.duties == ("MZ-001",)
    assert drafting.proposal(city.civil_officer, one.number).service == result.service
    report = drafting.propose_from_duties(city.civil_officer, clock=city.clock)
    assert (report.covered, report.made, report.same) == (1, 0, 1)
    found = drafting.gaps(city.civil_officer, CIVIL)
    assert (found.duties, found.covered, found.proposed_duties, found.coverage) == (2, 1, 1, 0.5)
    assert other.status is ProposalStatus.PROPOSED


def test_a_bad_row_never_stops_the_others(city):
    import_duties(city, *(a_record(n) for n in range(1, 5)))
    drafting.propose_from_duties(city.civil_officer, clock=city.clock)
    first, second, third, fourth = proposed(city)
    drafting.reject(city.civil_officer, fourth.number, reason="不再产生", clock=city.clock)
    results = drafting.confirm(
        city.civil_officer,
        [
            Choice(number=first.number, title=" "),
            Choice(number=second.number, title="甲" * 200),
            Choice(number=third.number),
            Choice(number=fourth.number),
            Choice(number=999_999),
        ],
        clock=city.clock,
    )
    assert [one.done for one in results] == [False, False, True, False, False]
    assert {one.code for one in results if not one.done} == {
        "catalogue.draft_invalid", "drafting.proposal_conflict", "drafting.proposal_not_found",
    }  # fmt: skip
    assert catalogue.count_entries(city.civil_officer, EntryFilter(provider=CIVIL)) == 1
    again = drafting.confirm(city.civil_officer, [Choice(number=third.number)], clock=city.clock)
    assert again[0].code == "drafting.proposal_conflict"


def test_items_are_never_looser_than_what_was_confirmed(city):
    import_duties(city, a_record(1, 事项类型="行政检查"))
    drafting.propose_from_duties(city.civil_officer, clock=city.clock)
    (one,) = proposed(city)
    choice = Choice(number=one.number, sharing_type=SharingType.NOT_SHARED, open_type=OpenType.NOT_OPEN)
    (result,) = drafting.confirm(city.civil_officer, [choice], clock=city.clock)
    entry = catalogue.entry(city.civil_officer, result.service).working
    assert {item.sharing_type for item in entry.items} == {SharingType.NOT_SHARED}
    assert {item.open_type for item in entry.items} == {OpenType.NOT_OPEN}


def test_a_rejected_proposal_does_not_come_back_until_it_is_reopened(city):
    import_duties(city, a_record(1))
    drafting.propose_from_duties(city.civil_officer, clock=city.clock)
    (one,) = proposed(city)
    with pytest.raises(RejectionReasonMissing):
        drafting.reject(city.civil_officer, one.number, reason=" ", clock=city.clock)
    with pytest.raises(PermissionDenied):
        drafting.reject(city.tax_officer, one.number, reason="不是我们的", clock=city.clock)
    drafting.reject(city.civil_officer, one.number, reason="由省厅系统产生", clock=city.clock)
    assert drafting.propose_from_duties(city.civil_officer, clock=city.clock).same == 1
    assert proposed(city, status=ProposalStatus.PROPOSED) == ()
    drafting.reopen(city.civil_officer, one.number, clock=city.clock)
    with pytest.raises(ProposalConflict):
        drafting.reopen(city.civil_officer, one.number, clock=city.clock)
    with pytest.raises(ProposalNotFound):
        drafting.proposal(city.tax_officer, one.number)


def test_an_abolished_duty_starts_the_update_clock_of_its_entries(city):
    import_duties(city, a_record(1), a_record(2))
    a_published_entry(city, duties=("MZ-001",))
    import_duties(city, a_record(2))
    assert duties.duty(city.reviewer, "MZ-001").status is DutyStatus.ABOLISHED
    told = drafting.apply_duty_changes(city.reviewer, clock=city.clock)
    assert [services for _, services in told] == [("hydj_jbxx",)]
    (owed,) = catalogue.update_duties(city.civil_officer, "hydj_jbxx", open_only=True)
    assert "已取消" in owed.reason
    assert owed.due_on > date(2025, 3, 3)
    assert drafting.apply_duty_changes(city.reviewer, clock=city.clock) == ()


def test_gaps_show_both_directions_and_what_belongs_together(city):
    import_duties(
        city,
        a_record(1, 事项名称="婚姻登记", 事项类型="行政确认"),
        a_record(2, 事项名称="殡葬设施建设审批"),
    )
    a_published_entry(city)
    found = drafting.gaps(city.reviewer, CIVIL)
    assert [one.code for one in found.bare_duties] == ["MZ-001", "MZ-002"]
    assert [one.service for one in found.loose_entries] == ["hydj_jbxx"]
    assert found.coverage == 0.0
    assert [(one.service, one.duty) for one in found.suggestions] == [("hydj_jbxx", "MZ-001")]
    results = drafting.link_duties(
        city.civil_officer,
        [("hydj_jbxx", "MZ-001"), ("没有", "MZ-001"), ("hydj_jbxx", "MZ-001")],
        clock=city.clock,
    )
    assert [one.done for one in results] == [True, False]
    view = catalogue.entry(city.civil_officer, "hydj_jbxx")
    assert view.working.duties == ("MZ-001",)
    assert view.present.duties == (), "a published entry changes with its next version"
    assert drafting.gaps(city.reviewer, CIVIL).coverage == 0.5


def a_database(city) -> SourceDraft:
    """A department's system as a vendor left it: comments, pinyin, technical tables."""
    path = city.home.sources / CIVIL / "fuli.sqlite"
    path.parent.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(path) as connection:
        connection.executescript(
            """
            CREATE TABLE t_fljg (
                id INTEGER PRIMARY KEY, -- 主键
                jgmc VARCHAR(100), -- 福利机构名称
                sfzh VARCHAR(18), -- 负责人身份证号
                lxdh TEXT, xb TEXT, gxsj TEXT);
            CREATE TABLE sys_log (id INTEGER PRIMARY KEY, content TEXT);
            CREATE TABLE tmp_import (id INTEGER);
            CREATE TABLE empty_table (id INTEGER);
            CREATE TABLE xyz (a1 INTEGER, b2 TEXT);
            """
        )
        first = date(2025, 2, 3)
        rows = [
            (
                n,
                f"合成福利院{n}",
                ID,
                f"1380000{n:04}",
                "12"[n % 2],
                (first + timedelta(weeks=n % 4)).isoformat(),
            )
            for n in range(40)
        ]
        connection.executemany("INSERT INTO t_fljg VALUES (?, ?, ?, ?, ?, ?)", rows)
        connection.executemany("INSERT INTO sys_log VALUES (?, '')", [(n,) for n in range(3)])
        connection.executemany("INSERT INTO tmp_import VALUES (?)", [(1,)])
        connection.executemany("INSERT INTO xyz VALUES (?, '甲')", [(1,), (2,)])
    connection.close()
    draft = SourceDraft(
        code="fuli",
        name="福利机构系统",
        department=CIVIL,
        kind="sqlite",
        options={"path": f"{CIVIL}/fuli.sqlite", "table": "t_fljg"},
    )
    collection.add_source(city.civil_engineer, draft, home=city.home, clock=city.clock)
    return draft


def test_a_whole_database_is_surveyed_table_by_table(city):
    a_database(city)
    asked = drafting.request_survey(city.civil_engineer, "fuli", clock=city.clock)
    with pytest.raises(SurveyActive):
        drafting.request_survey(city.civil_engineer, "fuli", clock=city.clock)
    assert survey_source(asked.survey_id, home=city.home, clock=city.clock) == "done"
    tables = {one.name: one for one in drafting.surveyed_tables(city.civil_officer, asked.survey_id)}
    assert {name: one.outcome for name, one in tables.items()} == {
        "t_fljg": TableOutcome.PROPOSED,
        "sys_log": TableOutcome.SKIPPED,
        "tmp_import": TableOutcome.SKIPPED,
        "empty_table": TableOutcome.SKIPPED,
        "xyz": TableOutcome.PROPOSED,
    }
    assert "没有数据" in tables["empty_table"].reason_zh
    one = drafting.proposal(city.civil_officer, tables["t_fljg"].proposal)
    items = {item.field: item for item in one.draft.items}
    assert [item.name for item in one.draft.items] == [
        "主键", "福利机构名称", "负责人身份证号", "联系电话", "性别", "更新时间",
    ]  # fmt: skip
    assert items["sfzh"].meaning is Meaning.CITIZEN_ID
    assert items["lxdh"].meaning is Meaning.MOBILE
    assert items["xb"].code_list == "sex"
    assert items["id"].key
    assert items["id"].data_type is DataType.INTEGER
    assert (one.draft.sharing_type, one.draft.open_type) == (SharingType.CONDITIONAL, OpenType.NOT_OPEN)
    assert one.draft.update_frequency is UpdateFrequency.WEEKLY
    assert one.draft.row_count == 40
    assert (
        "1 个不同的值中 1 个通过 GB 11643-1999 校验"
        in {column.item.field: column for column in one.columns}["sfzh"].evidence["meaning"].zh
    )
    unsure = drafting.proposal(city.civil_officer, tables["xyz"].proposal)
    assert unsure.confidence < 0.5
    kept = str(one.draft) + str(one.columns) + str(one.evidence)
    assert ID not in kept
    assert "合成福利院" not in kept


def test_a_broken_off_survey_goes_on_with_what_is_left(city, monkeypatch):
    a_database(city)
    asked = drafting.request_survey(city.civil_engineer, "fuli", clock=city.clock)
    kept = drafting.record_table
    seen: list[str] = []

    def killed_after_two(actor, survey_id, found, **given):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(found.table)
        return kept(actor, survey_id, found, **given)

    monkeypatch.setattr(drafting, "record_table", killed_after_two)
    with pytest.raises(KeyboardInterrupt):
        survey_source(asked.survey_id, home=city.home, clock=city.clock)
    monkeypatch.setattr(drafting, "record_table", kept)
    half = drafting.survey(city.civil_engineer, asked.survey_id)
    assert (half.status, half.waiting, half.total) == (SurveyStatus.RUNNING, 3, 5)
    assert survey_source(asked.survey_id, home=city.home, clock=city.clock) == "done"
    with pytest.raises(SurveyEnded):
        survey_source(asked.survey_id, home=city.home, clock=city.clock)
    again = drafting.request_survey(city.civil_engineer, "fuli", clock=city.clock)
    survey_source(again.survey_id, home=city.home, clock=city.clock)
    assert drafting.survey(city.civil_engineer, again.survey_id).counts == {"unchanged": 2, "skipped": 3}


def test_a_source_that_cannot_be_read_fails_with_the_reason(city):
    draft = a_database(city)
    (city.home.sources / CIVIL / "fuli.sqlite").unlink()
    asked = drafting.request_survey(city.civil_engineer, draft.code, clock=city.clock)
    assert survey_source(asked.survey_id, home=city.home, clock=city.clock) == "failed"
    failed = drafting.survey(city.civil_engineer, asked.survey_id)
    assert "找不到文件" in failed.error_zh
    with pytest.raises(SurveyNotFound):
        drafting.survey(SYSTEM_ACTOR, "srv_0")


def test_a_confirmed_table_is_not_proposed_again(city):
    a_database(city)
    for _ in range(2):
        asked = drafting.request_survey(city.civil_engineer, "fuli", clock=city.clock)
        survey_source(asked.survey_id, home=city.home, clock=city.clock)
        open_ones = proposed(city, status=ProposalStatus.PROPOSED)
        drafting.confirm(
            city.civil_officer, [Choice(number=one.number) for one in open_ones], clock=city.clock
        )
    assert drafting.survey(city.civil_engineer, asked.survey_id).counts == {"held": 2, "skipped": 3}
    assert catalogue.count_entries(city.civil_officer, EntryFilter(provider=CIVIL)) == 2


def test_who_may_not_read_may_not_draft(city):
    with pytest.raises(PermissionDenied):
        drafting.propose_from_duties(city.tax_developer, clock=city.clock)
    with pytest.raises(PermissionDenied):
        drafting.confirm(city.civil_engineer, [Choice(number=1)], clock=city.clock)
    with pytest.raises(PermissionDenied):
        drafting.gaps(city.sysadmin)
    assert replace(Choice(number=1), title="甲").title == "甲"
