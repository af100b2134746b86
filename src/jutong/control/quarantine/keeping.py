"""Work orders follow what is open in the lake: made, merged, closed by deliveries; moved by people in between."""

from collections.abc import Mapping, Sequence
from typing import Final

from django.db import transaction

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    city_calendar,
    city_limit,
    record,
    require,
)
from jutong.control.quarantine.errors import OrderConflict, ReasonMissing
from jutong.control.quarantine.models import OrderEvent, OrderMark, WorkOrder
from jutong.control.quarantine.reading import find_order, order
from jutong.control.quarantine.terms import OrderAction, OrderStatus
from jutong.control.quarantine.transitions import BY_AUTHORITY, after
from jutong.control.quarantine.values import OrderView
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.ids import new_id
from jutong.vocabulary.collection import OpenReason
from jutong.vocabulary.time_limits import due_date

LIMIT: Final = "Q1"
"""提供部门整改质量问题工单; the city may set its own days."""
_NOTE: Final = 1000


def keep_orders(
    actor: Actor, service: str, found: Sequence[OpenReason], *, run_id: str, version: int | None, clock: Clock
) -> tuple[str, ...]:
    """Bring the work orders of an entry in line with what is open now; the codes of those that were opened.

    One order a reason: rows of a later delivery with the same reason join the open one; an order whose rows are
    all gone is closed. Carried out again with the same facts, it changes nothing.
    """
    require(actor, Permission.QUARANTINE_KEEP)
    contract = contract_of(service)
    reasons = {one.reason: one for one in found}
    opened = []
    with transaction.atomic():
        standing = {
            row.reason: row
            for row in WorkOrder.objects.select_for_update().filter(
                entry__service=service, open_key__isnull=False
            )
        }
        for reason, row in standing.items():
            _follow(actor, row, reasons.get(reason), run_id, clock)
        for reason, one in reasons.items():
            if reason not in standing:
                opened.append(_open(actor, service, contract.provider, one, run_id, clock))
        if version is not None:
            OrderMark.objects.update_or_create(service=service, defaults={"version": version})
    return tuple(opened)


def unkept(versions: Mapping[str, int]) -> dict[str, int]:
    """Those of `versions` (service → newest version) whose work orders are not yet in line with them."""
    kept = dict(OrderMark.objects.values_list("service", "version"))
    return {service: version for service, version in versions.items() if kept.get(service) != version}


def _open(actor: Actor, service: str, provider: str, one: OpenReason, run_id: str, clock: Clock) -> str:
    now, entry = clock.now(), entry_id(service)
    row = WorkOrder.objects.create(
        code=new_id("wo"),
        entry_id=entry,
        reason=one.reason[:200],
        open_key=f"{entry}:{one.reason}"[:240],
        status=OrderStatus.SENT.value,
        rows_open=one.rows,
        rows_most=one.rows,
        samples=list(one.samples),
        first_run=run_id,
        last_run=run_id,
        limit_code=LIMIT,
        opened_at=now,
        due_on=due_date(city_limit(LIMIT), business_date(now), calendar=city_calendar()),
    )
    _note(actor, row, OrderAction.OPEN, clock, rows=one.rows, run_id=run_id)
    record(
        actor,
        AuditAction.ORDER_OPEN,
        at=now,
        object_type="work_order",
        object_id=row.code,
        department=provider,
        detail={"service": service, "reason": one.reason, "rows": one.rows, "run": run_id},
    )
    return row.code


def _follow(actor: Actor, row: WorkOrder, one: OpenReason | None, run_id: str, clock: Clock) -> None:
    """An open order after a delivery or a correction: closed, still wrong, or with other counts."""
    if one is None:
        _step(actor, row, OrderAction.CLOSE, clock, run_id=run_id)
        return
    changed = one.rows != row.rows_open or run_id != row.last_run
    row.rows_open, row.rows_most = one.rows, max(row.rows_most, one.rows)
    row.samples, row.last_run = list(one.samples), run_id
    row.save(update_fields=["rows_open", "rows_most", "samples", "last_run"])
    if changed and row.status == OrderStatus.CORRECTED.value:
        _step(actor, row, OrderAction.STILL, clock, run_id=run_id)


def step_order(actor: Actor, code: str, action: OrderAction, *, note: str = "", clock: Clock) -> OrderView:
    """A person's step: take, report as corrected, refuse, send again, accept a refusal, note.

    Raises:
        OrderConflict: the order is in another state by now.
        ReasonMissing: a refusal without its reason.
    """
    row = find_order(code)
    permission = Permission.QUARANTINE_SETTLE if action in BY_AUTHORITY else Permission.QUARANTINE_CORRECT
    require(actor, permission, row.entry.provider.code)
    if action is OrderAction.REFUSE and not note.strip():
        raise ReasonMissing
    with transaction.atomic():
        row = (
            WorkOrder.objects.select_for_update(of=("self",)).select_related("entry__provider").get(pk=row.pk)
        )
        if action is OrderAction.NOTE:
            _note(actor, row, action, clock, note=note)
        else:
            _step(actor, row, action, clock, note=note)
    return order(actor, code, clock=clock)


def note_readmission(actor: Actor, service: str, *, correction: str, rows: int, clock: Clock) -> None:
    """Say in the open orders of an entry that corrected rows came in."""
    require(actor, Permission.QUARANTINE_KEEP)
    for row in WorkOrder.objects.filter(entry__service=service, open_key__isnull=False):
        if not row.events.filter(action=OrderAction.READMIT.value, run_id=correction).exists():
            _note(actor, row, OrderAction.READMIT, clock, rows=rows, run_id=correction)


def _step(
    actor: Actor, row: WorkOrder, action: OrderAction, clock: Clock, *, run_id: str = "", note: str = ""
) -> None:
    status = OrderStatus(row.status)
    target = after(status, action)
    if target is None:
        raise OrderConflict(order=row.code, status_zh=status.zh, status_en=status.en)
    row.status = target.value
    if target is OrderStatus.CLOSED:
        row.closed_at, row.open_key = clock.now(), None
        if action is OrderAction.CLOSE:
            row.rows_open = 0
    row.save(update_fields=["status", "closed_at", "open_key", "rows_open"])
    _note(actor, row, action, clock, rows=row.rows_open, run_id=run_id, note=note)
    record(
        actor,
        AuditAction.ORDER_STEP,
        at=clock.now(),
        object_type="work_order",
        object_id=row.code,
        department=row.entry.provider.code,
        detail={"action": action.value, "status": target.value, "run": run_id},
    )


def _note(
    actor: Actor,
    row: WorkOrder,
    action: OrderAction,
    clock: Clock,
    *,
    rows: int = 0,
    run_id: str = "",
    note: str = "",
) -> None:
    OrderEvent.objects.create(
        order=row,
        at=clock.now(),
        actor_name=actor.display_name,
        action=action.value,
        status=row.status,
        rows=rows,
        run_id=run_id,
        note=note.strip()[:_NOTE],
    )
