"""What a restructuring changes in applications: which departments ask and answer."""

from django.db import transaction

from jutong.control.approval.models import Application
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


def move_applications(
    actor: Actor, before: str, after: str, *, clock: Clock, services: tuple[str, ...] | None = None
) -> tuple[Moved, ...]:
    """Applications for data of `before` are answered by `after`, and those that `before` made are its own.

    With `services` only the applications for these entries change their provider; decisions already taken stay
    as they were written down.
    """
    require(actor, Permission.RESTRUCTURE)
    received = Application.objects.filter(provider__code=before)
    made = Application.objects.filter(consumer__code=before)
    if services is not None:
        received, made = received.filter(entry__service__in=services), made.none()
    new = department_id(after)
    with transaction.atomic():
        codes = sorted({*received.values_list("code", flat=True), *made.values_list("code", flat=True)})
        received.update(provider_id=new)
        made.update(consumer_id=new)
        for code in codes:
            record(
                actor,
                AuditAction.APPLICATION_MOVE,
                at=clock.now(),
                object_type="application",
                object_id=code,
                department=after,
                detail={"moved_from": before},
            )
    return tuple(Moved(noun=MovedNoun.APPLICATION, key=code, name="") for code in codes)
