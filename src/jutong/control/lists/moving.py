"""What a restructuring changes in the three lists: whose the rows are; number, day, review and demand stay."""

from django.db import transaction
from django.db.models import F, Q

from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Moved,
    MovedNoun,
    Permission,
    department_id,
    record,
    require,
)
from jutong.control.lists.models import Demand, NegativeItem, Responsibility
from jutong.control.lists.transitions import ENDED
from jutong.kernel.clock import Clock


def move_lists(
    actor: Actor, before: str, after: str, *, clock: Clock, services: tuple[str, ...] | None = None
) -> tuple[Moved, ...]:
    """Responsibilities, refusals and demands under way of the department `before` are those of `after`.

    With `services` only the rows of these entries move, and demands only where `before` answers for such an entry.
    What is over stays as it was written down.
    """
    require(actor, Permission.RESTRUCTURE)
    of_entries = Q() if services is None else Q(entry__service__in=services)
    new, here = department_id(after), Q(department__code=before)
    under_way = Demand.objects.exclude(stage__in=[stage.value for stage in ENDED])
    moved: dict[str, str] = {}
    with transaction.atomic():
        for rows in (
            Responsibility.objects.filter(of_entries, here, active=True),
            NegativeItem.objects.filter(of_entries, here, active=True),
        ):
            moved |= dict(rows.values_list("number", "name"))
            rows.update(department_id=new, revision=F("revision") + 1)
        parts = ("assigned",) if services is not None else ("assigned", "department", "proposed")
        for part in parts:
            demands = under_way.filter(of_entries, **{f"{part}__code": before})
            moved |= dict(demands.values_list("number", "name"))
            demands.update(**{f"{part}_id": new}, revision=F("revision") + 1)
        if moved:
            record(
                actor,
                AuditAction.RESPONSIBILITY_REFRESH,
                at=clock.now(),
                object_type="list",
                object_id=before,
                department=after,
                detail={"moved": len(moved)},
            )
    return tuple(
        Moved(noun=MovedNoun.LIST_ROW, key=number, name=name) for number, name in sorted(moved.items())
    )
