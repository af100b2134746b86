"""Restructurings: everything of a department moves in one traced step, or nothing does."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.collection.api import SourceDraft
from jutong.control.directory import api as directory
from jutong.control.directory.api import MovedNoun
from jutong.control.directory.errors import PermissionDenied
from jutong.control.drafting import api as drafting
from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandAction, NegativeState, NegativeStatement, Verdict
from jutong.control.restructuring import api as restructuring
from jutong.control.restructuring import carrying
from jutong.control.restructuring.api import ReformDraft, ReformKind, ReformStatus
from jutong.control.restructuring.errors import ReformConflict, ReformInvalid
from jutong.vocabulary.catalogue import SharingType
from tests.support.control import CIVIL, DISTRICT, TAX, a_city, a_draft, a_published_entry, an_item
from tests.support.desk import at_the_desk
from tests.support.duties import a_record, import_duties
from tests.support.lists import a_demand, stepped

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path)


def merger(**changes):
    draft = ReformDraft(
        kind=ReformKind.MERGE,
        title="民政局并入税务局",
        document="关于机构改革的通知",
        document_number="样政发〔2025〕1号",
        effective_on=date(2025, 3, 1),
        before=(CIVIL,),
        after=TAX,
    )
    return replace(draft, **changes)


def test_a_merger_moves_systems_people_entries_and_sources_and_asks_for_confirmation(city):
    entry = a_published_entry(city)
    draft = catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(title="殡葬服务信息"), clock=city.clock
    )
    collection.add_source(
        city.civil_officer,
        SourceDraft(
            code="hy", name="婚姻库", department=CIVIL, kind="csv", options={"path": "minzheng/a.csv"}
        ),
        home=city.home,
        clock=city.clock,
    )
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)
    foreseen = restructuring.preview(city.reviewer, plan.code, home=city.home, clock=city.clock)
    assert catalogue.contract_of(entry.service).provider == CIVIL  # a preview changes nothing

    done = restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)

    assert done.status is ReformStatus.CARRIED_OUT
    assert done.moved == foreseen
    assert {
        MovedNoun.DEPARTMENT,
        MovedNoun.SYSTEM,
        MovedNoun.MEMBERSHIP,
        MovedNoun.ENTRY,
        MovedNoun.SOURCE,
    } <= {one.noun for one in done.moved}
    contract = catalogue.contract_of(entry.service)
    assert (contract.provider, contract.version, contract.code) == (TAX, 2, entry.summary.code)
    assert not directory.department(CIVIL).active
    assert directory.department(CIVIL).successor == TAX
    assert directory.department(DISTRICT).parent == TAX
    assert collection.source(city.tax_officer, "hy").department == TAX
    assert catalogue.entry(city.tax_officer, draft.service).summary.provider == TAX
    assert [one.service for one in done.confirmations] == [entry.service]


def test_entries_are_confirmed_anew_by_their_new_department_and_the_last_one_completes(city):
    entry = a_published_entry(city)
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)
    restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    officer = city.tax_officer
    assert [one.service for one in restructuring.unconfirmed(officer)] == [entry.service]
    assert catalogue.update_duties(officer, entry.service, open_only=True)

    done = restructuring.confirm_entries(officer, plan.code, (entry.service,), clock=city.clock)

    assert done.status is ReformStatus.COMPLETED
    assert not catalogue.update_duties(officer, entry.service, open_only=True)


def test_a_renaming_keeps_the_code_and_names_the_department_anew_in_every_contract(city):
    entry = a_published_entry(city)
    draft = merger(kind=ReformKind.RENAME, after="", new_name="市民政和社会工作局")
    plan = restructuring.plan(city.reviewer, draft, clock=city.clock)
    restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    contract = catalogue.contract_of(entry.service)
    assert (contract.provider, contract.provider_name) == (CIVIL, "市民政和社会工作局")
    assert catalogue.versions(city.civil_officer, entry.service)[0].reason.startswith("民政局并入税务局")


def test_a_transfer_moves_what_it_names_and_nothing_else(city):
    entry = a_published_entry(city)
    other = catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(title="殡葬服务信息"), clock=city.clock
    )
    draft = merger(kind=ReformKind.TRANSFER, services=(entry.service,))
    plan = restructuring.plan(city.reviewer, draft, clock=city.clock)
    restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    assert catalogue.contract_of(entry.service).provider == TAX
    assert catalogue.entry(city.civil_officer, other.service).summary.provider == CIVIL
    assert directory.department(CIVIL).active


def test_a_fault_in_the_middle_leaves_everything_where_it_was(city, monkeypatch):
    entry = a_published_entry(city)
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)

    def fails(*_args, **_kwargs):
        raise OSError("the disk is full")

    monkeypatch.setattr(carrying, "move_grants", fails)
    with pytest.raises(OSError, match="disk"):
        restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    assert catalogue.contract_of(entry.service).provider == CIVIL
    assert directory.department(CIVIL).active
    assert restructuring.reform(city.reviewer, plan.code).status is ReformStatus.PLANNED


def test_it_is_carried_out_once_not_before_its_day_and_only_by_the_bureau(city):
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)
    later = merger(effective_on=date(2025, 3, 3) + timedelta(days=30), before=(DISTRICT,))
    planned = restructuring.plan(city.reviewer, later, clock=city.clock)
    with pytest.raises(ReformInvalid, match="takes effect"):
        restructuring.carry_out(city.reviewer, planned.code, home=city.home, clock=city.clock)
    with pytest.raises(PermissionDenied):
        restructuring.carry_out(city.civil_officer, plan.code, home=city.home, clock=city.clock)
    restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    with pytest.raises(ReformConflict):
        restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"document_number": " "}, "number are needed"),
        ({"before": ()}, "no department"),
        ({"before": (CIVIL, CIVIL)}, "twice"),
        ({"after": CIVIL}, "takes over"),
        ({"kind": ReformKind.RENAME}, "new name"),
        ({"kind": ReformKind.TRANSFER}, "an entry or system"),
        ({"kind": ReformKind.TRANSFER, "services": ("no_such",)}, "no_such"),
    ],
)
def test_what_is_missing_or_not_there_is_said(city, changes, what):
    with pytest.raises(ReformInvalid, match=what):
        restructuring.plan(city.reviewer, merger(**changes), clock=city.clock)


def test_the_pages_lead_from_the_plan_to_the_confirmation(city, settings):
    settings.DATA_HOME = city.home
    entry = a_published_entry(city)
    bureau = at_the_desk(city, "reviewer")
    answer = bureau.post(
        "/desk/restructuring/",
        {
            "kind": "merge",
            "title": "民政局并入税务局",
            "document": "通知",
            "document_number": "1号",
            "effective_on": "2025-03-01",
            "before": [CIVIL],
            "after": TAX,
        },
    )
    assert "将要变动的内容" in bureau.get(answer.url).content.decode()
    bureau.post(answer.url + "act/", {"action": "carry_out"})
    officer = at_the_desk(city, "tax_officer")
    assert "待本部门重新确认" in officer.get(answer.url).content.decode()
    officer.post(answer.url + "act/", {"action": "confirm", "service": entry.service})
    assert restructuring.reforms(city.reviewer)[0].status is ReformStatus.COMPLETED


def test_a_merger_moves_the_rows_of_the_three_lists_with_their_numbers_and_reviews(city):
    items = (*a_draft().items, an_item("note", name="当事人备注", sharing_type=SharingType.NOT_SHARED))
    entry = a_published_entry(city, items=items)
    lists.refresh(city.clock)
    (refusal,) = lists.refusals(city.reviewer, clock=city.clock)
    law = NegativeStatement(
        reason="涉及隐私", basis_document="居民身份证法", basis_number="第51号", basis_article="第十九条"
    )
    said = lists.declare(city.civil_officer, refusal.number, law, revision=refusal.revision, clock=city.clock)
    lists.review(city.reviewer, refusal.number, Verdict.ACCEPTED, revision=said.revision, clock=city.clock)
    demand = lists.file_demand(
        city.district_officer, a_demand(name="殡葬服务数据"), department=DISTRICT, clock=city.clock
    ).summary.number
    stepped(city, city.district_officer, demand, DemandAction.GO_ON)
    stepped(city, city.reviewer, demand, DemandAction.ASSIGN, department=CIVIL)
    stepped(city, city.civil_approver, demand, DemandAction.ACCEPT)
    before = {row.number: row.service for row in lists.responsibilities(city.reviewer, clock=city.clock)}
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)
    done = restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    lists.refresh(city.clock)

    after = lists.responsibilities(city.reviewer, clock=city.clock)
    assert {row.number: row.service for row in after} == before
    assert set(before.values()) == {entry.service, ""}
    assert {row.department for row in after} == {TAX}
    (kept,) = lists.refusals(city.reviewer, clock=city.clock)
    assert (kept.number, kept.department, kept.state) == (refusal.number, TAX, NegativeState.IN_FORCE)
    assert lists.view_of(city.reviewer, lists.find(demand), city.clock).summary.assigned == TAX
    moved = {one.key for one in done.moved if one.noun is MovedNoun.LIST_ROW}
    assert moved >= {*before, refusal.number, demand}


def test_nobody_else_completes_a_restructuring_that_has_nothing_to_confirm(city):
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)
    restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    with pytest.raises(PermissionDenied):
        restructuring.confirm_entries(city.auditor, plan.code, (), clock=city.clock)


def test_a_merger_leaves_no_proposal_behind(city):
    import_duties(city, a_record(1))
    drafting.propose_from_duties(city.civil_officer, department=CIVIL, clock=city.clock)
    waiting = drafting.count_proposals(city.civil_officer)
    assert waiting
    plan = restructuring.plan(city.reviewer, merger(), clock=city.clock)
    restructuring.carry_out(city.reviewer, plan.code, home=city.home, clock=city.clock)
    assert {one.provider for one in drafting.proposals(city.tax_officer).rows} == {TAX}
    assert drafting.count_proposals(city.tax_officer) == waiting
