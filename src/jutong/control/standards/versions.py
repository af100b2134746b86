"""Steps that versions of elements and of code lists share: drafted, issued after one another, abolished."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.db.models import F, Max

from jutong.control.directory.api import Actor, AuditAction, record
from jutong.control.standards.errors import StandardConflict, StandardInvalid
from jutong.control.standards.models import StandardVersion
from jutong.control.standards.terms import Origin, StandardAction, StandardStatus
from jutong.control.standards.transitions import after
from jutong.kernel.clock import SHANGHAI, Clock

Row = TypeVar("Row", bound=StandardVersion)
S = StandardStatus


def today(clock: Clock) -> date:
    return clock.now().astimezone(SHANGHAI).date()


def rows_of(model: type[Row], key: Mapping[str, str]) -> Any:
    return model._default_manager.filter(**key)  # noqa: SLF001 - Django's documented way to any model's rows


def keep_draft(
    actor: Actor,
    model: type[Row],
    key: Mapping[str, str],
    values: Mapping[str, Any],
    *,
    revision: int | None,
    clock: Clock,
) -> Row:
    """Write the draft that follows the newest version; `revision` is that of the draft the writer has seen.

    Raises:
        StandardConflict: there is a draft that the writer has not seen, or it was changed since.
    """
    stamp = {**values, "changed_at": clock.now(), "changed_by": actor.display_name}
    rows = rows_of(model, key)
    if revision is not None:
        moved = rows.filter(status=S.DRAFT.value, revision=revision).update(
            **stamp, revision=F("revision") + 1
        )
        if not moved:
            raise StandardConflict(name=_name(key))
    else:
        last = rows.aggregate(last=Max("number"))["last"] or 0
        fixed = {"number": last + 1, "status": S.DRAFT.value, "origin": Origin.CITY.value}
        try:
            with transaction.atomic():
                model._default_manager.create(**key, **fixed, **stamp)  # noqa: SLF001
        except IntegrityError as error:
            raise StandardConflict(name=_name(key)) from error
    row: Row = rows.get(status=S.DRAFT.value)
    return row


def issue(
    actor: Actor, model: type[Row], key: Mapping[str, str], *, valid_from: date, revision: int, clock: Clock
) -> Row:
    """Draft → in force from `valid_from`; the version before it ends on that day, and says what it said.

    Raises:
        StandardConflict: there is no draft, or it was changed since.
        StandardInvalid: the version before began later.
    """
    rows = rows_of(model, key)
    before = rows.filter(status=S.IN_FORCE.value).first()
    ended = rows.exclude(status=S.DRAFT.value).aggregate(last=Max("valid_to"))["last"]
    earliest = max((d for d in (before.valid_from if before else None, ended) if d), default=None)
    if earliest and valid_from < earliest:
        raise StandardInvalid(
            place="生效日期 / valid from",
            reason_zh=f"不能早于上一版的 {earliest}",
            reason_en=f"not before {earliest} of the version before",
        )
    stamp = {"changed_at": clock.now(), "changed_by": actor.display_name}
    with transaction.atomic():
        if before is not None:
            _move(rows, before, StandardAction.SUPERSEDE, stamp | {"valid_to": valid_from})
        moved = rows.filter(status=S.DRAFT.value, revision=revision).update(
            status=after(S.DRAFT, StandardAction.ISSUE),
            valid_from=valid_from,
            revision=F("revision") + 1,
            **stamp,
        )
        if not moved:
            raise StandardConflict(name=_name(key))
    row: Row = rows.get(status=S.IN_FORCE.value)
    return row


def abolish(
    actor: Actor,
    model: type[Row],
    key: Mapping[str, str],
    *,
    valid_to: date,
    reason: str,
    revision: int,
    clock: Clock,
    **more: Any,
) -> None:
    """In force → abolished: it holds no longer from `valid_to` on.

    Raises:
        StandardConflict: no version is in force, or it was changed since.
        StandardInvalid: no reason is given, or it would end before it began.
    """
    if not reason.strip():
        raise StandardInvalid(place="理由 / reason", reason_zh="不能为空", reason_en="it must not be empty")
    rows = rows_of(model, key)
    row = rows.filter(status=S.IN_FORCE.value, revision=revision).first()
    if row is None:
        raise StandardConflict(name=_name(key))
    if row.valid_from and valid_to < row.valid_from:
        raise StandardInvalid(
            place="废止日期 / valid to", reason_zh="早于生效日期", reason_en="it is before the first day"
        )
    stamp = {"changed_at": clock.now(), "changed_by": actor.display_name, "reason": reason}
    _move(rows, row, StandardAction.ABOLISH, {**stamp, "valid_to": valid_to, **more})


def _move(rows: Any, row: StandardVersion, action: StandardAction, values: Mapping[str, Any]) -> None:
    target = after(StandardStatus(row.status), action)
    here = rows.filter(pk=row.pk, status=row.status, revision=row.revision)
    if target is None or not here.update(status=target.value, revision=F("revision") + 1, **values):
        raise StandardConflict(name=str(row))


def discard(model: type[Row], key: Mapping[str, str], *, revision: int) -> None:
    """Throw a draft away; what was issued stays.

    Raises:
        StandardConflict: there is no draft, or it was changed since.
    """
    if not rows_of(model, key).filter(status=S.DRAFT.value, revision=revision).delete()[0]:
        raise StandardConflict(name=_name(key))


def note(
    actor: Actor, action: AuditAction, kind: str, key: str, *, at: datetime, **detail: str | int
) -> None:
    """Into the audit trail, within the caller's transaction."""
    record(actor, action, at=at, object_type=kind, object_id=key, detail=detail)


def _name(key: Mapping[str, str]) -> str:
    return "".join(key.values())
