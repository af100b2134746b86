"""Client systems (应用) that call the gateway, and their secrets: sealed at rest, shown once."""

import secrets
from collections.abc import Iterator

from django.db import transaction

from jutong.control.directory import audit
from jutong.control.directory.actors import require, scope
from jutong.control.directory.audit import AuditAction
from jutong.control.directory.errors import NotFound
from jutong.control.directory.models import ClientSystem
from jutong.control.directory.roles import Permission
from jutong.control.directory.structure import department_id, system_id
from jutong.control.directory.values import Actor, ClientView, IssuedClient
from jutong.kernel.clock import Clock
from jutong.kernel.crypto.keys import seal_text
from jutong.kernel.home import DataHome
from jutong.vocabulary.contracts import ClientKey

SECRET_BYTES = 32


def create_client(
    actor: Actor, *, home: DataHome, name: str, department: str, clock: Clock, system: str | None = None
) -> IssuedClient:
    """Register a client system of `department`; its secret is in the answer, this once.

    The gateway learns of it by the next `grants.api.publish_snapshot`.
    """
    require(actor, Permission.CLIENT_MANAGE, department)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    now = clock.now()
    with transaction.atomic():
        row = ClientSystem.objects.create(
            client_id=f"app_{secrets.token_hex(8)}",
            name=name,
            department_id=department_id(department),
            system_id=system_id(system or ""),
            sealed_secret=seal_text(home, secret),
            created_at=now,
            rotated_at=now,
        )
        _record(actor, AuditAction.CLIENT_CREATE, row, clock)
    return IssuedClient(client=_view(row), secret=secret)


def rotate_client(actor: Actor, *, home: DataHome, client_id: str, clock: Clock) -> IssuedClient:
    """Give the client system a new secret; the old one ends with the next snapshot."""
    row = _client(client_id)
    require(actor, Permission.CLIENT_MANAGE, row.department.code)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        row.sealed_secret = seal_text(home, secret)
        row.rotated_at = clock.now()
        row.save(update_fields=["sealed_secret", "rotated_at"])
        _record(actor, AuditAction.CLIENT_ROTATE, row, clock)
    return IssuedClient(client=_view(row), secret=secret)


def deactivate_client(actor: Actor, *, client_id: str, clock: Clock) -> ClientView:
    """Stop the client system from calling, with the next snapshot."""
    row = _client(client_id)
    require(actor, Permission.CLIENT_MANAGE, row.department.code)
    with transaction.atomic():
        row.active = False
        row.save(update_fields=["active"])
        _record(actor, AuditAction.CLIENT_DEACTIVATE, row, clock)
    return _view(row)


def clients(actor: Actor, *, department: str = "") -> tuple[ClientView, ...]:
    """Client systems within the actor's scope, of one department or of all."""
    require(actor, Permission.CLIENT_READ, department or None)
    rows = ClientSystem.objects.select_related("department", "system")
    reach = scope(actor, Permission.CLIENT_READ)
    if reach is not None:
        rows = rows.filter(department__code__in=reach)
    if department:
        rows = rows.filter(department__code=department)
    return tuple(_view(row) for row in rows)


def owner_of_client(client_id: str) -> str:
    """Code of the department whose active client system this is.

    Raises:
        NotFound: there is none, or it is inactive.
    """
    row = _client(client_id)
    if not row.active:
        raise NotFound(what_zh="应用", what_en="client system", key=client_id)
    return row.department.code


def client_keys() -> Iterator[ClientKey]:
    """Every client system with its sealed secret, for the policy snapshot alone."""
    for row in ClientSystem.objects.select_related("department").order_by("client_id"):
        yield ClientKey(
            client_id=row.client_id,
            consumer=row.department.code,
            name=row.name,
            sealed_secret=row.sealed_secret,
            active=row.active,
        )


def _client(client_id: str) -> ClientSystem:
    row = ClientSystem.objects.select_related("department", "system").filter(client_id=client_id).first()
    if row is None:
        raise NotFound(what_zh="应用", what_en="client system", key=client_id)
    return row


def _record(actor: Actor, action: AuditAction, row: ClientSystem, clock: Clock) -> None:
    audit.record(
        actor,
        action,
        at=clock.now(),
        object_type="client",
        object_id=row.client_id,
        department=row.department.code,
    )


def _view(row: ClientSystem) -> ClientView:
    return ClientView(
        client_id=row.client_id,
        name=row.name,
        department=row.department.code,
        department_name=row.department.name,
        system=row.system.code if row.system else None,
        active=row.active,
        created_at=row.created_at,
        rotated_at=row.rotated_at,
    )
