"""A demand from its filing to its end: matched, assigned, accepted, disputed, decided; two people at once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import transaction

from jutong.control.approval import api as approval
from jutong.control.catalogue import api as catalogue
from jutong.control.datamap import api as datamap
from jutong.control.directory import api as directory
from jutong.control.directory.errors import PermissionDenied
from jutong.control.lists import api as lists
from jutong.control.lists.api import DemandAction as A
from jutong.control.lists.api import DemandFilter, DemandStage, NegativeState, Origin
from jutong.control.lists.errors import (
    DemandConflict,
    DemandInvalid,
    DemandStepNotAllowed,
    EntryRefused,
    MergeInvalid,
    OwnData,
    StepIncomplete,
)
from jutong.kernel.clock import FixedClock, business_date
from jutong.vocabulary.catalogue import Level, SharingType
from tests.support.control import CIVIL, DISTRICT, TAX, a_city, a_draft, a_published_entry, an_item
from tests.support.lists import (
    a_demand,
    a_disputed_demand,
    a_filed_demand,
    an_assigned_demand,
    stepped,
)

pytestmark = pytest.mark.django_db
SERVICE = "hydj_jbxx"


@pytest.fixture
def city(tmp_path):
    return a_city(tmp_path)


def publish(city, service: str) -> None:
    catalogue.submit(city.civil_officer, service, clock=city.clock)
    catalogue.accept(city.civil_approver, service, clock=city.clock)
    catalogue.publish(city.reviewer, service, clock=city.clock)


def grant_an_application(city) -> str:
    """The tax office applies for marriage registrations and gets them."""
    client = directory.create_client(
        city.tax_officer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    ).client.client_id
    today = business_date(city.clock.now())
    request = approval.ApplicationRequest(
        service=SERVICE,
        items=("cert_no", "id_no"),
        basis="个人所得税法第六条",
        purpose="核验专项附加扣除",
        scene="汇算清缴",
        valid_from=today,
        valid_until=today + timedelta(days=300),
        clients=(client,),
    )
    code = approval.draft_application(city.tax_officer, request, consumer=TAX, clock=city.clock).code
    approval.submit(city.tax_officer, code, home=city.home, clock=city.clock)
    for actor in (city.tax_approver, city.civil_approver, city.reviewer):
        view = approval.application(actor, code, clock=city.clock)
        if view.summary.stage is not approval.Stage.GRANTED:
            approval.decide(actor, code, approval.Action.ACCEPT, home=city.home, clock=city.clock)
    return code


def test_a_demand_finds_the_entry_says_why_and_is_fulfilled_by_the_granted_application(city):
    a_published_entry(city)
    number = a_filed_demand(city).number
    assert number == "XQ2025-00001"
    (match,) = lists.matches_of(city.tax_officer, number)
    assert (match.service, match.provider) == (SERVICE, CIVIL)
    assert [name for name, _ in match.found] == ["登记证号", "身份证号", "当事人姓名", "登记日期"]
    assert match.missing == ("婚姻状态",)
    assert set(match.fields) == {"cert_no", "id_no", "person", "registered_on"}
    said = [reason.text("zh") for reason in match.reasons], [reason.text("en") for reason in match.reasons]
    assert "所需 5 个信息项中，有 4 个在“婚姻登记基本信息”中" in said[0]
    assert "4 of 5 wanted items are in 婚姻登记基本信息" in said[1]

    taken = stepped(city, city.tax_officer, number, A.TAKE, service=SERVICE)
    assert taken.summary.stage is DemandStage.MATCHED
    code = grant_an_application(city)
    lists.refresh(city.clock)
    view = lists.demand(city.tax_officer, number, clock=city.clock)
    assert (view.summary.stage, view.summary.application) == (DemandStage.FULFILLED, code)
    assert view.actions == ()


def test_what_no_entry_holds_goes_to_the_likeliest_department_which_draws_up_the_entry(city):
    number = a_filed_demand(city, name="民政救助对象信息", items=("对象姓名", "救助类别")).number
    assert lists.matches_of(city.tax_officer, number) == ()
    stepped(city, city.tax_officer, number, A.GO_ON)
    (first, *_) = lists.suggested_sources(city.reviewer, number)
    assert first.department == CIVIL
    assert "需求文字中提到「民政」" in [reason.zh for reason in first.reasons]

    view = stepped(city, city.reviewer, number, A.ASSIGN, department=CIVIL)
    assert view.summary.clock.limit == "D2"
    assert view.summary.clock.due_on is not None
    assert [row.number for row in lists.demands(
        city.civil_approver, DemandFilter(mine=True), clock=city.clock).rows] == [number]  # fmt: skip
    stepped(city, city.civil_approver, number, A.ACCEPT)
    service = lists.draw_up_entry(city.civil_approver, number, clock=city.clock)
    draft = catalogue.entry(city.civil_officer, service).working
    assert draft.title == "民政救助对象信息"
    assert [item.name for item in draft.items] == ["对象姓名", "救助类别"]

    (duty,) = lists.responsibilities(city.reviewer, clock=city.clock)
    assert (duty.department, duty.origin, duty.demand) == (CIVIL, Origin.DEMAND, number)
    with pytest.raises(DemandStepNotAllowed):  # one demand, one entry
        lists.draw_up_entry(city.civil_approver, number, clock=city.clock)

    view = catalogue.entry(city.civil_officer, service)
    graded = [replace(item, level=Level.L3) for item in draft.items]
    whole = replace(a_draft(title=draft.title), items=(*graded, an_item("key_no", key=True, required=True)))
    whole = replace(whole, query_keys=(("key_no",),))
    catalogue.save_entry(city.civil_officer, service, whole, revision=view.revision, clock=city.clock)
    publish(city, service)
    lists.refresh(city.clock)
    assert lists.demand(city.tax_officer, number, clock=city.clock).summary.stage is DemandStage.MATCHED
    (kept,) = lists.responsibilities(city.reviewer, clock=city.clock)
    assert kept.number == duty.number


def test_an_entry_may_be_extended_by_what_is_wanted(city):
    a_published_entry(city)
    number = an_assigned_demand(city).number
    stepped(city, city.civil_approver, number, A.ACCEPT, service=SERVICE)
    names = [item.name for item in catalogue.entry(city.civil_officer, SERVICE).working.items]
    assert names[-1] == "婚姻状态"
    lists.refresh(city.clock)  # the entry is live, but not yet with the item
    assert lists.demand(city.tax_officer, number, clock=city.clock).summary.stage is DemandStage.ACCEPTED
    publish(city, SERVICE)
    lists.refresh(city.clock)
    assert lists.demand(city.tax_officer, number, clock=city.clock).summary.stage is DemandStage.MATCHED
    (duty,) = lists.responsibilities(city.reviewer, clock=city.clock)
    assert duty.demand == number


def test_a_dispute_climbs_to_a_decision_that_nobody_can_refuse(city):
    number = a_disputed_demand(city).number
    stepped(city, city.civil_approver, number, A.OPINE, reason="涉及个人隐私，建议只供核验")
    stepped(city, city.tax_officer, number, A.OPINE, reason="法定职责所必需")
    view = stepped(city, city.leader, number, A.SHARE, reason="市政府专题会议决定共享")
    assert view.binding
    assert view.summary.stage is DemandStage.ACCEPTED
    assert lists.responsibilities(city.reviewer, clock=city.clock)[0].demand == number
    with pytest.raises(DemandStepNotAllowed):
        stepped(city, city.civil_approver, number, A.REFUSE)
    opinions = [step.reason for step in view.steps if step.action is A.OPINE]
    assert opinions == ["涉及个人隐私，建议只供核验", "法定职责所必需"]


def test_what_is_decided_not_to_be_shared_needs_its_law_and_goes_on_the_negative_list(city):
    number = a_disputed_demand(city).number
    with pytest.raises(StepIncomplete, match="article"):
        stepped(
            city, city.leader, number, A.NOT_SHARE, basis_document="未成年人保护法", basis_number="第57号令"
        )
    assert lists.refusals(city.reviewer, clock=city.clock) == ()
    stepped(
        city,
        city.leader,
        number,
        A.NOT_SHARE,
        basis_document="未成年人保护法",
        basis_number="第57号令",
        basis_article="第一百零三条",
    )
    (row,) = lists.negative_list(city.reviewer, clock=city.clock)
    assert (row.demand, row.department, row.state) == (number, CIVIL, NegativeState.IN_FORCE)
    assert row.basis == "未成年人保护法 第57号令 第一百零三条"


def test_the_same_want_of_several_departments_is_merged_and_not_lost_when_the_first_withdraws(city):
    first, second = a_filed_demand(city).number, a_filed_demand(city, name="结婚登记信息").number
    for number in (first, second):
        stepped(city, city.tax_officer, number, A.GO_ON)
    with pytest.raises(MergeInvalid):
        stepped(city, city.reviewer, second, A.MERGE, into=second)
    merged = stepped(city, city.reviewer, second, A.MERGE, into=first)
    assert (merged.summary.stage, merged.summary.lead) == (DemandStage.MERGED, first)
    assert [one.number for one in lists.demand(city.reviewer, first, clock=city.clock).merged] == [second]
    stepped(city, city.tax_officer, first, A.WITHDRAW)
    again = lists.demand(city.reviewer, second, clock=city.clock).summary
    assert (again.stage, again.lead) == (DemandStage.ASSIGNING, "")


def test_of_two_who_act_at_once_the_later_is_told_and_nothing_is_lost(city):
    seen = an_assigned_demand(city)
    stepped(city, city.civil_approver, seen.number, A.ACCEPT)
    with pytest.raises(DemandStepNotAllowed):
        stepped(city, city.civil_approver, seen.number, A.REFUSE)
    seen = a_disputed_demand(city)
    stepped(city, city.tax_officer, seen.number, A.OPINE, reason="先到的意见")
    with pytest.raises(DemandConflict), transaction.atomic():
        lists.take_step(
            city.leader, seen.number, A.SHARE, reason="未看到新意见", revision=seen.revision, clock=city.clock
        )
    now = lists.demand(city.leader, seen.number, clock=city.clock)
    assert now.summary.stage is DemandStage.DECISION
    assert now.steps[-1].reason == "先到的意见"

    filed = a_filed_demand(city)
    lists.change_demand(
        city.tax_officer,
        filed.number,
        a_demand(name="婚姻登记信息"),
        revision=filed.revision,
        clock=city.clock,
    )
    with pytest.raises(DemandConflict), transaction.atomic():
        lists.change_demand(
            city.tax_officer, filed.number, a_demand(name="别的"), revision=filed.revision, clock=city.clock
        )
    assert lists.demand(city.tax_officer, filed.number, clock=city.clock).summary.name == "婚姻登记信息"


def test_clocks_run_in_working_days_and_warn(city):
    number = an_assigned_demand(city).number
    for days, warning, overdue in (
        (0, 0, False),
        (7, 50, False),
        (10, 80, False),
        (14, 100, False),
        (15, 100, True),
    ):
        later = FixedClock(city.clock.at + timedelta(days=days))
        clock = lists.demand(city.reviewer, number, clock=later).summary.clock
        assert (clock.warning, clock.overdue) == (warning, overdue), days


def test_a_matched_entry_that_is_withdrawn_sends_the_demand_back_to_be_assigned(city):
    a_published_entry(city)
    number = a_filed_demand(city).number
    stepped(city, city.tax_officer, number, A.TAKE, service=SERVICE)
    catalogue.withdraw(city.civil_approver, SERVICE, reason="职责调整", clock=city.clock)
    lists.refresh(city.clock)
    assert lists.demand(city.tax_officer, number, clock=city.clock).summary.stage is DemandStage.ASSIGNING


def test_a_demand_that_cannot_be_kept_is_refused_with_its_reason(city):
    for changes, error in (
        ({"name": " "}, DemandInvalid),
        ({"basis": ""}, DemandInvalid),
        ({"scene": "a\ud800"}, DemandInvalid),
        ({"items": ("x" * 121,)}, DemandInvalid),
        ({"items": tuple(f"项{n}" for n in range(101))}, DemandInvalid),
        ({"proposed": TAX}, OwnData),
    ):
        with pytest.raises(error):
            a_filed_demand(city, **changes)
    assert lists.count_demands(city.reviewer) == 0


def test_each_party_takes_its_own_steps_only(city):
    number = an_assigned_demand(city).number
    for actor in (city.tax_approver, city.civil_officer, city.reviewer, city.leader, city.tax_developer):
        with pytest.raises(PermissionDenied), transaction.atomic():
            stepped(city, actor, number, A.ACCEPT)
    with pytest.raises(PermissionDenied), transaction.atomic():
        lists.file_demand(city.civil_officer, a_demand(), department=TAX, clock=city.clock)
    for platform in (A.PUBLISH, A.GRANT, A.REOPEN):
        with pytest.raises(DemandStepNotAllowed), transaction.atomic():
            stepped(city, city.reviewer, number, platform)


def test_a_department_is_no_source_for_itself_and_what_is_not_shared_says_so(city):
    a_published_entry(
        city,
        sharing_type=SharingType.NOT_SHARED,
        items=tuple(replace(item, sharing_type=SharingType.NOT_SHARED) for item in a_draft().items),
        basis_document="某法",
        basis_number="某号",
        basis_article="第一条",
    )
    number = a_filed_demand(city).number
    (match,) = lists.matches_of(city.tax_officer, number)
    assert any("不予共享" in reason.zh for reason in match.reasons)
    with pytest.raises(EntryRefused), transaction.atomic():
        stepped(city, city.tax_officer, number, A.TAKE, service=SERVICE)
    own = lists.file_demand(city.civil_approver, a_demand(), department=CIVIL, clock=city.clock)
    assert lists.matches_of(city.civil_approver, own.number) == ()
    with pytest.raises(OwnData):
        stepped(city, city.civil_approver, own.number, A.TAKE, service=SERVICE)


def test_a_demand_that_goes_on_elsewhere_leaves_what_the_first_department_promised_whole(city):
    number = an_assigned_demand(city).number
    stepped(city, city.civil_approver, number, A.ACCEPT)
    service = lists.draw_up_entry(city.civil_officer, number, clock=city.clock)
    view = catalogue.entry(city.civil_officer, service)
    draft = a_draft(title="婚姻登记数据")
    catalogue.save_entry(city.civil_officer, service, draft, revision=view.revision, clock=city.clock)
    publish(city, service)
    lists.refresh(city.clock)
    stepped(city, city.tax_officer, number, A.GO_ON)
    stepped(city, city.reviewer, number, A.ASSIGN, department=DISTRICT)
    stepped(city, city.civil_approver, number, A.ACCEPT)  # who acts for the district's office too
    lists.refresh(city.clock)
    found = lists.responsibilities(city.reviewer, clock=city.clock)
    assert {(row.department, row.service) for row in found} == {(CIVIL, service), (DISTRICT, "")}
    assert lists.responsibility_facts().uncovered == ()


def test_a_demand_is_not_pointed_at_an_entry_that_is_not_published(city):
    draft = a_draft(title="未公布的婚姻登记信息")
    catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=draft, service=SERVICE, clock=city.clock)
    number = a_filed_demand(city).number
    stepped(city, city.tax_officer, number, A.GO_ON)
    with pytest.raises(StepIncomplete):
        stepped(city, city.reviewer, number, A.POINT, service=SERVICE)
    assert catalogue.entry(city.reviewer, SERVICE).summary.title not in str(
        lists.demands(city.tax_officer, clock=city.clock)
    )


def test_an_application_stays_on_the_data_map_when_its_entry_is_withdrawn(city):
    a_published_entry(city)
    code = grant_an_application(city)
    catalogue.withdraw(city.civil_approver, SERVICE, reason="不再采集", clock=city.clock)
    drawn = datamap.graph(city.tax_officer, f"application:{code}", clock=city.clock)
    assert drawn.focus is not None
    assert drawn.focus.key == code
