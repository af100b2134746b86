"""Confirming entries anew after a restructuring: by the department that answers for them now."""

from django.db import transaction

from jutong.control.catalogue.api import settle_update_duty
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.restructuring.models import Confirmation
from jutong.control.restructuring.planning import step
from jutong.control.restructuring.reading import find, reform
from jutong.control.restructuring.terms import ReformAction
from jutong.control.restructuring.values import ReformView
from jutong.kernel.clock import Clock


def confirm_entries(actor: Actor, code: str, services: tuple[str, ...], *, clock: Clock) -> ReformView:
    """The new department stands by these entries as they are; the last one completes the restructuring.

    What needs a change is changed by a new version instead, which settles its clock in the same way.
    """
    row, now = find(code), clock.now()
    require(actor, Permission.ENTRY_DRAFT, row.after)
    with transaction.atomic():
        for one in row.confirmations.filter(service__in=services, confirmed_at=None):
            require(actor, Permission.ENTRY_DRAFT, one.department)
            if not Confirmation.objects.filter(pk=one.pk, confirmed_at=None).update(
                confirmed_at=now, confirmed_by=actor.display_name
            ):
                continue  # someone else was first: the same outcome
            settle_update_duty(actor, one.service, reason=row.title, clock=clock)
            record(
                actor,
                AuditAction.REFORM_CONFIRM,
                at=now,
                object_type="entry",
                object_id=one.service,
                department=one.department,
                detail={"reform": code},
            )
        if not row.confirmations.filter(confirmed_at=None).exists():
            step(row, ReformAction.CONFIRM)
    return reform(actor, code)
