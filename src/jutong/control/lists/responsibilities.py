"""Responsibilities (责任清单): the catalogue split by department, and what was promised before there is an entry."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet, prefetch_related_objects

from jutong.control.catalogue.api import EntryFacts, live_facts
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    can,
    department_id,
    departments,
    record,
    require,
    scope,
)
from jutong.control.lists import numbers
from jutong.control.lists.errors import ListConflict, ResponsibilityInvalid, ResponsibilityNotFound
from jutong.control.lists.fulfilment import checks_of, status_of
from jutong.control.lists.judging import Happened, evidence_of, happened_by, judged
from jutong.control.lists.models import Demand, Responsibility
from jutong.control.lists.stepping import limit_day
from jutong.control.lists.terms import Fulfilment, Origin, Period
from jutong.control.lists.values import (
    EVERY_RESPONSIBILITY,
    DepartmentFulfilment,
    DutyDraft,
    ResponsibilityFacts,
    ResponsibilityFilter,
    ResponsibilityView,
)
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import SharingType

READ: Final = Permission.ENTRY_READ
DELIVERY: Final = "D6"
_FEW: Final = 500


def responsibilities(
    actor: Actor,
    where: ResponsibilityFilter = EVERY_RESPONSIBILITY,
    *,
    clock: Clock,
    start: int = 0,
    limit: int | None = None,
) -> tuple[ResponsibilityView, ...]:
    """The list in the order of departments and numbers, from the row `start` on; None: to its end."""
    return responsibility_page(actor, where, clock=clock, start=start, limit=limit)[0]


def responsibility_page(
    actor: Actor,
    where: ResponsibilityFilter = EVERY_RESPONSIBILITY,
    *,
    clock: Clock,
    start: int = 0,
    limit: int | None = None,
) -> tuple[tuple[ResponsibilityView, ...], int]:
    """Those rows of the list, and how many it has in all."""
    require(actor, READ)
    happened = happened_by(clock)
    keys = _keys(where, happened)
    return _views(keys[start : None if limit is None else start + limit], happened), len(keys)


def count_responsibilities(
    actor: Actor, where: ResponsibilityFilter = EVERY_RESPONSIBILITY, *, clock: Clock
) -> int:
    require(actor, READ)
    return len(_keys(where, happened_by(clock)))


def responsibility(actor: Actor, number: str, *, clock: Clock) -> ResponsibilityView:
    """Raises `ResponsibilityNotFound` when there is none."""
    require(actor, READ)
    (view,) = _views([_find(number).pk], happened_by(clock))
    return view


def fulfilment_by_department(actor: Actor, *, clock: Clock) -> tuple[DepartmentFulfilment, ...]:
    """Every department with responsibilities, the best rate first."""
    require(actor, READ)
    happened = happened_by(clock)
    counts: dict[str, Counter[Fulfilment]] = {}
    confirmed: Counter[str] = Counter()
    for row, status in judged(_active(), happened):
        counts.setdefault(row.department, Counter())[status] += 1
        confirmed[row.department] += row.confirmed
    names = {one.code: one.name for one in departments(active_only=False)}
    found = [
        DepartmentFulfilment(
            department=code, department_name=names[code], counts=dict(each), confirmed=confirmed[code]
        )
        for code, each in counts.items()
    ]
    return tuple(sorted(found, key=lambda one: (-(one.rate or 0), one.department)))


def add_duty(actor: Actor, draft: DutyDraft, *, clock: Clock) -> ResponsibilityView:
    """A responsibility without an entry yet, added by the data authority.

    Raises:
        ResponsibilityInvalid: a text is missing or too long, or the day is over.
    """
    require(actor, Permission.RESPONSIBILITY_MANAGE)
    now = clock.now()
    for zh, en, text, limit in (
        ("数据名称", "name", draft.name, 120),
        ("责任人", "person", draft.person or "-", 60),
        *(("信息项", "items", item, 120) for item in draft.items),
    ):
        _check_text(zh, en, text, limit)
    if draft.due_on < business_date(now):
        raise _invalid("完成时限", "due day", "已经过去", "it is over")
    with transaction.atomic():
        (number,) = numbers.take(numbers.RESPONSIBILITY, business_date(now))
        Responsibility.objects.create(
            number=number,
            department_id=department_id(draft.department),
            origin=Origin.BUREAU.value,
            name=draft.name.strip(),
            items=list(draft.items),
            due_on=draft.due_on,
            person=draft.person.strip(),
            period=draft.period.value,
            created_at=now,
        )
        _record(actor, AuditAction.RESPONSIBILITY_ADD, number, draft.department, now)
    return responsibility(actor, number, clock=clock)


def change_responsibility(
    actor: Actor,
    number: str,
    *,
    due_on: date | None,
    person: str,
    period: Period,
    revision: int,
    clock: Clock,
) -> ResponsibilityView:
    """Set day, person and evaluation period; the authority for all, a department's approver only the person.

    Raises:
        ListConflict: someone changed it since `revision`.
    """
    row = _find(number)
    manages = bool(can(actor, Permission.RESPONSIBILITY_MANAGE))
    if not manages:
        require(actor, Permission.RESPONSIBILITY_CONFIRM, row.department.code)
    _check_text("责任人", "person", person or "-", 60)
    values: dict[str, Any] = {"person": person.strip()}
    if manages:
        values |= {"due_on": due_on, "period": period.value}
    with transaction.atomic():
        moved = Responsibility.objects.filter(pk=row.pk, revision=revision).update(
            **values, revision=F("revision") + 1
        )
        if not moved:
            raise ListConflict(number=number)
        _record(actor, AuditAction.RESPONSIBILITY_CHANGE, number, row.department.code, clock.now())
    return responsibility(actor, number, clock=clock)


def confirm_responsibilities(actor: Actor, given: Sequence[str], *, clock: Clock) -> int:
    """The department confirms what was split to it, as published now; how many were not confirmed before."""
    require(actor, Permission.RESPONSIBILITY_CONFIRM)
    rows = [row for row in _active().filter(number__in=given) if not _is_confirmed(row)]
    for code in sorted({row.department.code for row in rows}):
        require(actor, Permission.RESPONSIBILITY_CONFIRM, code)
    now = clock.now()
    with transaction.atomic():
        for row in rows:
            Responsibility.objects.filter(pk=row.pk).update(
                confirmed_version=row.entry_version,
                confirmed_at=now,
                confirmed_by=actor.display_name,
                revision=F("revision") + 1,
            )
            _record(actor, AuditAction.RESPONSIBILITY_CONFIRM, row.number, row.department.code, now)
    return len(rows)


def owe(actor: Actor, demand: Demand, *, clock: Clock, due_on: date | None = None) -> None:
    """The responsibility that an accepted or decided demand makes: a new one, or its entry's with the new day."""
    now = clock.now()
    day = due_on or limit_day(DELIVERY, business_date(now))
    source = demand.assigned
    if source is None:
        raise ResponsibilityInvalid(
            place_zh="责任部门", place_en="department", reason_zh="尚未分派", reason_en="none is assigned"
        )
    # What another department promised before, or has published since, stays as it is.
    promised = Q(entry__isnull=True) | Q(entry_id=demand.entry_id)
    own = Responsibility.objects.filter(promised, demand=demand, department=source, active=True).first()
    by_entry = (
        _active().filter(entry_id=demand.entry_id, department=source).first() if demand.entry_id else None
    )
    with transaction.atomic():
        if by_entry is not None and (own is None or own.pk == by_entry.pk):
            Responsibility.objects.filter(pk=by_entry.pk).update(
                demand=demand, due_on=day, revision=F("revision") + 1
            )
        elif by_entry is not None and own is not None:
            Responsibility.objects.filter(pk=by_entry.pk).update(demand=demand, due_on=own.due_on)
            Responsibility.objects.filter(pk=own.pk).update(
                active=False, ended_at=now, ended_because=f"并入 {by_entry.number}"
            )
        elif own is not None:
            Responsibility.objects.filter(pk=own.pk).update(
                entry_id=demand.entry_id, revision=F("revision") + 1
            )
        else:
            (number,) = numbers.take(numbers.RESPONSIBILITY, business_date(now))
            Responsibility.objects.create(
                number=number,
                department=source,
                origin=Origin.DEMAND.value,
                demand=demand,
                entry_id=demand.entry_id,
                name=demand.name,
                items=demand.items,
                due_on=day,
                created_at=now,
            )
            _record(actor, AuditAction.RESPONSIBILITY_ADD, number, source.code, now)


def responsibility_facts() -> ResponsibilityFacts:
    """For the inspection of the catalogue (rule C40), from the lists as they are kept."""
    rows = _active().filter(Q(entry__isnull=True) | Q(entry__live=False))
    covered = set(_active().filter(entry__live=True).values_list("entry_id", "department_id"))
    return ResponsibilityFacts(
        without_entry=tuple((row.number, row.department.code, row.name) for row in rows),
        uncovered=tuple(
            fact.service for fact in live_facts() if (fact.key, fact.provider_key) not in covered
        ),
    )


def count_unconfirmed(actor: Actor) -> int:
    """Responsibilities that wait for the actor's confirmation."""
    reach = scope(actor, Permission.RESPONSIBILITY_CONFIRM)
    rows = _active().filter(_UNCONFIRMED)
    return (rows if reach is None else rows.filter(department__code__in=reach)).count()


_UNCONFIRMED: Final = Q(confirmed_version__isnull=True) | ~Q(confirmed_version=F("entry_version"))


def _active() -> QuerySet[Responsibility]:
    return Responsibility.objects.filter(active=True).select_related("department")


def _find(number: str) -> Responsibility:
    row = Responsibility.objects.select_related("department").filter(number=number).first()
    if row is None:
        raise ResponsibilityNotFound(number=number)
    return row


def _keys(where: ResponsibilityFilter, happened: Happened) -> list[int]:
    rows = _active().order_by("department__code", "number")
    if where.department:
        rows = rows.filter(department__code=where.department)
    if where.origin:
        rows = rows.filter(origin=where.origin.value)
    if where.unconfirmed:
        rows = rows.filter(_UNCONFIRMED)
    for word in where.text.split()[:6]:
        rows = rows.filter(
            Q(number__icontains=word)
            | Q(name__icontains=word)
            | Q(entry__title__icontains=word)
            | Q(entry__code__icontains=word)
        )
    if where.status is None:
        return list(rows.values_list("pk", flat=True))
    return [row.pk for row, status in judged(rows, happened) if status is where.status]


def _is_confirmed(row: Responsibility) -> bool:
    return row.confirmed_version is not None and row.confirmed_version == (row.entry_version)


def _views(keys: Sequence[int], happened: Happened) -> tuple[ResponsibilityView, ...]:
    views: list[ResponsibilityView] = []
    for start in range(0, len(keys), _FEW):
        part = keys[start : start + _FEW]
        rows = Responsibility.objects.prefetch_related("department", "demand").in_bulk(part)
        facts = {
            fact.key: fact for fact in live_facts([row.entry_id for row in rows.values() if row.entry_id])
        }
        prefetch_related_objects([row for row in rows.values() if row.entry_id not in facts], "entry")
        views += (_view(rows[key], facts.get(rows[key].entry_id or 0), happened) for key in part)
    return tuple(views)


def _view(row: Responsibility, fact: EntryFacts | None, happened: Happened) -> ResponsibilityView:
    entry = fact or row.entry
    sharing = fact.sharing_type if fact else ""
    checks = checks_of(evidence_of(row.entry_id, fact is not None, sharing, happened))
    return ResponsibilityView(
        number=row.number,
        department=row.department.code,
        department_name=row.department.name,
        origin=Origin(row.origin),
        service=entry.service if entry else "",
        entry_code=fact.code if fact else "",
        name=fact.title if fact else row.name or (entry.title if entry else ""),
        items=tuple(item.name for item in fact.items) if fact else tuple(row.items),
        system=fact.system_name if fact else "",
        sharing_type=fact.sharing_type if fact else None,
        methods=fact.methods if fact and fact.sharing_type is not SharingType.NOT_SHARED else (),
        update_frequency=fact.update_frequency if fact else None,
        due_on=row.due_on,
        person=row.person or (fact.contact_name if fact else ""),
        period=Period(row.period),
        status=status_of(checks, due_on=row.due_on, today=happened.today),
        checks=checks,
        confirmed=_is_confirmed(row),
        confirmed_by=row.confirmed_by,
        confirmed_at=row.confirmed_at,
        demand=row.demand.number if row.demand else "",
        active=row.active,
        ended_because=row.ended_because,
        revision=row.revision,
    )


def _check_text(zh: str, en: str, text: str, limit: int) -> None:
    if not text.strip():
        raise _invalid(zh, en, "不能为空", "it is empty")
    if len(text) > limit or not text.isprintable():
        raise _invalid(
            zh, en, f"超过 {limit} 字或含有控制字符", f"it is longer than {limit} or not printable"
        )


def _invalid(zh: str, en: str, reason_zh: str, reason_en: str) -> ResponsibilityInvalid:
    return ResponsibilityInvalid(place_zh=zh, place_en=en, reason_zh=reason_zh, reason_en=reason_en)


def _record(actor: Actor, action: AuditAction, number: str, department: str, at: datetime) -> None:
    record(actor, action, at=at, object_type="responsibility", object_id=number, department=department)
