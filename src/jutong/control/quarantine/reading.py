"""Work orders and corrections as views, within the reader's scope."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import Count, Q, Sum

from jutong.control.directory.api import Actor, Permission, can, require, scope
from jutong.control.quarantine.errors import CorrectionNotFound, OrderNotFound
from jutong.control.quarantine.models import Correction, OrderEvent, WorkOrder
from jutong.control.quarantine.terms import CorrectionState, OrderAction, OrderStatus
from jutong.control.quarantine.transitions import BY_AUTHORITY, BY_DEPARTMENT, after
from jutong.control.quarantine.values import (
    EVERY_ORDER,
    CorrectionView,
    OrderCounts,
    OrderEventView,
    OrderFilter,
    OrderView,
)
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.collection import ReadmitReport


def orders(
    actor: Actor,
    where: OrderFilter = EVERY_ORDER,
    *,
    clock: Clock,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[OrderView]:
    """Work orders within the actor's scope, the newest first."""
    require(actor, Permission.QUARANTINE_READ)
    rows = _within(actor).order_by("-pk")
    exact = {
        "entry__service": where.service,
        "entry__provider__code": where.department,
        "status": where.status.value if where.status else "",
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if where.standing:
        rows = rows.exclude(status=OrderStatus.CLOSED.value)
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    today = business_date(clock.now())
    return Page(rows=tuple(order_view(actor, row, today) for row in found[:limit]), next_cursor=following)


def order(actor: Actor, code: str, *, clock: Clock) -> OrderView:
    """One work order with what happened to it.

    Raises:
        OrderNotFound: there is none.
    """
    row = find_order(code)
    require(actor, Permission.QUARANTINE_READ, row.entry.provider.code)
    events = tuple(_event_view(event) for event in row.events.all())
    return order_view(actor, row, business_date(clock.now()), events)


def corrections(actor: Actor, service: str, *, limit: int = 20) -> tuple[CorrectionView, ...]:
    """The newest files of corrections of an entry."""
    require(actor, Permission.QUARANTINE_READ)
    rows = Correction.objects.select_related("entry").filter(entry__service=service)
    reach = scope(actor, Permission.QUARANTINE_READ)
    if reach is not None:
        rows = rows.filter(entry__provider__code__in=reach)
    return tuple(correction_view(row) for row in rows[:limit])


def order_counts(actor: Actor, *, clock: Clock) -> Mapping[str, OrderCounts]:
    """Department's code → how its work orders stand, within the actor's scope."""
    require(actor, Permission.QUARANTINE_READ)
    today = business_date(clock.now())
    standing = ~Q(status=OrderStatus.CLOSED.value)
    rows = (
        _within(actor)
        .order_by()
        .values("entry__provider__code")
        .annotate(
            standing=Count("pk", filter=standing),
            overdue=Count("pk", filter=standing & Q(due_on__lt=today)),
            closed=Count("pk", filter=~standing),
            rows_open=Sum("rows_open", filter=standing),
        )
    )
    return {
        row["entry__provider__code"]: OrderCounts(
            standing=row["standing"],
            overdue=row["overdue"],
            closed=row["closed"],
            rows_open=row["rows_open"] or 0,
        )
        for row in rows
    }


def find_order(code: str) -> WorkOrder:
    row: WorkOrder | None = _rows().filter(code=code).first()
    if row is None:
        raise OrderNotFound(order=code)
    return row


def find_correction(code: str) -> Correction:
    row = Correction.objects.select_related("entry__provider").filter(code=code).first()
    if row is None:
        raise CorrectionNotFound(correction=code)
    return row


def _rows() -> Any:
    return WorkOrder.objects.select_related("entry__provider")


def _within(actor: Actor) -> Any:
    reach = scope(actor, Permission.QUARANTINE_READ)
    return _rows() if reach is None else _rows().filter(entry__provider__code__in=reach)


def order_view(
    actor: Actor, row: WorkOrder, today: date, events: tuple[OrderEventView, ...] = ()
) -> OrderView:
    status = OrderStatus(row.status)
    return OrderView(
        code=row.code,
        service=row.entry.service,
        title=row.entry.title,
        department=row.entry.provider.code,
        department_name=row.entry.provider.name,
        reason=row.reason,
        status=status,
        rows_open=row.rows_open,
        rows_most=row.rows_most,
        samples=tuple(row.samples),
        first_run=row.first_run,
        last_run=row.last_run,
        limit_code=row.limit_code,
        opened_at=row.opened_at,
        due_on=row.due_on,
        closed_at=row.closed_at,
        overdue=status is not OrderStatus.CLOSED and row.due_on < today,
        actions=_actions(actor, row, status),
        events=events,
    )


def _actions(actor: Actor, row: WorkOrder, status: OrderStatus) -> tuple[OrderAction, ...]:
    allowed: list[OrderAction] = []
    for permission, actions in (
        (Permission.QUARANTINE_CORRECT, BY_DEPARTMENT),
        (Permission.QUARANTINE_SETTLE, BY_AUTHORITY),
    ):
        if can(actor, permission, row.entry.provider.code):
            allowed += [action for action in actions if after(status, action) is not None]
    return tuple(allowed)


def _event_view(row: OrderEvent) -> OrderEventView:
    return OrderEventView(
        at=row.at,
        by=row.actor_name,
        action=OrderAction(row.action),
        status=OrderStatus(row.status),
        rows=row.rows,
        run_id=row.run_id,
        note=row.note,
    )


def correction_view(row: Correction) -> CorrectionView:
    return CorrectionView(
        code=row.code,
        service=row.entry.service,
        file_name=row.file_name,
        state=CorrectionState(row.state),
        received_at=row.received_at,
        received_by=row.received_by_name,
        ended_at=row.ended_at,
        report=ReadmitReport.from_json(row.report) if row.report else None,
    )
