"""What a restructuring changes in collection: whose the sources are."""

from django.db import transaction

from jutong.control.collection.models import Source
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
from jutong.kernel.clock import Clock


def move_sources(
    actor: Actor, before: str, after: str, *, clock: Clock, systems: tuple[str, ...] | None = None
) -> tuple[Moved, ...]:
    """Sources of the department `before` belong to `after`: all of them, or those of the given systems."""
    require(actor, Permission.RESTRUCTURE)
    rows = Source.objects.filter(department__code=before)
    if systems is not None:
        rows = rows.filter(system__code__in=systems)
    with transaction.atomic():
        moved = tuple(
            Moved(noun=MovedNoun.SOURCE, key=code, name=name)
            for code, name in rows.values_list("code", "name")
        )
        rows.update(department_id=department_id(after), updated_at=clock.now())
        for one in moved:
            record(
                actor,
                AuditAction.SOURCE_CHANGE,
                at=clock.now(),
                object_type="source",
                object_id=one.key,
                department=after,
                detail={"moved_from": before},
            )
    return moved
