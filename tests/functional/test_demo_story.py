"""The demo's story from files to score, through the control plane's own doors."""

import json
from datetime import UTC, datetime

import psycopg
import pytest
from django.test import override_settings

from jutong.control.approval import api as approval
from jutong.control.approval.terms import Stage
from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import ClockKind, ClockStage
from jutong.control.collection import api as collection
from jutong.control.collection.api import RunFilter
from jutong.control.directory.api import SYSTEM_ACTOR, actor_named
from jutong.control.grants import api as grants
from jutong.control.inspection import api as inspection
from jutong.control.inspection.api import FindingFilter
from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandStage, ListKind, NegativeState
from jutong.control.one_source import api as one_source
from jutong.control.one_source.api import CaseStatus
from jutong.control.opening import api as opening
from jutong.control.restructuring import api as restructuring
from jutong.control.restructuring.api import ReformStatus
from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.demo import city, demands, real, story, upkeep
from jutong.demo.bindings import MISMATCH
from jutong.demo.build import make_city, plan_city
from jutong.demo.catalogue_work import work_on_catalogue
from jutong.demo.errors import FolderMissing, HomeShared
from jutong.demo.refused import ADOPTION, DECLARATION
from jutong.demo.registers import registers
from jutong.demo.unfinished import RETURNED, WAITING_FOR_BUREAU, WAITING_FOR_DEPARTMENT, WITHOUT_SOURCE
from jutong.demo.workbooks import write_workbook
from jutong.kernel.clock import FixedClock
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import PolicySnapshot
from tests.support.postgresql import server

EVENING = datetime(2026, 11, 20, 13, 0, tzinfo=UTC)
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def quick_passwords():
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture
def home(tmp_path):
    made = DataHome(tmp_path / "home")
    made.create()
    return made


def test_the_demo_city_walks_the_whole_chain(home):
    clock, steps = FixedClock(EVENING), []
    told = story.build(home, clock=clock, scale=0.02, progress=steps.append)

    assert {run.status for run in told.runs} == {"succeeded"}
    assert len(told.runs) == told.entries == len(registers())
    without_source = {contract.service for contract in catalogue.live_contracts()} - {
        run.service for run in told.runs
    }
    assert without_source == {WITHOUT_SOURCE[1], DECLARATION, ADOPTION}
    under_way = {
        entry.service: entry.status
        for entry in catalogue.entries(SYSTEM_ACTOR, limit=100).rows
        if not entry.live
    }
    drawn_up = {service for service, status in under_way.items() if status is EntryStatus.DRAFT}
    assert len(drawn_up) == 1 + told.work.adopted
    assert {service: status for service, status in under_way.items() if service not in drawn_up} == {
        WAITING_FOR_DEPARTMENT[1]: EntryStatus.SUBMITTED,
        WAITING_FOR_BUREAU[1]: EntryStatus.BUREAU_REVIEW,
        RETURNED[1]: EntryStatus.RETURNED,
    }
    assert told.held_back == ()
    assert len(told.datasets) >= 6
    assert all(opening.dataset(service).rows for service in told.datasets)
    assert all((home.releases / service).is_dir() for service in told.datasets)
    assert (home.serving / "police_population").is_dir()

    granted = grants.grant(SYSTEM_ACTOR, told.client.grant_id)
    assert granted.policy.clients == (told.client.client_id,)
    policies = PolicySnapshot.from_json((home.policies / "current.json").read_bytes())
    assert told.client.grant_id in {grant.grant_id for grant in policies.grants}
    waiting = approval.application(actor_named("civil_approver"), told.waiting, clock=clock)
    assert waiting.summary.stage is Stage.PROVIDER_REVIEW

    assert told.score.not_collected == ()
    assert told.score.found > 0.95 * told.score.planted
    assert told.score.false_alarms == 0
    chapters = {step.chapter_zh for step in steps}
    assert {"生成数据", "归集与检查", "开放", "评分"} <= chapters

    fetched, first = collection.runs(SYSTEM_ACTOR, RunFilter(service="market_enterprise")).rows
    assert {fetched.mode, first.mode} == {CollectionMode.INCREMENTAL}
    assert (first.updated, fetched.status.value, fetched.updated > 0) == (0, "succeeded", True)

    _see_the_catalogue_at_work(told.work, clock)
    repeated = work_on_catalogue(home, clock=clock, tell=lambda *_: None)
    demands.file_demands(clock=clock)
    assert repeated == told.work

    again = story.build(home, clock=clock, scale=0.02)
    assert again.already_built
    assert again.work == told.work
    assert again.client.grant_id == told.client.grant_id
    assert told.client.secret not in told.to_json()
    assert json.loads(told.to_json())["score"]["planted"] == told.score.planted


def _see_the_catalogue_at_work(work, clock):
    reviewer = actor_named("reviewer")
    stages = {one.name: one.stage for one in lists.demands(reviewer, clock=clock).rows}
    assert set(stages.values()) == {
        DemandStage.FULFILLED,
        DemandStage.MATCHED,
        DemandStage.ASSIGNED,
        DemandStage.MERGED,
        DemandStage.ACCEPTED,
        DemandStage.COORDINATION,
    }
    assert {one.kind for one in lists.editions(reviewer)} == {ListKind.RESPONSIBILITY, ListKind.NEGATIVE}
    states = {one.service: one.state for one in lists.refusals(reviewer, clock=clock)}
    assert states == {DECLARATION: NegativeState.IN_FORCE, ADOPTION: NegativeState.DUE}
    assert 0 < work.unconfirmed < work.responsibilities

    source = one_source.source_of("hrss_insured", "birth_date")
    assert (source.service, source.department) == ("police_population", "police")
    assert one_source.counts_by_status(reviewer)[CaseStatus.OPEN] == 1
    (mismatch,) = inspection.findings(reviewer, FindingFilter(rule="P64"), clock=clock).rows
    assert (mismatch.service, work.waived > 0) == (MISMATCH[0], True)

    stages_of_clocks = {
        one.service: (one.kind, one.stage) for one in catalogue.running_clocks(reviewer, clock=clock)
    }
    assert stages_of_clocks[upkeep.OWED] == (ClockKind.UPDATE, ClockStage.MOST)
    assert stages_of_clocks[WAITING_FOR_BUREAU[1]][0] is ClockKind.REVIEW
    assert catalogue.entry(reviewer, upkeep.CHANGING).has_pending_change
    assert [one.number for one in catalogue.versions(reviewer, WITHOUT_SOURCE[1])] == [2, 1]
    assert [item.settled for item in catalogue.grading_of(reviewer, WAITING_FOR_BUREAU[1]).items].count(
        True
    ) == 1
    assert (work.harvested, work.adopted) == (6, 2)
    (reform,) = restructuring.reforms(reviewer)
    assert reform.status is ReformStatus.PLANNED


def test_every_role_has_an_account_and_departments_have_valid_codes():
    roles = {account.role for account in city.accounts()}
    assert len(roles) == 9
    assert len({department.uscc for department in city.DEPARTMENTS}) == len(city.DEPARTMENTS)


def test_a_home_without_a_demo_city_is_never_erased(home):
    (home.sources / "ours.csv").write_text("a\n1\n", encoding="utf-8")
    assert not story.erase(home)
    assert (home.sources / "ours.csv").is_file()


def test_a_home_that_was_in_use_before_the_demo_is_not_erased(home):
    (home.root / "demo").mkdir()
    (home.root / "demo/city.json").write_text("{}", encoding="utf-8")
    with pytest.raises(HomeShared):
        story.erase(home)
    (home.root / "demo/own-home").touch()
    assert story.erase(home)
    assert not (home.root / "demo").exists()


def test_a_folder_of_files_goes_through_the_chain_and_a_broken_one_stops_no_other(home, tmp_path):
    folder = tmp_path / "files"
    (folder / "教育").mkdir(parents=True)
    (folder / "教育" / "学校.csv").write_text(
        "学校编号,学校名称,学生数\nS01,第一小学,300\nS02,第二小学,420\nS03,第三小学,510\n", encoding="gb18030"
    )
    write_workbook(
        folder / "教育" / "图书馆.xlsx", sheet="表", title="公共图书馆名录", groups=(), names=("馆名", "藏书量"),
        rows=[("东馆", 12000), ("西馆", 8000)],
    )  # fmt: skip
    (folder / "坏文件.xlsx").write_bytes(b"PK\x03\x04 no workbook")
    for day in (1, 2, 3):
        (folder / "教育" / f"借阅-2026-11-0{day}.csv").write_text(
            f"馆名,借阅量\n东馆,{day}\n", encoding="utf-8"
        )

    report = real.build_real(home, folder, clock=FixedClock(EVENING))

    lines = {line.path: line for line in report.files}
    school = lines["教育/学校.csv"]
    assert (school.status, school.read, school.landed, school.opened) == ("collected", 3, 3, True)
    assert lines["教育/图书馆.xlsx"].landed == 2
    assert lines["坏文件.xlsx"].status == "failed"
    assert lines["坏文件.xlsx"].error_code.startswith("connectors.")
    assert lines["坏文件.xlsx"].error_zh
    series = [lines[f"教育/借阅-2026-11-0{day}.csv"].status for day in (1, 2, 3)]
    assert series == ["profiled", "profiled", "collected"]
    assert json.loads((home.root / "demo/real.json").read_text(encoding="utf-8"))["folder"] == "files"


def test_a_folder_that_is_not_there_is_named(home, tmp_path):
    with pytest.raises(FolderMissing) as raised:
        real.build_real(home, tmp_path / "nowhere", clock=FixedClock(EVENING))
    assert raised.value.detail["folder"] == "nowhere"


@pytest.mark.real_data
def test_the_ministrys_list_of_universities_lands_as_2631_rows(home, real_data, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    source = real_data / "2_city_open_data/全国/教育部_全国高等学校名单_2017.xls"
    (folder / source.name).write_bytes(source.read_bytes())

    (line,) = real.build_real(home, folder, clock=FixedClock(EVENING)).files

    assert (line.rows, line.read, line.landed, line.quarantined) == (2631, 2631, 2631, 0)
    assert line.opened


@pytest.mark.postgresql
def test_the_enterprise_register_may_stand_on_a_postgresql_server(home):
    address = server()
    chosen = registers(postgresql=True)
    register = next(each for each in chosen if each.service == "market_enterprise")
    record = make_city(home, plan_city(0.02, 3, EVENING.date()), postgresql=address)
    source = city.source_draft(register, chosen, postgresql=address)

    try:
        connector = open_connector(
            source.kind,
            {**source.options, **source.secret_options},
            root=home.sources,
            limits=ReadLimits(),
        )
        rows = sum(batch.num_rows for batch in connector.read())
    finally:
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute(f"DROP TABLE {register.delivery.table}")

    assert rows == record.rows["market_enterprise"]
    assert set(register.mapping) == set(connector.columns())
    assert "password" not in source.options
