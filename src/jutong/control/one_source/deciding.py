"""What people do with a case: departments give their opinion, the bureau decides; the later of two gets a conflict."""

from collections.abc import Collection, Sequence
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from jutong.control.directory.api import Actor, AuditAction, Permission, department_id, record, require
from jutong.control.one_source.errors import CaseConflict, CaseNotFound, DecisionInvalid
from jutong.control.one_source.holders import holders
from jutong.control.one_source.models import CaseClaim, CaseItem, CaseStep, ItemCase
from jutong.control.one_source.terms import CaseAction, CaseStatus, ClaimKind
from jutong.control.one_source.transitions import after
from jutong.control.one_source.values import Place
from jutong.kernel.clock import Clock

_LONGEST: Final = 2000


def find(code: str) -> ItemCase:
    """Raises CaseNotFound when `code` is no case's."""
    number = code.removeprefix("YS")
    row = (
        ItemCase.objects.filter(pk=int(number)).first()
        if number.isascii() and number.isdigit() and len(number) < 16
        else None
    )
    if row is None:
        raise CaseNotFound(case=code[:40])
    return row


def open_case(actor: Actor, code: str, *, note: str, revision: int, clock: Clock) -> None:
    """Ask the departments that hold the item for their opinion."""
    require(actor, Permission.ONE_SOURCE_DECIDE)
    with transaction.atomic():
        _step(actor, find(code), CaseAction.OPEN, revision=revision, note=note, clock=clock)


def claim(actor: Actor, code: str, *, department: str, kind: ClaimKind, text: str, clock: Clock) -> None:
    """What `department`, which holds the item, has to say; it may speak again as long as nothing is decided.

    Raises:
        DecisionInvalid: the department does not hold the item, or says that it differs and not why.
        CaseConflict: the case is settled.
    """
    require(actor, Permission.ONE_SOURCE_CLAIM, department)
    case, text = find(code), _checked("意见 / opinion", text, needed=kind is not ClaimKind.CONCUR)
    if not CaseItem.objects.filter(case=case, department__code=department, held=True).exists():
        raise DecisionInvalid(
            place="部门 / department",
            reason_zh="该部门没有这一信息项",
            reason_en="the department does not hold this item",
        )
    with transaction.atomic():
        _step(actor, case, CaseAction.CLAIM, note=kind.zh, clock=clock)
        CaseClaim.objects.create(
            case=case,
            department_id=department_id(department),
            kind=kind.value,
            text=text,
            by_name=actor.display_name,
            at=clock.now(),
        )


def decide(
    actor: Actor, code: str, *, source: Place, reason: str, basis: str, revision: int, clock: Clock
) -> None:
    """Make the published item `source` the one from which all others take it.

    Raises:
        DecisionInvalid: the item is not of the case or not published, or the reason is missing.
        CaseConflict: the case was settled or changed since revision `revision`.
    """
    require(actor, Permission.ONE_SOURCE_DECIDE)
    case = find(code)
    values = {
        "reason": _checked("理由 / reason", reason, needed=True),
        "basis": _checked("依据 / basis", basis, needed=False),
        "source_service": source[0],
        "source_field": source[1],
        "decided_at": clock.now(),
        "decided_by": actor.display_name,
        "changed": False,
    }
    items = CaseItem.objects.filter(case=case, service=source[0], field=source[1])
    if not items.filter(held=True, live=True, excluded=False).exists():
        raise DecisionInvalid(
            place="数源 / source",
            reason_zh="须是本事项中已发布目录的信息项",
            reason_en="it must be an item of this case in a published entry",
        )
    with transaction.atomic():
        _step(actor, case, CaseAction.DECIDE, revision=revision, note=reason, clock=clock, values=values)


def reject(actor: Actor, code: str, *, reason: str, clock: Clock, revision: int | None = None) -> None:
    """Find that the items are not the same; remembered, so that detection does not bring them up again."""
    require(actor, Permission.ONE_SOURCE_DECIDE)
    text = _checked("理由 / reason", reason, needed=True)
    values = {"reason": text, "decided_at": clock.now(), "decided_by": actor.display_name, "changed": False}
    with transaction.atomic():
        _step(actor, find(code), CaseAction.REJECT, revision=revision, note=text, clock=clock, values=values)


def reject_many(actor: Actor, codes: Sequence[str], *, reason: str, clock: Clock) -> int:
    """All of them or, where one is settled already, none; how many they were."""
    require(actor, Permission.ONE_SOURCE_DECIDE)
    with transaction.atomic():
        for code in codes:
            reject(actor, code, reason=reason, clock=clock)
    return len(codes)


def exclude_items(
    actor: Actor, code: str, places: Collection[Place], *, reason: str, revision: int, clock: Clock
) -> None:
    """Take single items out of a case for good: they are something else. With one line left it is not the same.

    Raises:
        DecisionInvalid: one of them is not of the case, or is its source.
    """
    require(actor, Permission.ONE_SOURCE_DECIDE)
    case, text = find(code), _checked("理由 / reason", reason, needed=True)
    rows = {(row.service, row.field): row for row in CaseItem.objects.filter(case=case)}
    if not places or not set(places) <= set(rows) or (case.source_service, case.source_field) in places:
        raise DecisionInvalid(
            place="信息项 / items",
            reason_zh="须从本事项中选择，且不能是数源",
            reason_en="choose among those of the case, without its source",
        )
    with transaction.atomic():
        _touch(case, revision, clock, changed=False)
        CaseItem.objects.filter(pk__in=[rows[place].pk for place in places]).update(excluded=True)
        _audit(actor, case, "exclude", clock, items=len(places))
        if _lines_left(case) < 2 and after(CaseStatus(case.status), CaseAction.REJECT):
            reject(actor, code, reason=text, clock=clock)


def _lines_left(case: ItemCase) -> int:
    known = holders()
    codes = CaseItem.objects.filter(case=case, held=True, excluded=False).values_list(
        "department__code", flat=True
    )
    return len({known[code].line for code in codes})


def reopen(actor: Actor, code: str, *, reason: str, revision: int, clock: Clock) -> None:
    """Take a settled case up again; until it is decided anew nobody has to take the item from anyone."""
    require(actor, Permission.ONE_SOURCE_DECIDE)
    text = _checked("理由 / reason", reason, needed=True)
    with transaction.atomic():
        _step(
            actor,
            find(code),
            CaseAction.REOPEN,
            revision=revision,
            note=text,
            clock=clock,
            values={"changed": False},
        )


def _checked(place: str, text: str, *, needed: bool) -> str:
    text = text.strip()
    if needed and not text:
        raise DecisionInvalid(place=place, reason_zh="不能为空", reason_en="it must not be empty")
    if len(text) > _LONGEST:
        raise DecisionInvalid(
            place=place, reason_zh=f"超过 {_LONGEST} 个字符", reason_en=f"longer than {_LONGEST} characters"
        )
    return text


def _step(
    actor: Actor,
    case: ItemCase,
    action: CaseAction,
    *,
    note: str,
    clock: Clock,
    revision: int | None = None,
    values: dict[str, Any] | None = None,
) -> None:
    """One step by the table; within the caller's transaction."""
    before = CaseStatus(case.status)
    target = after(before, action)
    if target is None:
        raise _conflict(case)
    rows = ItemCase.objects.filter(pk=case.pk, status=before.value)
    if revision is not None:
        rows = rows.filter(revision=revision)
    now = clock.now()
    moved = rows.update(**(values or {}), status=target.value, updated_at=now, revision=F("revision") + 1)
    if not moved:
        raise _conflict(ItemCase.objects.get(pk=case.pk))
    CaseStep.objects.create(
        case=case,
        action=action.value,
        before=before.value,
        after=target.value,
        by_id=actor.person_id,
        by_name=actor.display_name,
        at=now,
        note=note,
    )
    _audit(actor, case, action.value, clock, status=target.value)


def _touch(case: ItemCase, revision: int, clock: Clock, **values: Any) -> None:
    rows = ItemCase.objects.filter(pk=case.pk, revision=revision)
    if not rows.update(**values, updated_at=clock.now(), revision=F("revision") + 1):
        raise _conflict(ItemCase.objects.get(pk=case.pk))


def _audit(actor: Actor, case: ItemCase, act: str, clock: Clock, **detail: str | int) -> None:
    claiming = act == CaseAction.CLAIM.value
    record(
        actor,
        AuditAction.ONE_SOURCE_CLAIM if claiming else AuditAction.ONE_SOURCE_STEP,
        at=clock.now(),
        object_type="one_source_case",
        object_id=case.code,
        detail={"act": act, **detail},
    )


def _conflict(case: ItemCase) -> CaseConflict:
    status = CaseStatus(case.status)
    return CaseConflict(case=case.code, status_zh=status.zh, status_en=status.en)
