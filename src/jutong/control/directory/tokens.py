"""Personal access tokens (访问令牌): a program acts as the person who made it, for a time, within a scope."""

import hashlib
import hmac
import secrets
from datetime import timedelta
from typing import Final

from django.db import transaction

from jutong.control.directory import audit
from jutong.control.directory.actors import actor_for
from jutong.control.directory.audit import AuditAction
from jutong.control.directory.errors import InputInvalid, NotFound, PermissionDenied, TokenInvalid
from jutong.control.directory.models import ApiToken
from jutong.control.directory.values import Actor, IssuedToken, TokenView
from jutong.kernel.clock import Clock, business_date

PREFIX: Final = "jtk"
MOST_DAYS: Final = 366
MOST_TOKENS: Final = 20


def issue_token(actor: Actor, *, name: str, days: int, may_write: bool, clock: Clock) -> IssuedToken:
    """A new token of the acting person; its secret is in the answer, this once.

    Raises:
        PermissionDenied: the actor is no person.
        InputInvalid: no name, a time of less than one or more than 366 days, or too many tokens.
    """
    person = _person(actor)
    name = name.strip()
    if not 1 <= len(name) <= 60 or not 1 <= days <= MOST_DAYS:
        raise InputInvalid(
            field_zh="访问令牌",
            field_en="The access token",
            reason_zh=f"须有名称，有效期 1 至 {MOST_DAYS} 天",
            reason_en=f"a name and a time of 1 to {MOST_DAYS} days are needed",
        )
    now = clock.now()
    if ApiToken.objects.filter(person_id=person, revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
        raise InputInvalid(
            field_zh="访问令牌",
            field_en="The access token",
            reason_zh=f"有效的已有 {MOST_TOKENS} 个，请先撤销不用的",
            reason_en=f"{MOST_TOKENS} are valid already; revoke one that is not used",
        )
    secret = secrets.token_urlsafe(32)
    with transaction.atomic():
        row = ApiToken.objects.create(
            token_id=secrets.token_hex(8),
            person_id=person,
            name=name,
            digest=_digest(secret),
            may_write=may_write,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        _record(actor, AuditAction.TOKEN_CREATE, row, clock)
    return IssuedToken(token=_view(row), secret=f"{PREFIX}_{row.token_id}_{secret}")


def tokens(actor: Actor) -> tuple[TokenView, ...]:
    """The acting person's own tokens, the newest first."""
    return tuple(_view(row) for row in ApiToken.objects.filter(person_id=_person(actor)))


def revoke_token(actor: Actor, token_id: str, *, clock: Clock) -> TokenView:
    """End one of the acting person's tokens at once.

    Raises:
        NotFound: it is none of theirs.
    """
    row = ApiToken.objects.filter(person_id=_person(actor), token_id=token_id).first()
    if row is None:
        raise NotFound(what_zh="访问令牌", what_en="access token", key=token_id)
    with transaction.atomic():
        if row.revoked_at is None:
            row.revoked_at = clock.now()
            row.save(update_fields=["revoked_at"])
            _record(actor, AuditAction.TOKEN_REVOKE, row, clock)
    return _view(row)


def actor_of_token(secret: str, *, clock: Clock) -> tuple[Actor, bool]:
    """Who acts by a token, with their roles as they are now, and whether it may write.

    Raises:
        TokenInvalid: there is no such token, it has ended, or its person's account has.
    """
    prefix, _, rest = secret.partition("_")
    token_id, _, key = rest.partition("_")
    row = ApiToken.objects.select_related("person").filter(token_id=token_id).first() if key else None
    now = clock.now()
    right = row is not None and hmac.compare_digest(row.digest, _digest(key))
    if row is None or not right or prefix != PREFIX or row.revoked_at or row.expires_at <= now:
        raise TokenInvalid
    actor = actor_for(row.person)
    if actor.person_id is None:
        raise TokenInvalid
    if row.last_used_on != business_date(now):
        ApiToken.objects.filter(pk=row.pk).update(last_used_on=business_date(now))
    return actor, row.may_write


def _digest(secret: str) -> str:
    # 256 random bits: what guards short passwords against guessing is not needed.
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def _person(actor: Actor) -> int:
    if actor.person_id is None:
        raise PermissionDenied(
            permission="directory:token",
            permission_zh="使用访问令牌",
            permission_en="use access tokens",
            reason_zh="须以个人账号登录",
            reason_en="a personal account is needed",
        )
    return actor.person_id


def _record(actor: Actor, action: AuditAction, row: ApiToken, clock: Clock) -> None:
    audit.record(
        actor,
        action,
        at=clock.now(),
        object_type="token",
        object_id=row.token_id,
        detail={"may_write": row.may_write},
    )


def _view(row: ApiToken) -> TokenView:
    return TokenView(
        token_id=row.token_id,
        name=row.name,
        may_write=row.may_write,
        created_at=row.created_at,
        expires_at=row.expires_at,
        revoked_at=row.revoked_at,
        last_used_on=row.last_used_on,
    )
