"""The negative list (负面清单): what is refused, on which law, reviewed by the authority, until when."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q, QuerySet

from jutong.control.directory.api import Actor, AuditAction, Permission, can, record, require, scope
from jutong.control.lists import numbers
from jutong.control.lists.errors import BasisMissing, ListConflict, NegativeNotFound, ReviewInvalid
from jutong.control.lists.models import Demand, NegativeItem
from jutong.control.lists.stepping import limit_day
from jutong.control.lists.terms import NegativeScope, NegativeState, Verdict
from jutong.control.lists.values import (
    SHARING_REFUSED,
    NegativeFilter,
    NegativeStatement,
    NegativeView,
    StepData,
)
from jutong.kernel.clock import Clock, business_date

EXAMINATION: Final = "N1"
EXPIRY: Final = "N2"
WARNED: Final = timedelta(days=30)
"""How long before its re-examination an item is shown as due."""
READ: Final = Permission.ENTRY_READ
ON_THE_LIST: Final = frozenset({NegativeState.IN_FORCE, NegativeState.DUE, NegativeState.EXPIRED})
WITH_DEPARTMENT: Final = frozenset(
    {NegativeState.BLOCKED, NegativeState.RETURNED, NegativeState.DUE, NegativeState.EXPIRED}
)
WITH_BUREAU: Final = frozenset({NegativeState.PENDING, NegativeState.DUE, NegativeState.EXPIRED})
_FEW: Final = 500
_LIMITS: Final = {"reason": 1000, "basis_document": 200, "basis_number": 80, "basis_article": 80}


def negative_list(
    actor: Actor, where: NegativeFilter = SHARING_REFUSED, *, clock: Clock
) -> tuple[NegativeView, ...]:
    """Refusals that have their basis: what is or may come on the published list."""
    return tuple(
        view for view in refusals(actor, where, clock=clock) if view.state is not NegativeState.BLOCKED
    )


def refusals(
    actor: Actor,
    where: NegativeFilter = SHARING_REFUSED,
    *,
    clock: Clock,
    start: int = 0,
    limit: int | None = None,
) -> tuple[NegativeView, ...]:
    """Refusals, those without a basis too: they block, and are a task of their department.

    In the order of departments and numbers, from the row `start` on; None: to the end.
    """
    require(actor, READ)
    today = business_date(clock.now())
    found, stop = _matching(where), None if limit is None else start + limit
    if where.state is None:
        return tuple(view_of(row, today) for row in found[start:stop])
    keys = [key for key, state in _states(found, today) if state is where.state][start:stop]
    rows = {row.pk: row for few in _fews(keys) for row in _active().filter(pk__in=few)}
    return tuple(view_of(rows[key], today) for key in keys)


def count_refusals(
    actor: Actor, where: NegativeFilter = SHARING_REFUSED, *, clock: Clock
) -> dict[NegativeState, int]:
    """How many refusals there are of each state, all states told."""
    require(actor, READ)
    counts = Counter(state for _, state in _states(_matching(where), business_date(clock.now())))
    return {state: counts[state] for state in NegativeState if where.state in {None, state}}


def _matching(where: NegativeFilter) -> QuerySet[NegativeItem]:
    found = _active().order_by("department__code", "number")
    if where.department:
        found = found.filter(department__code=where.department)
    if where.scope:
        found = found.filter(scope=where.scope.value)
    for word in where.text.split()[:6]:
        found = found.filter(
            Q(number__icontains=word)
            | Q(name__icontains=word)
            | Q(entry_code__icontains=word)
            | Q(basis_document__icontains=word)
        )
    return found


def _states(found: QuerySet[NegativeItem], today: date) -> Iterator[tuple[int, NegativeState]]:
    """Key and state of each row, light: a whole city is judged for one page."""
    for key, refused, verdict, examine_on, expires_on, *said in found.values_list(
        "pk", "scope", "verdict", "examine_on", "expires_on", *_LIMITS
    ):
        statement = NegativeStatement(**dict(zip(_LIMITS, said, strict=True)))
        yield (
            key,
            state_of(
                statement,
                NegativeScope(refused),
                Verdict(verdict),
                examine_on=examine_on,
                expires_on=expires_on,
                today=today,
            ),
        )


def _fews(keys: Sequence[int]) -> Iterator[Sequence[int]]:
    for start in range(0, len(keys), _FEW):
        yield keys[start : start + _FEW]


def refusal(actor: Actor, number: str, *, clock: Clock) -> NegativeView:
    """Raises `NegativeNotFound` when there is none."""
    require(actor, READ)
    return view_of(_find(number), business_date(clock.now()))


def declare(
    actor: Actor, number: str, statement: NegativeStatement, *, revision: int, clock: Clock
) -> NegativeView:
    """The department states reason and law anew; the authority reviews it again.

    Raises:
        BasisMissing: to refuse sharing needs document, number and article.
        ListConflict: someone changed it since `revision`.
    """
    row = _find(number)
    require(actor, Permission.ENTRY_DRAFT, row.department.code)
    said = _checked(statement, NegativeScope(row.scope))
    now = clock.now()
    with transaction.atomic():
        _change(
            row,
            revision,
            reason=said.reason,
            basis_document=said.basis_document,
            basis_number=said.basis_number,
            basis_article=said.basis_article,
            declared=True,
            verdict=Verdict.PENDING.value,
        )
        _record(actor, AuditAction.NEGATIVE_DECLARE, row, now)
    return refusal(actor, number, clock=clock)


def review(
    actor: Actor,
    number: str,
    verdict: Verdict,
    *,
    revision: int,
    clock: Clock,
    opinion: str = "",
    examine_on: date | None = None,
    expires_on: date | None = None,
) -> NegativeView:
    """ACCEPTED, from today until `expires_on` and examined again on `examine_on` (None: the limits N1 and N2);
    or RETURNED with what to mend.

    Raises:
        BasisMissing: what has no basis cannot be accepted.
        ReviewInvalid: an opinion or a sensible day is missing.
        ListConflict: someone changed it since `revision`.
    """
    row = _find(number)
    require(actor, Permission.NEGATIVE_REVIEW, row.department.code)
    now = clock.now()
    today = business_date(now)
    values: dict[str, Any] = {
        "verdict": verdict.value,
        "opinion": opinion.strip(),
        "reviewed_by": actor.display_name,
        "reviewed_at": now,
    }
    if verdict is Verdict.ACCEPTED:
        _checked(_statement(row), NegativeScope(row.scope))
        examine, expires = _days(today, examine_on, expires_on)
        values |= {"examine_on": examine, "expires_on": expires}
    elif verdict is Verdict.PENDING or not opinion.strip():
        raise ReviewInvalid(reason_zh="退回补正须写明意见", reason_en="to return it, say what to mend")
    with transaction.atomic():
        _change(row, revision, **values)
        _record(actor, AuditAction.NEGATIVE_REVIEW, row, now, verdict=verdict.value)
    return refusal(actor, number, clock=clock)


def refuse_by_decision(actor: Actor, demand: Demand, *, reason: str, data: StepData, clock: Clock) -> None:
    """What was decided not to be shared goes on the list with the law that the decision names."""
    now = clock.now()
    today = business_date(now)
    said = _checked(
        NegativeStatement(
            reason=reason,
            basis_document=data.basis_document,
            basis_number=data.basis_number,
            basis_article=data.basis_article,
        ),
        NegativeScope.SHARING,
    )
    examine, expires = _days(today, None, None)
    source = demand.assigned or demand.department
    (number,) = numbers.take(numbers.NEGATIVE, today)
    row = NegativeItem.objects.create(
        number=number,
        scope=NegativeScope.SHARING.value,
        department=source,
        demand=demand,
        name=demand.name,
        reason=said.reason,
        basis_document=said.basis_document,
        basis_number=said.basis_number,
        basis_article=said.basis_article,
        declared=True,
        verdict=Verdict.ACCEPTED.value,
        opinion=f"共享争议裁决：{demand.number}",
        reviewed_by=actor.display_name,
        reviewed_at=now,
        examine_on=examine,
        expires_on=expires,
        created_at=now,
    )
    _record(actor, AuditAction.NEGATIVE_REVIEW, row, now, verdict=Verdict.ACCEPTED.value)


def count_waiting(actor: Actor, *, clock: Clock) -> int:
    """Refusals of sharing that wait for the actor: for its department to mend, or for the authority to review."""
    rows, mine = _active().filter(_SHARING), WITH_BUREAU
    if not can(actor, Permission.NEGATIVE_REVIEW):
        mine, reach = WITH_DEPARTMENT, scope(actor, Permission.ENTRY_DRAFT)
        rows = rows if reach is None else rows.filter(department__code__in=reach)
    return sum(state in mine for _, state in _states(rows, business_date(clock.now())))


_SHARING: Final = Q(scope=NegativeScope.SHARING.value)


def state_of(
    statement: NegativeStatement,
    scope: NegativeScope,
    verdict: Verdict,
    *,
    examine_on: date | None,
    expires_on: date | None,
    today: date,
) -> NegativeState:
    """How a refusal stands on `today`; without a basis nothing else counts."""
    if missing(statement, scope):
        return NegativeState.BLOCKED
    if verdict is not Verdict.ACCEPTED:
        return NegativeState.PENDING if verdict is Verdict.PENDING else NegativeState.RETURNED
    if expires_on is not None and today > expires_on:
        return NegativeState.EXPIRED
    if examine_on is not None and today >= examine_on - WARNED:
        return NegativeState.DUE
    return NegativeState.IN_FORCE


def missing(statement: NegativeStatement, scope: NegativeScope) -> tuple[tuple[str, str], ...]:
    """(中文, English) names of what a refusal lacks; not to open needs a reason, not to share the law as well."""
    wanted = [("理由", "the reason", statement.reason)]
    if scope is NegativeScope.SHARING:
        wanted += [
            ("依据文件名", "the document", statement.basis_document),
            ("文号", "its number", statement.basis_number),
            ("条款", "the article", statement.basis_article),
        ]
    return tuple((zh, en) for zh, en, text in wanted if not text.strip())


def view_of(row: NegativeItem, today: date) -> NegativeView:
    scope, verdict, statement = NegativeScope(row.scope), Verdict(row.verdict), _statement(row)
    return NegativeView(
        number=row.number,
        scope=scope,
        department=row.department.code,
        department_name=row.department.name,
        service=row.entry.service if row.entry else "",
        entry_code=row.entry_code,
        name=row.name,
        field=row.field,
        statement=statement,
        declared=row.declared,
        verdict=verdict,
        opinion=row.opinion,
        reviewed_by=row.reviewed_by,
        reviewed_at=row.reviewed_at,
        examine_on=row.examine_on,
        expires_on=row.expires_on,
        state=state_of(
            statement, scope, verdict, examine_on=row.examine_on, expires_on=row.expires_on, today=today
        ),
        demand=row.demand.number if row.demand else "",
        revision=row.revision,
    )


def _statement(row: NegativeItem) -> NegativeStatement:
    return NegativeStatement(
        reason=row.reason,
        basis_document=row.basis_document,
        basis_number=row.basis_number,
        basis_article=row.basis_article,
    )


def _checked(statement: NegativeStatement, scope: NegativeScope) -> NegativeStatement:
    said = replace(statement, **{name: getattr(statement, name).strip() for name in _LIMITS})
    lacking = missing(said, scope)
    if lacking:
        raise BasisMissing(
            missing_zh="、".join(zh for zh, _ in lacking), missing_en=", ".join(en for _, en in lacking)
        )
    for name, limit in _LIMITS.items():
        if len(getattr(said, name)) > limit:
            raise ReviewInvalid(
                reason_zh=f"有一项超过 {limit} 字", reason_en=f"a text is longer than {limit} characters"
            )
    return said


def _days(today: date, examine_on: date | None, expires_on: date | None) -> tuple[date | None, date | None]:
    examine = examine_on or limit_day(EXAMINATION, today)
    expires = expires_on or limit_day(EXPIRY, today)
    if examine and expires and not today < examine <= expires:
        raise ReviewInvalid(
            reason_zh="复审日期须在今天之后、有效期之内",
            reason_en="the day of re-examination lies after today and not after the expiry",
        )
    return examine, expires


def _active() -> QuerySet[NegativeItem]:
    return NegativeItem.objects.filter(active=True).select_related("department", "entry", "demand")


def _find(number: str) -> NegativeItem:
    row = _active().filter(number=number).first()
    if row is None:
        raise NegativeNotFound(number=number)
    return row


def _change(row: NegativeItem, revision: int, **values: Any) -> None:
    moved = NegativeItem.objects.filter(pk=row.pk, revision=revision).update(
        **values, revision=F("revision") + 1
    )
    if not moved:
        raise ListConflict(number=row.number)


def _record(actor: Actor, action: AuditAction, row: NegativeItem, at: datetime, **detail: str) -> None:
    record(
        actor,
        action,
        at=at,
        object_type="negative",
        object_id=row.number,
        department=row.department.code,
        detail=detail,
    )
