"""Levels confirmed by the reviewer, the city's own controls, reviewers at the same time, texts that no entry may hold."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from jutong.control.approval.terms_of import default_terms, route_for
from jutong.control.approval.values import ApplicationRequest
from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import (
    ActionNotAllowed,
    ControlsConflict,
    ControlsInvalid,
    DraftInvalid,
    EditConflict,
    LevelsNotAllowed,
    LevelsUnconfirmed,
    NotForThisPlatform,
    ReasonMissing,
)
from jutong.control.catalogue.levels import months_after
from jutong.vocabulary.catalogue import DataGrade, Level, Meaning, SharingType
from jutong.vocabulary.contracts import RuleSpec
from jutong.vocabulary.grading import OutputForm
from tests.support.control import CIVIL, PERSON_ITEMS, City, a_city, a_draft, a_published_entry, an_item

pytestmark = pytest.mark.django_db
SERVICE = "hydj_jbxx"


@pytest.fixture
def city(tmp_path) -> City:
    return a_city(tmp_path)


def before_the_bureau(city: City, **changes: object) -> catalogue.EntryView:
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(**changes), service=SERVICE, clock=city.clock
    )
    catalogue.submit(city.civil_officer, SERVICE, clock=city.clock)
    return catalogue.accept(city.civil_approver, SERVICE, clock=city.clock)


UNDER_GRADED = (*PERSON_ITEMS, an_item("gz", name="投标报价", level=Level.L2))


def test_publication_confirms_what_was_shown_and_a_new_version_only_what_changed(city):
    a_published_entry(city)
    grading = catalogue.grading_of(city.civil_officer, SERVICE)
    assert (grading.unsettled, grading.level) == (0, Level.L3)
    assert grading.review_due_on == date(2026, 3, 3)
    draft = catalogue.begin_change(city.civil_officer, SERVICE, clock=city.clock)
    renamed = replace(PERSON_ITEMS[0], name="证件登记编号")
    catalogue.save_entry(
        city.civil_officer,
        SERVICE,
        a_draft(items=(renamed, *PERSON_ITEMS[1:], an_item("office"))),
        revision=draft.revision,
        clock=city.clock,
    )
    again = catalogue.grading_of(city.reviewer, SERVICE)
    assert [item.proposal.field for item in again.items if not item.settled] == ["cert_no", "office"]
    assert again.items[0].confirmed is not None  # the earlier decision is still shown
    assert again.items[-1].confirmed is None


def test_a_level_below_a_proposal_of_three_or_four_needs_its_own_decision(city):
    before_the_bureau(city, items=UNDER_GRADED)
    with pytest.raises(LevelsUnconfirmed, match="投标报价"):
        catalogue.publish(city.reviewer, SERVICE, clock=city.clock)
    with pytest.raises(ReasonMissing):
        catalogue.confirm_levels(city.reviewer, SERVICE, {"gz": Level.L2}, clock=city.clock)
    catalogue.confirm_levels(city.reviewer, SERVICE, {"gz": Level.L2}, reason="已过保密期", clock=city.clock)
    catalogue.publish(city.reviewer, SERVICE, clock=city.clock)
    confirmed = catalogue.grading_of(city.reviewer, SERVICE).items[-1].confirmed
    assert (confirmed.level, confirmed.reason, confirmed.holds) == (Level.L2, "已过保密期", True)


def test_the_reviewer_raises_a_level_in_the_draft_and_the_entry_follows_its_strictest_item(city):
    shown = before_the_bureau(city, items=UNDER_GRADED)
    catalogue.confirm_levels(
        city.reviewer, SERVICE, {"gz": Level.L4}, revision=shown.revision, clock=city.clock
    )
    published = catalogue.publish(city.reviewer, SERVICE, clock=city.clock)
    assert published.summary.level is Level.L4
    contract = catalogue.contract_of(SERVICE)
    assert contract.item("gz").level is Level.L4
    assert contract.controls.output is OutputForm.VERIFICATION


def test_outside_the_bureaus_review_levels_are_not_changed(city):
    a_published_entry(city)
    with pytest.raises(LevelsNotAllowed):
        catalogue.confirm_levels(city.reviewer, SERVICE, {"person": Level.L4}, clock=city.clock)
    with pytest.raises(LevelsNotAllowed):
        catalogue.confirm_levels(city.reviewer, SERVICE, {"none": Level.L1}, clock=city.clock)
    with pytest.raises(EditConflict):
        catalogue.confirm_levels(city.reviewer, SERVICE, {"person": Level.L3}, revision=1, clock=city.clock)


def test_a_grading_comes_up_again_after_its_cycle(city):
    a_published_entry(city)
    assert catalogue.gradings_due(city.reviewer, by=date(2026, 3, 2)) == ()
    (due,) = catalogue.gradings_due(city.reviewer, by=date(2026, 3, 3))
    assert (due.service, due.due_on) == (SERVICE, date(2026, 3, 3))
    assert months_after(date(2024, 8, 31), 6) == date(2025, 2, 28)
    assert months_after(date(2024, 12, 31), 12) == date(2025, 12, 31)


def a_request() -> ApplicationRequest:
    return ApplicationRequest(
        service=SERVICE,
        items=("cert_no",),
        basis="依据",
        purpose="用途",
        scene="场景",
        clients=("c",),
        valid_from=date(2025, 3, 3),
        valid_until=date(2026, 3, 3),
    )


def test_the_citys_controls_decide_on_reviews_and_output_at_once(city):
    free = SharingType.UNCONDITIONAL
    a_published_entry(
        city,
        sharing_type=free,
        items=(an_item("cert_no", name="登记证号", key=True, sharing_type=free),),
        query_keys=(("cert_no",),),
    )
    before = catalogue.contract_of(SERVICE)
    assert not route_for(before, a_request(), applicant_approves=True).provider
    assert not default_terms(before, a_request()).items[0].verification_only
    shown = catalogue.control_set()
    strict = {
        level: one if level is Level.L1 else replace(shown.controls[Level.L4], level=level)
        for level, one in shown.controls.items()
    }
    made = catalogue.change_controls(
        city.leader, strict, reason="市委网信办要求", version=shown.number, clock=city.clock
    )
    assert made.number == 1
    after = catalogue.contract_of(SERVICE)
    route = route_for(after, a_request(), applicant_approves=True)
    assert (route.provider, route.authority) == (True, True)
    assert default_terms(after, a_request()).items[0].verification_only
    assert catalogue.live_contracts() == (after,)
    for version in (0, 5):  # made from an older, or from no known version
        with pytest.raises(ControlsConflict):
            catalogue.change_controls(city.leader, strict, reason="再改", version=version, clock=city.clock)
    weak = {**shown.controls, Level.L4: replace(shown.controls[Level.L1], level=Level.L4)}
    with pytest.raises(ControlsInvalid):
        catalogue.change_controls(city.leader, weak, reason="放宽", version=1, clock=city.clock)


def test_important_data_is_reviewed_by_the_authority_whatever_its_level(city):
    a_published_entry(city, data_grade=DataGrade.IMPORTANT)
    assert route_for(catalogue.contract_of(SERVICE), a_request(), applicant_approves=True).authority


@pytest.mark.parametrize("mark", [{"secret": True}, {"data_grade": DataGrade.CORE}])
def test_secrets_and_core_data_do_not_get_in(city, mark):
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(**mark), service=SERVICE, clock=city.clock
    )
    with pytest.raises(NotForThisPlatform):
        catalogue.submit(city.civil_officer, SERVICE, clock=city.clock)


def test_of_two_reviewers_the_later_is_told_and_nothing_happens_twice(city):
    shown = before_the_bureau(city)
    catalogue.return_entry(city.reviewer, SERVICE, reason="请补充", revision=shown.revision, clock=city.clock)
    with pytest.raises(ActionNotAllowed):
        catalogue.publish(city.reviewer, SERVICE, revision=shown.revision, clock=city.clock)
    catalogue.submit(city.civil_officer, SERVICE, clock=city.clock)
    catalogue.accept(city.civil_approver, SERVICE, clock=city.clock)
    with pytest.raises(EditConflict):  # before the bureau again, but another text than was seen
        catalogue.publish(city.reviewer, SERVICE, revision=shown.revision, clock=city.clock)


def test_many_are_decided_at_once_and_one_that_cannot_holds_up_no_other(city):
    before_the_bureau(city)
    catalogue.create_entry(
        city.civil_officer,
        provider=CIVIL,
        draft=a_draft(title="收养登记档案信息", items=UNDER_GRADED),
        service="adopt",
        clock=city.clock,
    )
    catalogue.submit(city.civil_officer, "adopt", clock=city.clock)
    catalogue.accept(city.civil_approver, "adopt", clock=city.clock)
    queue = catalogue.reviews_waiting(city.reviewer, clock=city.clock)
    assert [(task.service, task.blocking, task.first) for task in queue.tasks] == [
        ("adopt", 1, True),
        (SERVICE, 0, True),
    ]
    outcome = catalogue.accept_many(
        city.reviewer, {task.service: task.revision for task in queue.tasks}, clock=city.clock
    )
    assert outcome.done == (SERVICE,)
    ((refused, error),) = outcome.refused
    assert (refused, error.code) == ("adopt", "catalogue.levels_unconfirmed")
    returned = catalogue.return_many(
        city.reviewer, {"adopt": queue.tasks[0].revision}, reason="级别偏低", clock=city.clock
    )
    assert returned.done == ("adopt",)
    mine = catalogue.reviews_waiting(city.civil_officer, clock=city.clock)
    assert [(task.kind.value, task.service) for task in mine.tasks] == [("returned", "adopt")]
    assert catalogue.reviews_waiting(city.tax_approver, clock=city.clock).total == 0


def test_the_queue_puts_what_is_due_first(city):
    before_the_bureau(city)
    a_published_entry(city, "old_entry", title="离婚登记档案信息")
    catalogue.open_update_duty(
        city.reviewer, ["old_entry"], reason="职责调整", started_on=date(2025, 3, 3), clock=city.clock
    )
    city.clock.advance(timedelta(days=20))
    queue = catalogue.reviews_waiting(city.civil_officer, clock=city.clock)
    assert [(task.kind.value, task.clock.stage.value) for task in queue.tasks] == [("update", "overdue")]
    assert catalogue.reviews_waiting(city.reviewer, clock=city.clock).tasks[0].service == SERVICE


HUGE = "长" * 10_000_000
# Element → a value that no entry may hold.
UNACCEPTABLE = {
    "HTML": {"abstract": "见<script>alert(1)</script>"},
    "a link": {"scene": '<a href="http://example.org">这里</a>'},
    "a comment": {"abstract": "<!-- 隐藏 -->"},
    "a lone surrogate": {"title": "婚姻\ud800登记"},
    "a control character": {"contact_name": "张\x00三"},
    "ten megabytes": {"abstract": HUGE},
    "a long related code": {"related_codes": (HUGE,)},
    "a broken duty": {"duties": ("\udfff",)},
    "an item's description": {"items": (an_item(description=HUGE),)},
    "an item's code list": {"items": (an_item(code_list="x" * 61),)},
    "an item's markup": {"items": (an_item(name="<b>名称</b>"),)},
    "an item's length": {"items": (an_item(length=2**40),)},
    "a row count": {"row_count": 2**70},
    "a negative size": {"storage_mb": -1},
    "a rule's text": {"rules": (RuleSpec(code="r", kind="k", fields=("f",), parameters={"p": "\ud800"}),)},
    "too many items": {"items": tuple(an_item(f"f{number}") for number in range(2_001))},
}


def test_what_no_entry_may_hold_is_refused_when_it_is_created_and_when_it_is_saved(city):
    view = catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=a_draft(), clock=city.clock)
    for case, changes in UNACCEPTABLE.items():
        bad = a_draft(**changes)
        with pytest.raises(DraftInvalid) as caught:
            catalogue.create_entry(city.civil_officer, provider=CIVIL, draft=bad, clock=city.clock)
        assert len(caught.value.message("zh")) < 300, case
        with pytest.raises(DraftInvalid):
            catalogue.save_entry(
                city.civil_officer, view.service, bad, revision=view.revision, clock=city.clock
            )
    assert catalogue.entry(city.civil_officer, view.service).working == a_draft()


def test_signs_of_comparison_are_no_markup(city):
    text = "收入<5000元且年龄>60岁，a<b，3 < x，<登记表>"
    view = catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(scene=text), clock=city.clock
    )
    assert view.working.scene == text


def test_a_reason_is_held_to_the_same(city):
    before_the_bureau(city)
    with pytest.raises(DraftInvalid):
        catalogue.return_entry(city.reviewer, SERVICE, reason="\ud800", clock=city.clock)


def test_meaning_is_among_what_a_level_was_decided_from(city):
    a_published_entry(city)
    draft = catalogue.begin_change(city.civil_officer, SERVICE, clock=city.clock)
    items = (replace(PERSON_ITEMS[0], meaning=Meaning.BANK_CARD), *PERSON_ITEMS[1:])
    catalogue.save_entry(
        city.civil_officer, SERVICE, a_draft(items=items), revision=draft.revision, clock=city.clock
    )
    grading = catalogue.grading_of(city.reviewer, SERVICE)
    assert [item.proposal.field for item in grading.blocking] == ["cert_no"]
