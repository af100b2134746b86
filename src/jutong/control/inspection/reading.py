"""Seeing findings and inspections: lists, counts by rule and department, the trend."""

from collections.abc import Mapping
from datetime import date
from functools import reduce
from operator import and_

from django.db.models import Count, Q, QuerySet

from jutong.control.directory.api import Actor, Permission, departments, require, scope
from jutong.control.inspection.models import Inspection, KnownFinding
from jutong.control.inspection.terms import FindingState, InspectionStatus
from jutong.control.inspection.values import (
    EVERY_FINDING,
    DepartmentCount,
    FindingFilter,
    FindingView,
    InspectionView,
    RuleCount,
    Standing,
)
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.catalogue import Severity


def inspection_view(row: Inspection) -> InspectionView:
    return InspectionView(
        key=row.key,
        status=InspectionStatus(row.status),
        requested_at=row.requested_at,
        requested_by=row.requested_by_name,
        done_at=row.done_at,
        entries=row.entries,
        items=row.items,
        clean=row.faultless,
        errors=row.errors,
        warnings=row.warnings,
        waived=row.waived,
        appeared=row.appeared,
        gone=row.gone,
        by_rule={rule: (errors, warnings) for rule, (errors, warnings) in row.by_rule.items()},
        by_department={code: (errors, warnings) for code, (errors, warnings) in row.by_department.items()},
    )


def inspections(actor: Actor, *, limit: int = 30) -> tuple[InspectionView, ...]:
    """The inspections that are done, the newest first."""
    require(actor, Permission.ENTRY_READ)
    rows = Inspection.objects.filter(status=InspectionStatus.DONE.value)[:limit]
    return tuple(inspection_view(row) for row in rows)


def latest(actor: Actor) -> InspectionView | None:
    """The newest inspection that is done."""
    return next(iter(inspections(actor, limit=1)), None)


def findings(
    actor: Actor,
    where: FindingFilter = EVERY_FINDING,
    *,
    clock: Clock,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[FindingView]:
    """Findings of the departments whose drafts the actor may see: errors first, then by rule."""
    today = business_date(clock.now())
    rows = _matching(actor, where, today).order_by("severity", "rule", "id")
    rows = rows.select_related("entry__provider")
    if cursor:
        rows = rows[decode_numbers(cursor, width=1)[0] :]
        start = decode_numbers(cursor, width=1)[0]
    else:
        start = 0
    found = list(rows[: limit + 1])
    newest = _newest()
    return Page(
        rows=tuple(_view(row, today, newest) for row in found[:limit]),
        next_cursor=encode_cursor([start + limit]) if len(found) > limit else None,
    )


def count_findings(actor: Actor, where: FindingFilter = EVERY_FINDING, *, clock: Clock) -> int:
    """How many findings `findings` would list in all."""
    return _matching(actor, where, business_date(clock.now())).count()


def standing(actor: Actor, *, clock: Clock, provider: str = "") -> Standing:
    """What stands now among the findings that the actor may see."""
    today = business_date(clock.now())
    rows = _visible(actor).filter(gone_at=None)
    if provider:
        rows = rows.filter(entry__provider__code=provider)
    waived = Q(waived_until__gte=today)
    error = Q(severity=Severity.ERROR.value)
    counts = rows.aggregate(
        errors=Count("pk", filter=error & ~waived_or_null(today)),
        warnings=Count("pk", filter=~error & ~waived_or_null(today)),
        overdue=Count("pk", filter=Q(due_on__lt=today) & ~waived_or_null(today)),
        appeared=Count("pk", filter=Q(first_seen_in=_newest()) & ~waived_or_null(today)),
        waived=Count("pk", filter=waived),
        fixable=Count("pk", filter=Q(fixable=True) & ~waived_or_null(today)),
    )
    return Standing(**counts)


def by_rule(actor: Actor, *, clock: Clock, provider: str = "") -> tuple[RuleCount, ...]:
    """Rules with findings that stand unwaived: errors first, then the most frequent."""
    rows = _matching(actor, FindingFilter(provider=provider), business_date(clock.now()))
    counted = (
        rows.values("rule", "severity")
        .annotate(
            findings=Count("pk"),
            entries=Count("entry", distinct=True),
            mendable=Count("pk", filter=Q(fixable=True)),
        )
        .order_by("severity", "-findings", "rule")
    )
    return tuple(
        RuleCount(
            rule=row["rule"],
            severity=Severity(row["severity"]),
            findings=row["findings"],
            entries=row["entries"],
            fixable=row["mendable"],
        )
        for row in counted
    )


def by_department(actor: Actor, *, clock: Clock) -> tuple[DepartmentCount, ...]:
    """What each department has to deal with, the most errors first."""
    today = business_date(clock.now())
    names = {one.code: one.name for one in departments(active_only=False)}
    error = Q(severity=Severity.ERROR.value)
    counted = (
        _matching(actor, EVERY_FINDING, today)
        .values("entry__provider__code")
        .annotate(
            errors=Count("pk", filter=error),
            warnings=Count("pk", filter=~error),
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            entries=Count("entry", distinct=True),
        )
        .order_by("-errors", "-warnings", "entry__provider__code")
    )
    return tuple(
        DepartmentCount(
            department=row["entry__provider__code"],
            department_name=names.get(row["entry__provider__code"], row["entry__provider__code"]),
            errors=row["errors"],
            warnings=row["warnings"],
            overdue=row["overdue"],
            entries=row["entries"],
        )
        for row in counted
    )


def waived_or_null(today: date) -> Q:
    """Waived on `today`; written so that its negation holds for rows without a waiver too."""
    return Q(waived_until__isnull=False, waived_until__gte=today)


def _newest() -> int:
    key = Inspection.objects.filter(status=InspectionStatus.DONE.value).values_list("pk", flat=True).first()
    return key or 0


def _visible(actor: Actor) -> QuerySet[KnownFinding]:
    require(actor, Permission.ENTRY_READ)
    reach = scope(actor, Permission.ENTRY_READ)
    rows = KnownFinding.objects.all()
    return rows if reach is None else rows.filter(entry__provider__code__in=reach)


def _matching(actor: Actor, where: FindingFilter, today: date) -> QuerySet[KnownFinding]:
    rows = _visible(actor).filter(_in_state(where.state, today))
    exact: Mapping[str, object] = {
        "rule": where.rule,
        "severity": where.severity.value if where.severity else "",
        "entry__provider__code": where.provider,
        "entry__service": where.service,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if where.overdue:
        rows = rows.filter(due_on__lt=today)
    if where.fixable:
        rows = rows.filter(fixable=True)
    words = where.text.split()[:5]
    if words:
        rows = rows.filter(
            reduce(and_, (Q(entry__title__icontains=word) | Q(place__icontains=word) for word in words))
        )
    return rows


def _in_state(state: FindingState | None, today: date) -> Q:
    stands = Q(gone_at=None) & ~waived_or_null(today)
    match state:
        case FindingState.GONE:
            return Q(gone_at__isnull=False)
        case FindingState.WAIVED:
            return Q(gone_at=None) & waived_or_null(today)
        case FindingState.NEW:
            return stands & Q(first_seen_in=_newest())
        case FindingState.STANDING:
            return stands & ~Q(first_seen_in=_newest())
        case _:
            return stands


def finding_view(row: KnownFinding, today: date) -> FindingView:
    return _view(row, today, _newest())


def _view(row: KnownFinding, today: date, newest: int) -> FindingView:
    waived = row.waived_until is not None and row.waived_until >= today
    state = FindingState.NEW if row.first_seen_in_id == newest else FindingState.STANDING
    if row.gone_at is not None:
        state = FindingState.GONE
    elif waived:
        state = FindingState.WAIVED
    return FindingView(
        key=row.pk,
        service=row.entry.service,
        title=row.entry.title,
        provider=row.entry.provider.code,
        provider_name=row.entry.provider.name,
        rule=row.rule,
        severity=Severity(row.severity),
        place=row.place,
        zh=row.zh,
        en=row.en,
        fixable=row.fixable,
        state=state,
        first_seen_at=row.first_seen_at,
        due_on=row.due_on,
        overdue=row.due_on is not None
        and row.due_on < today
        and state in {FindingState.NEW, FindingState.STANDING},
        gone_at=row.gone_at,
        waived_until=row.waived_until if waived else None,
        waive_reason=row.waive_reason if waived else "",
        waived_by=row.waived_by_name if waived else "",
    )
