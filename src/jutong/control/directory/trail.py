"""Reading and verifying the audit trail: for audit administrators."""

from datetime import datetime

from jutong.control.directory.actors import require
from jutong.control.directory.audit import verify_chain, view_of
from jutong.control.directory.models import AuditEvent
from jutong.control.directory.roles import Permission
from jutong.control.directory.values import Actor, AuditEventView, AuditVerdict
from jutong.kernel.paging import Page, decode_numbers, encode_cursor


def audit_trail(
    actor: Actor,
    *,
    object_type: str = "",
    object_id: str = "",
    actor_name: str = "",
    action: str = "",
    outcome: str = "",
    since: datetime | None = None,
    until: datetime | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[AuditEventView]:
    """Events, newest first. `action` may be a beginning (`approval:`), `actor_name` any part."""
    require(actor, Permission.AUDIT_READ)
    rows = AuditEvent.objects.order_by("-sequence")
    exact = {"object_type": object_type, "object_id": object_id, "outcome": outcome}
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if actor_name:
        rows = rows.filter(actor_name__contains=actor_name)
    if action:
        rows = rows.filter(action__startswith=action)
    if since:
        rows = rows.filter(at__gte=since)
    if until:
        rows = rows.filter(at__lt=until)
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(sequence__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].sequence]) if len(found) > limit else None
    return Page(rows=tuple(view_of(row) for row in found[:limit]), next_cursor=following)


def verify_audit(actor: Actor) -> AuditVerdict:
    """Recompute the chain; names the first bad event."""
    require(actor, Permission.AUDIT_READ)
    return verify_chain()
