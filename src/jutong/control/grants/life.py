"""Keeping grants, and the steps in their life."""

from datetime import datetime
from typing import Any

from django.db import transaction

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    can,
    department_id,
    record,
    require,
    scope,
)
from jutong.control.grants.compiling import compile_policy, policy_digest
from jutong.control.grants.errors import (
    GrantActionNotAllowed,
    GrantConflict,
    GrantNotFound,
    GrantReasonMissing,
    OtherSideSuspended,
)
from jutong.control.grants.models import Grant, GrantStep
from jutong.control.grants.snapshot import publish_on_commit
from jutong.control.grants.terms import GrantAction, GrantStatus, Side
from jutong.control.grants.transitions import after
from jutong.control.grants.values import EVERY_GRANT, GrantFilter, GrantRequest, GrantStepView, GrantView
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.contracts import GrantPolicy

_AUDIT = {
    GrantAction.SUSPEND: AuditAction.GRANT_SUSPEND,
    GrantAction.RESUME: AuditAction.GRANT_RESUME,
    GrantAction.REVOKE: AuditAction.GRANT_REVOKE,
    GrantAction.EXPIRE: AuditAction.GRANT_EXPIRE,
}


def compile_grant(actor: Actor, request: GrantRequest, *, home: DataHome, clock: Clock) -> GrantView:
    """Keep the compiled policy for ever and publish it: called by approval, within its decision's transaction.

    Raises:
        PolicyInvalid: the request does not fit the entry's contract.
    """
    require(actor, Permission.GRANT_READ)
    contract = contract_of(request.service)
    policy = compile_policy(request, contract, grant_id=new_id("grt"))
    now = clock.now()
    with transaction.atomic():
        grant = Grant.objects.create(
            grant_id=policy.grant_id,
            application=request.application,
            entry_id=entry_id(request.service),
            provider_id=department_id(contract.provider),
            consumer_id=department_id(request.consumer),
            policy=policy.to_json(),
            digest=policy_digest(policy),
            status=GrantStatus.LIVE.value,
            valid_from=policy.valid_from,
            valid_until=policy.valid_until,
            created_at=now,
        )
        record(
            actor,
            AuditAction.GRANT_COMPILE,
            at=now,
            object_type="grant",
            object_id=grant.grant_id,
            department=contract.provider,
            detail={"application": request.application, "digest": grant.digest},
        )
        publish_on_commit(home, clock)
    return _view(actor, grant)


def suspend(actor: Actor, grant_id: str, *, reason: str, home: DataHome, clock: Clock) -> GrantView:
    """Live → suspended, by provider, consumer or bureau; the gateway refuses at once."""
    return _step(actor, grant_id, GrantAction.SUSPEND, reason=reason, home=home, clock=clock)


def resume(actor: Actor, grant_id: str, *, reason: str, home: DataHome, clock: Clock) -> GrantView:
    """Suspended → live, by the side that suspended it or by the bureau."""
    return _step(actor, grant_id, GrantAction.RESUME, reason=reason, home=home, clock=clock)


def revoke(actor: Actor, grant_id: str, *, reason: str, home: DataHome, clock: Clock) -> GrantView:
    """Live or suspended → revoked, for ever."""
    return _step(actor, grant_id, GrantAction.REVOKE, reason=reason, home=home, clock=clock)


def _step(
    actor: Actor, grant_id: str, action: GrantAction, *, reason: str, home: DataHome, clock: Clock
) -> GrantView:
    grant = _find(grant_id)
    side = _side(actor, grant, _permission(action))
    if side is None:
        require(actor, _permission(action), grant.provider.code)
        raise GrantNotFound(grant_id=grant_id)
    if not reason.strip():
        raise GrantReasonMissing(action_zh=action.zh, action_en=action.en)
    if action is GrantAction.RESUME and grant.suspended_by and side is not Side.BUREAU:
        by = Side(grant.suspended_by)
        if by is not side:
            raise OtherSideSuspended(grant_id=grant_id, side_zh=by.zh, side_en=by.en)
    with transaction.atomic():
        _move(actor, grant, action, side=side, reason=reason, at=clock.now())
        publish_on_commit(home, clock)
    return _view(actor, _find(grant_id))


def expire_grants(actor: Actor, *, clock: Clock) -> tuple[str, ...]:
    """Mark the grants whose term is over; their ids. The gateway itself refuses from the very instant."""
    require(actor, Permission.SNAPSHOT_PUBLISH)
    now = clock.now()
    open_ones = Grant.objects.filter(status__in=(GrantStatus.LIVE.value, GrantStatus.SUSPENDED.value))
    ended = []
    for grant in open_ones.filter(valid_until__lte=now).select_related("provider", "consumer", "entry"):
        with transaction.atomic():
            _move(actor, grant, GrantAction.EXPIRE, side=None, reason="", at=now)
        ended.append(grant.grant_id)
    return tuple(ended)


def _move(
    actor: Actor, grant: Grant, action: GrantAction, *, side: Side | None, reason: str, at: datetime
) -> None:
    before = GrantStatus(grant.status)
    target = after(before, action)
    if target is None:
        raise GrantActionNotAllowed(
            grant_id=grant.grant_id,
            status_zh=before.zh,
            status_en=before.en,
            action_zh=action.zh,
            action_en=action.en,
        )
    suspended_by = side.value if side and target is GrantStatus.SUSPENDED else ""
    moved = Grant.objects.filter(pk=grant.pk, status=before.value).update(
        status=target.value, suspended_by=suspended_by
    )
    if not moved:
        raise GrantConflict(grant_id=grant.grant_id)
    GrantStep.objects.create(
        grant=grant,
        action=action.value,
        before=before.value,
        after=target.value,
        side=side.value if side else "",
        by_id=actor.person_id,
        by_name=actor.display_name,
        at=at,
        reason=reason,
    )
    record(
        actor,
        _AUDIT[action],
        at=at,
        object_type="grant",
        object_id=grant.grant_id,
        department=grant.provider.code,
        detail={"side": side.value if side else "", "consumer": grant.consumer.code},
    )


def _permission(action: GrantAction) -> Permission:
    return Permission.GRANT_REVOKE if action is GrantAction.REVOKE else Permission.GRANT_SUSPEND


def _side(actor: Actor, grant: Grant, permission: Permission) -> Side | None:
    """For which party the actor may act on the grant."""
    if scope(actor, permission) is None:
        return Side.BUREAU
    if can(actor, permission, grant.provider.code):
        return Side.PROVIDER
    return Side.CONSUMER if can(actor, permission, grant.consumer.code) else None


def grants(
    actor: Actor,
    where: GrantFilter = EVERY_GRANT,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[GrantView]:
    """Grants that the actor's departments gave or hold, the newest first; the bureau sees all."""
    require(actor, Permission.GRANT_READ)
    rows = _rows().order_by("-pk")
    reach = scope(actor, Permission.GRANT_READ)
    if reach is not None:
        rows = rows.filter(provider__code__in=reach) | rows.filter(consumer__code__in=reach)
    exact = {
        "entry__service": where.service,
        "provider__code": where.provider,
        "consumer__code": where.consumer,
        "status": where.status,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(_view(actor, row) for row in found[:limit]), next_cursor=following)


def count_live(at: datetime) -> int:
    """How many grants the gateway would honour at the instant `at`."""
    live = Grant.objects.filter(status=GrantStatus.LIVE.value, entry__live=True)
    return live.filter(valid_from__lte=at, valid_until__gt=at).count()


def grant(actor: Actor, grant_id: str) -> GrantView:
    """One grant, for its two parties and the bureau.

    Raises:
        GrantNotFound: there is none, or it is not for the actor's eyes.
    """
    require(actor, Permission.GRANT_READ)
    row = _find(grant_id)
    parties = (row.provider.code, row.consumer.code)
    if not any(can(actor, Permission.GRANT_READ, party) for party in parties):
        raise GrantNotFound(grant_id=grant_id)
    return _view(actor, row)


def _rows() -> Any:
    return Grant.objects.select_related("provider", "consumer", "entry").prefetch_related("steps")


def _find(grant_id: str) -> Grant:
    row: Grant | None = _rows().filter(grant_id=grant_id).first()
    if row is None:
        raise GrantNotFound(grant_id=grant_id)
    return row


def _view(actor: Actor, row: Grant) -> GrantView:
    policy = GrantPolicy.from_json(row.policy)
    status = GrantStatus(row.status)
    return GrantView(
        grant_id=row.grant_id,
        application=row.application,
        service=row.entry.service,
        entry_title=row.entry.title,
        provider=row.provider.code,
        provider_name=row.provider.name,
        consumer=row.consumer.code,
        consumer_name=row.consumer.name,
        status=status,
        policy=policy,
        digest=row.digest,
        created_at=row.created_at,
        steps=tuple(
            GrantStepView(
                action=GrantAction(step.action),
                before=GrantStatus(step.before),
                after=GrantStatus(step.after),
                side=step.side,
                by_name=step.by_name,
                at=step.at,
                reason=step.reason,
            )
            for step in row.steps.all()
        ),
        actions=tuple(
            action for action in GrantAction if after(status, action) is not None and _may(actor, row, action)
        ),
    )


def _may(actor: Actor, row: Grant, action: GrantAction) -> bool:
    if action is GrantAction.EXPIRE:
        return False
    side = _side(actor, row, _permission(action))
    if action is GrantAction.RESUME and side is not Side.BUREAU:
        return side is not None and row.suspended_by == side.value
    return side is not None
