"""Legal holds (冻结、诉讼保全): while one stands, nothing of its entry or department is destroyed."""

from datetime import date

from django.db import transaction
from django.db.models import Q, QuerySet

from jutong.control.collection.api import pooled_entry
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department_id,
    next_number,
    record,
    require,
    scope,
)
from jutong.control.retention.errors import Executing, HoldInvalid, HoldNotFound
from jutong.control.retention.models import Destruction, LegalHold, Numbering
from jutong.control.retention.terms import DestructionStage
from jutong.control.retention.values import HoldView
from jutong.kernel.clock import Clock, business_date


def place_hold(
    actor: Actor,
    *,
    reason: str,
    document: str,
    clock: Clock,
    service: str = "",
    department: str = "",
    until: date | None = None,
) -> HoldView:
    """Keep an entry, or a whole department, from destruction; until a day, or until it is lifted.

    Raises:
        NotHooked: nothing was ever collected for the entry.
        HoldInvalid: neither or both are named, no reason or document, a day that is past.
        Executing: the destruction is being carried out.
    """
    entry = pooled_entry(service) if service else None
    require(actor, Permission.HOLD_PLACE, entry.department if entry else department or None)
    today = business_date(clock.now())
    for wrong, zh, en in (
        (
            bool(entry) == bool(department),
            "请指明一个目录条目，或一个部门",
            "name one entry, or one department",
        ),
        (
            not reason.strip() or not document.strip(),
            "请写明事由和文书号",
            "give the reason and the document",
        ),
        (until is not None and until < today, "截止日期已过", "its last day is past"),
    ):
        if wrong:
            raise HoldInvalid(reason_zh=zh, reason_en=en)
    with transaction.atomic():
        now = clock.now()
        number = numbered("DJ", today.year)
        touched = Destruction.objects.filter(stage=DestructionStage.EXECUTING.value)
        touched = (
            touched.filter(entry_id=entry.entry_id)
            if entry
            else touched.filter(entry__provider__code=department)
        )
        if busy := touched.select_related("entry").first():
            raise Executing(service=busy.entry.service)
        row = LegalHold.objects.create(
            number=number,
            entry_id=entry.entry_id if entry else None,
            department_id=department_id(department) if department else None,
            reason=reason.strip(),
            document=document.strip(),
            until=until,
            placed_by_id=actor.person_id,
            placed_by_name=actor.display_name,
            placed_at=now,
        )
        _record(actor, AuditAction.HOLD_PLACE, row, clock)
    return _view(row, today)


def lift_hold(actor: Actor, number: str, *, reason: str, clock: Clock) -> HoldView:
    """End a hold before its day.

    Raises:
        HoldNotFound: none of this number stands.
        HoldInvalid: no reason is given.
    """
    today = business_date(clock.now())
    row = _standing(today).filter(number=number).first()
    if row is None:
        raise HoldNotFound(number=number)
    require(actor, Permission.HOLD_PLACE, _owner(row))
    if not reason.strip():
        raise HoldInvalid(reason_zh="请写明解除的事由", reason_en="say why it is lifted")
    with transaction.atomic():
        row.lifted_at, row.lifted_by_name, row.lift_reason = (
            clock.now(),
            actor.display_name,
            reason.strip(),
        )
        row.save()
        _record(actor, AuditAction.HOLD_LIFT, row, clock)
    return _view(row, today)


def holds(actor: Actor, *, today: date) -> tuple[HoldView, ...]:
    """The holds within the actor's scope, standing ones first, then the newest."""
    require(actor, Permission.RETENTION_READ)
    rows = LegalHold.objects.select_related("entry__provider", "department")
    reach = scope(actor, Permission.RETENTION_READ)
    if reach is not None:
        rows = rows.filter(Q(entry__provider__code__in=reach) | Q(department__code__in=reach))
    return tuple(sorted((_view(row, today) for row in rows), key=lambda view: not view.stands))


def hold_on(service: str, today: date) -> str:
    """The number of a hold that stands over this entry or its department; empty without."""
    rows = _standing(today).filter(Q(entry__service=service) | Q(department__entries__service=service))
    return rows.values_list("number", flat=True).first() or ""


def held_services(today: date) -> frozenset[str]:
    """Service names of every entry under a standing hold: their old versions stay in the lake, too."""
    standing = _standing(today)
    entries = standing.filter(entry__isnull=False).values_list("entry__service", flat=True)
    departments = standing.filter(department__isnull=False)
    owned = departments.values_list("department__entries__service", flat=True)
    return frozenset({*entries, *(service for service in owned if service)})


def held_keys(today: date) -> tuple[dict[int, str], dict[int, str]]:
    """(entry's key → hold's number, department's key → hold's number) of all that stand."""
    standing = _standing(today)
    entries = standing.filter(entry__isnull=False).values_list("entry_id", "number")
    departments = standing.filter(department__isnull=False).values_list("department_id", "number")
    return dict(entries), dict(departments)


def numbered(kind: str, year: int) -> str:
    """The next number of this kind of document in the year, such as DJ-2026-0007."""
    return f"{kind}-{year}-{next_number(Numbering, 'last', key=f'{kind}-{year}'):04d}"


def _standing(today: date) -> QuerySet[LegalHold]:
    return LegalHold.objects.select_related("entry__provider", "department").filter(
        Q(until=None) | Q(until__gte=today), lifted_at=None
    )


def _owner(row: LegalHold) -> str:
    if row.entry is not None:
        return row.entry.provider.code
    return row.department.code if row.department else ""


def _record(actor: Actor, action: AuditAction, row: LegalHold, clock: Clock) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="legal_hold",
        object_id=row.number,
        department=_owner(row),
        detail={"service": row.entry.service if row.entry else "", "document": row.document},
    )


def _view(row: LegalHold, today: date) -> HoldView:
    owner = row.entry.provider if row.entry else row.department
    return HoldView(
        number=row.number,
        service=row.entry.service if row.entry else "",
        title=row.entry.title if row.entry else "",
        department=owner.code if owner else "",
        department_name=owner.name if owner else "",
        reason=row.reason,
        document=row.document,
        until=row.until,
        placed_by=row.placed_by_name,
        placed_at=row.placed_at,
        lifted_by=row.lifted_by_name,
        lifted_at=row.lifted_at,
        lift_reason=row.lift_reason,
        stands=row.lifted_at is None and (row.until is None or row.until >= today),
    )
