"""The city's own controls of the levels (分级管控要求): kept in versions, the newest holds."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

import msgspec
from django.db import IntegrityError, transaction

from jutong.control.catalogue.errors import ControlsConflict, ControlsInvalid, ReasonMissing
from jutong.control.catalogue.models import ControlSet
from jutong.control.catalogue.store import check_text
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import Level
from jutong.vocabulary.contracts import EntryContract
from jutong.vocabulary.grading import DEFAULT_CONTROLS, LevelControls, controls_for, weaker_places


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlSetView:
    """One version of the controls; number 0 is the platform's defaults."""

    number: int
    controls: Mapping[Level, LevelControls]
    reason: str = ""
    made_at: datetime | None = None
    made_by: str = ""


def control_set() -> ControlSetView:
    """The controls that hold now."""
    row = ControlSet.objects.order_by("-number").first()
    return _view(row) if row else ControlSetView(number=0, controls=DEFAULT_CONTROLS)


def control_sets(actor: Actor) -> tuple[ControlSetView, ...]:
    """Every version that the city made, the newest first."""
    require(actor, Permission.ENTRY_READ)
    return tuple(_view(row) for row in ControlSet.objects.order_by("-number"))


def change_controls(
    actor: Actor, controls: Mapping[Level, LevelControls], *, reason: str, version: int, clock: Clock
) -> ControlSetView:
    """Make a new version of the controls; `version` is the number of the one that was shown.

    New decisions obey it at once, also for entries that are published already; grants keep what was approved.

    Raises:
        ControlsInvalid: a higher level would demand less than a lower one.
        ControlsConflict: someone else made a version meanwhile.
        ReasonMissing
    """
    require(actor, Permission.CONTROL_MANAGE)
    if not reason.strip():
        raise ReasonMissing(action_zh="修改管控要求", action_en="changing the controls")
    check_text("理由 / reason", reason)
    if set(controls) != set(Level):
        raise ControlsInvalid(reason_zh="须写明每个级别的要求", reason_en="each level needs its own")
    weaker = weaker_places(controls)
    if weaker:
        level, name = weaker[0]
        raise ControlsInvalid(
            reason_zh=f"{level.zh}的 {name} 弱于低一级或超出范围",
            reason_en=f"{name} of {level.en} is weaker than that of the level below, or out of range",
        )
    now = clock.now()
    try:
        with transaction.atomic():
            row = ControlSet.objects.create(
                number=version + 1,
                controls=msgspec.json.encode(list(controls_for(Level, controls))).decode(),
                reason=reason,
                made_at=now,
                made_by_name=actor.display_name,
            )
            _check_next(version)
            record(
                actor,
                AuditAction.CONTROL_CHANGE,
                at=now,
                object_type="controls",
                object_id=str(row.number),
                detail={"version": row.number},
            )
    except IntegrityError as error:
        raise ControlsConflict(version=control_set().number) from error
    return _view(row)


def _check_next(version: int) -> None:
    """The version before the new one is the one that was shown."""
    numbers = ControlSet.objects.order_by("-number").values_list("number", flat=True)
    newest = next(iter(numbers[1:2]), 0)
    if newest != version:
        raise ControlsConflict(version=newest)


def under_controls(contract: EntryContract, controls: Mapping[Level, LevelControls]) -> EntryContract:
    """The contract with what these controls demand of the levels that occur in it."""
    levels = {contract.level, *(item.level for item in contract.items)}
    return replace(contract, level_controls=controls_for(levels, controls))


def _view(row: ControlSet) -> ControlSetView:
    controls = msgspec.json.decode(row.controls, type=list[LevelControls])
    return ControlSetView(
        number=row.number,
        controls={one.level: one for one in controls},
        reason=row.reason,
        made_at=row.made_at,
        made_by=row.made_by_name,
    )
