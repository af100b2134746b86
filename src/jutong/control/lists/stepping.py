"""Moving a demand one step: the only place where its stage changes."""

from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from jutong.control.directory.api import Actor, AuditAction, city_calendar, city_limit, record
from jutong.control.lists.errors import DemandConflict, DemandStepNotAllowed, StepIncomplete
from jutong.control.lists.models import Demand, DemandStep
from jutong.control.lists.terms import DemandAction, DemandStage
from jutong.control.lists.transitions import ENDED, LIMITS, NEEDS_REASON, after
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.time_limits import due_date


def limit_day(code: str, start: date) -> date | None:
    """The last day of the limit `code` that starts on `start`; None where the city has not set its days."""
    limit = city_limit(code)
    return due_date(limit, start, calendar=city_calendar()) if limit.days > 0 else None


def move(
    actor: Actor,
    row: Demand,
    action: DemandAction,
    *,
    clock: Clock,
    reason: str = "",
    note: str = "",
    **changes: Any,
) -> None:
    """Take `row` one step by the table, keep the step and its event; `changes` are other columns that it sets.

    Raises:
        DemandStepNotAllowed: the table does not know it.
        StepIncomplete: it needs a reason.
        DemandConflict: someone else took a step since `row` was read.
    """
    before, now = DemandStage(row.stage), clock.now()
    target = after(before, action)
    if target is None:
        raise DemandStepNotAllowed(
            demand=row.number,
            stage_zh=before.zh,
            stage_en=before.en,
            action_zh=action.zh,
            action_en=action.en,
        )
    if action in NEEDS_REASON and not reason.strip():
        raise StepIncomplete(
            action_zh=action.zh,
            action_en=action.en,
            missing_zh="理由或意见",
            missing_en="the reason or opinion",
        )
    with transaction.atomic():
        values = {**_clock_values(row, target, now), **changes, "revision": F("revision") + 1}
        moved = Demand.objects.filter(pk=row.pk, stage=before.value, revision=row.revision).update(**values)
        if not moved:
            raise DemandConflict(demand=row.number)
        DemandStep.objects.create(
            demand=row,
            action=action.value,
            before=before.value,
            after=target.value,
            by_id=actor.person_id,
            by_name=actor.display_name,
            department=actor.home_department,
            at=now,
            reason=reason.strip(),
            note=note[:200],
            limit_code=row.limit_code,
            due_on=row.due_on,
            in_time=business_date(now) <= row.due_on if row.due_on and target is not before else None,
        )
        record(
            actor,
            AuditAction.DEMAND_STEP,
            at=now,
            object_type="demand",
            object_id=row.number,
            department=row.department.code,
            detail={"action": action.value, "before": before.value, "after": target.value},
        )


def _clock_values(row: Demand, target: DemandStage, now: datetime) -> dict[str, Any]:
    """Stage and clock; a step that stays (an opinion) leaves the clock running."""
    if target.value == row.stage:
        return {}
    limit = "" if target in ENDED else LIMITS.get(target, "")
    return {
        "stage": target.value,
        "stage_since": now,
        "limit_code": limit,
        "due_on": limit_day(limit, business_date(now)) if limit else None,
    }
