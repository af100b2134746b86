"""The clocks of an entry: the bureau's review, the update after a change of duty, its extension, and the warnings."""

from datetime import date, timedelta

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import ClockKind, ClockStage, ExtensionState
from jutong.control.catalogue.errors import (
    ExtensionNotAllowed,
    ReasonMissing,
    UpdateDutyInvalid,
    UpdateDutyNotFound,
)
from jutong.control.directory.errors import PermissionDenied
from tests.support.control import CIVIL, City, a_city, a_draft, a_published_entry

pytestmark = pytest.mark.django_db
REASON = "《婚姻登记条例》修订，登记事项调整"
CHANGED_ON = date(2025, 3, 3)


@pytest.fixture
def city(tmp_path) -> City:
    return a_city(tmp_path)


@pytest.fixture
def owed(city) -> City:
    """A published entry that is to be updated since Monday, 3 March 2025."""
    a_published_entry(city)
    catalogue.open_update_duty(
        city.civil_officer, ["hydj_jbxx"], reason=REASON, started_on=CHANGED_ON, clock=city.clock
    )
    return city


def the_clock(city: City, kind: ClockKind = ClockKind.UPDATE) -> catalogue.ClockWarning:
    (found,) = catalogue.clocks_of(city.civil_officer, "hydj_jbxx", clock=city.clock)
    assert found.kind is kind
    return found


# Calendar days after Monday, 3 March 2025 → (working days gone of ten, stage).
UPDATE = {
    0: (0, ClockStage.RUNNING),
    6: (4, ClockStage.RUNNING),
    7: (5, ClockStage.HALF),
    9: (7, ClockStage.HALF),
    10: (8, ClockStage.MOST),
    13: (9, ClockStage.MOST),
    14: (10, ClockStage.DUE),
    15: (11, ClockStage.OVERDUE),
}


@pytest.mark.parametrize("days", UPDATE)
def test_an_update_warns_at_half_four_fifths_and_the_whole_of_ten_working_days(owed, days):
    owed.clock.advance(timedelta(days=days))
    elapsed, stage = UPDATE[days]
    one = the_clock(owed)
    assert (one.elapsed, one.allowed, one.stage) == (elapsed, 10, stage)
    assert one.due_on == date(2025, 3, 17)
    assert (one.warns, one.overdue) == (days >= 7, days == 15)


def test_everyone_concerned_is_warned_and_nobody_else(owed):
    owed.clock.advance(timedelta(days=15))
    for actor in (owed.civil_officer, owed.civil_approver, owed.reviewer, owed.leader):
        assert [one.service for one in catalogue.overdue(actor, clock=owed.clock)] == ["hydj_jbxx"]
    assert catalogue.running_clocks(owed.tax_officer, clock=owed.clock) == ()
    assert catalogue.clocks_of(owed.tax_officer, "hydj_jbxx", clock=owed.clock) == ()


def test_the_bureau_has_two_working_days_and_is_warned_from_the_first(city):
    catalogue.create_entry(
        city.civil_officer, provider=CIVIL, draft=a_draft(), service="hydj_jbxx", clock=city.clock
    )
    catalogue.submit(city.civil_officer, "hydj_jbxx", clock=city.clock)
    catalogue.accept(city.civil_approver, "hydj_jbxx", clock=city.clock)
    stages = []
    for _ in range(4):
        stages.append(the_clock(city, ClockKind.REVIEW).stage)
        city.clock.advance(timedelta(days=1))
    assert stages == [ClockStage.RUNNING, ClockStage.HALF, ClockStage.DUE, ClockStage.OVERDUE]
    catalogue.return_entry(city.reviewer, "hydj_jbxx", reason="请补充", clock=city.clock)
    assert catalogue.clocks_of(city.civil_officer, "hydj_jbxx", clock=city.clock) == ()


def test_an_extension_is_asked_once_granted_by_the_bureau_and_moves_the_day(owed):
    duty = the_clock(owed).duty
    with pytest.raises(ReasonMissing):
        catalogue.ask_extension(owed.civil_officer, duty, reason=" ", clock=owed.clock)
    catalogue.ask_extension(owed.civil_officer, duty, reason="系统改造未完成", clock=owed.clock)
    assert the_clock(owed).due_on == date(2025, 3, 17)  # until the bureau consents, nothing moves
    with pytest.raises(ExtensionNotAllowed):
        catalogue.ask_extension(owed.civil_officer, duty, reason="再要", clock=owed.clock)
    with pytest.raises(PermissionDenied):
        catalogue.decide_extension(owed.civil_approver, duty, granted=True, clock=owed.clock)
    granted = catalogue.decide_extension(owed.reviewer, duty, granted=True, clock=owed.clock)
    assert (granted.due_on, granted.allowed, granted.extension) == (
        date(2025, 3, 24),
        15,
        ExtensionState.GRANTED,
    )
    with pytest.raises(ExtensionNotAllowed):  # a second reviewer comes too late
        catalogue.decide_extension(owed.reviewer, duty, granted=False, reason="不同意", clock=owed.clock)


def test_a_refused_extension_keeps_its_reason_and_the_day(owed):
    duty = the_clock(owed).duty
    catalogue.ask_extension(owed.civil_officer, duty, reason="人手不足", clock=owed.clock)
    with pytest.raises(ReasonMissing):
        catalogue.decide_extension(owed.reviewer, duty, granted=False, clock=owed.clock)
    refused = catalogue.decide_extension(
        owed.reviewer, duty, granted=False, reason="理由不充分", clock=owed.clock
    )
    assert (refused.due_on, refused.extension) == (date(2025, 3, 17), ExtensionState.REFUSED)
    (known,) = catalogue.update_duties(owed.civil_officer)
    assert known.decision_reason == "理由不充分"


def test_what_is_overdue_is_not_extended(owed):
    duty = the_clock(owed).duty
    owed.clock.advance(timedelta(days=15))
    with pytest.raises(ExtensionNotAllowed):
        catalogue.ask_extension(owed.civil_officer, duty, reason="晚了", clock=owed.clock)


def test_publishing_a_new_version_closes_the_duty_and_says_whether_it_was_kept(owed):
    catalogue.begin_change(owed.civil_officer, "hydj_jbxx", clock=owed.clock)
    catalogue.submit(owed.civil_officer, "hydj_jbxx", clock=owed.clock)
    catalogue.accept(owed.civil_approver, "hydj_jbxx", clock=owed.clock)
    kinds = {one.kind for one in catalogue.clocks_of(owed.reviewer, "hydj_jbxx", clock=owed.clock)}
    assert kinds == {ClockKind.REVIEW, ClockKind.UPDATE}
    catalogue.publish(owed.reviewer, "hydj_jbxx", clock=owed.clock)
    assert catalogue.clocks_of(owed.reviewer, "hydj_jbxx", clock=owed.clock) == ()
    (known,) = catalogue.update_duties(owed.reviewer)
    assert (known.kept, known.closed_version) == (True, 2)
    assert catalogue.update_duties(owed.reviewer, open_only=True) == ()


def test_withdrawal_closes_the_duty_too(owed):
    catalogue.withdraw(owed.reviewer, "hydj_jbxx", reason="职责取消", clock=owed.clock)
    assert catalogue.running_clocks(owed.reviewer, clock=owed.clock) == ()


def test_the_same_reason_starts_the_clock_once_and_bad_ones_start_none(owed):
    def again(**changes: object) -> object:
        asked = {"reason": REASON, "started_on": CHANGED_ON, "clock": owed.clock} | changes
        return catalogue.open_update_duty(owed.civil_officer, ["hydj_jbxx"], **asked)

    again()
    assert len(catalogue.update_duties(owed.civil_officer)) == 1
    with pytest.raises(ReasonMissing):
        again(reason="")
    with pytest.raises(UpdateDutyInvalid):
        again(started_on=date(2025, 3, 4))
    catalogue.create_entry(
        owed.civil_officer, provider=CIVIL, draft=a_draft(title="收养"), service="adopt", clock=owed.clock
    )
    with pytest.raises(UpdateDutyInvalid):  # all or none
        catalogue.open_update_duty(
            owed.civil_officer,
            ["hydj_jbxx", "adopt"],
            reason="另一理由",
            started_on=CHANGED_ON,
            clock=owed.clock,
        )
    assert len(catalogue.update_duties(owed.civil_officer)) == 1
    with pytest.raises(UpdateDutyNotFound):
        catalogue.ask_extension(owed.civil_officer, 999_999, reason="没有", clock=owed.clock)
