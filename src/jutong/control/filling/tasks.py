"""Tasks: asked for, listed within the reader's scope, closed."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from jutong.control.catalogue.api import contract_of, entry_id
from jutong.control.collection.api import source_to_fill
from jutong.control.directory.api import Actor, AuditAction, Permission, can, record, require, scope
from jutong.control.filling.errors import TaskConflict, TaskExists, TaskIncomplete, TaskNotFound
from jutong.control.filling.models import FillingTask, Submission
from jutong.control.filling.terms import SubmissionState, TaskState
from jutong.control.filling.values import SubmissionView, TaskView
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor

_READERS = (Permission.SHEET_FILL, Permission.SHEET_REVIEW, Permission.FILLING_MANAGE)


def ask(actor: Actor, service: str, *, period: str, due_on: date, clock: Clock) -> TaskView:
    """Ask the provider of an entry to fill in its rows of one period.

    Raises:
        EntryNotFound: the entry is not published.
        AlreadyHooked: a system fills it.
        TaskIncomplete, TaskExists
    """
    contract = contract_of(service)
    require(actor, Permission.FILLING_MANAGE, contract.provider)
    period = period.strip()[:60]
    if not period or due_on < business_date(clock.now()):
        raise TaskIncomplete
    with transaction.atomic():
        source = source_to_fill(actor, service, clock=clock)
        row, made = FillingTask.objects.get_or_create(
            entry_id=entry_id(service),
            period=period,
            defaults={
                "due_on": due_on,
                "source": source,
                "state": TaskState.OPEN.value,
                "asked_at": clock.now(),
                "asked_by": actor.display_name,
            },
        )
        if not made:
            raise TaskExists(period=period)
        _record(actor, AuditAction.FILLING_OPEN, row, contract.provider, clock)
    return task(actor, row.pk, clock=clock)


def close(actor: Actor, key: int, *, clock: Clock) -> TaskView:
    """End a task that nobody needs any more; what was filled in stays.

    Raises:
        TaskConflict: it was handed in, or is done or closed.
    """
    with transaction.atomic():
        row = find_task(key, lock=True)
        require(actor, Permission.FILLING_MANAGE, row.entry.provider.code)
        require_state(row, TaskState.OPEN)
        row.state = TaskState.CLOSED.value
        row.save(update_fields=["state"])
        _record(actor, AuditAction.FILLING_CLOSE, row, row.entry.provider.code, clock)
    return task(actor, key, clock=clock)


def tasks(
    actor: Actor,
    *,
    clock: Clock,
    state: TaskState | None = None,
    overdue: bool = False,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[TaskView]:
    """Tasks within the actor's scope, the newest first; `overdue`: only those past their deadline."""
    rows = _tasks().filter(_reach(actor)).order_by("-pk")
    if state:
        rows = rows.filter(state=state.value)
    if overdue:
        rows = rows.filter(state=TaskState.OPEN.value, due_on__lt=business_date(clock.now()))
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(_view(actor, row, clock) for row in found[:limit]), next_cursor=following)


def task(actor: Actor, key: int, *, clock: Clock) -> TaskView:
    """One task with its submissions.

    Raises:
        TaskNotFound: there is none.
    """
    row = find_task(key)
    require_reader(actor, row)
    return _view(actor, row, clock, tuple(_submission_view(one) for one in row.submissions.all()))


def find_task(key: int, *, lock: bool = False) -> FillingTask:
    rows = _tasks().select_for_update(of=("self",)) if lock else _tasks()
    row: FillingTask | None = rows.filter(pk=key).first()
    if row is None:
        raise TaskNotFound(task=key)
    return row


def require_state(row: FillingTask, *allowed: TaskState) -> None:
    """Raises `TaskConflict` when the task is in none of these states."""
    state = TaskState(row.state)
    if state not in allowed:
        raise TaskConflict(state_zh=state.zh, state_en=state.en)


def require_reader(actor: Actor, row: FillingTask) -> None:
    department = row.entry.provider.code
    held = next((one for one in _READERS if can(actor, one, department)), _READERS[0])
    require(actor, held, department)


def _tasks() -> Any:
    return FillingTask.objects.select_related("entry__provider")


def _reach(actor: Actor) -> Q:
    reaches = [scope(actor, permission) for permission in _READERS]
    if None in reaches:
        return Q()
    return Q(entry__provider__code__in={code for reach in reaches for code in reach or ()})


def _view(
    actor: Actor, row: FillingTask, clock: Clock, submissions: tuple[SubmissionView, ...] = ()
) -> TaskView:
    state, department = TaskState(row.state), row.entry.provider.code
    past = row.due_on < business_date(clock.now())
    may_fill = bool(can(actor, Permission.SHEET_FILL, department))
    return TaskView(
        key=row.pk,
        service=row.entry.service,
        title=row.entry.title,
        department=department,
        department_name=row.entry.provider.name,
        period=row.period,
        due_on=row.due_on,
        state=state,
        asked_by=row.asked_by,
        overdue=past and state is TaskState.OPEN,
        may_fill=may_fill and state is TaskState.OPEN,
        may_decide=bool(can(actor, Permission.SHEET_REVIEW, department)) and state is TaskState.SUBMITTED,
        may_withdraw=may_fill and state is TaskState.SUBMITTED and not past,
        may_close=bool(can(actor, Permission.FILLING_MANAGE, department)) and state is TaskState.OPEN,
        submissions=submissions,
    )


def _submission_view(row: Submission) -> SubmissionView:
    return SubmissionView(
        number=row.number,
        state=SubmissionState(row.state),
        rows=row.row_count,
        from_workbook=bool(row.workbook),
        saved_at=row.saved_at,
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by_name,
        decided_at=row.decided_at,
        decided_by=row.decided_by_name,
        reason=row.reason,
        handed_on_at=row.handed_on_at,
    )


def _record(actor: Actor, action: AuditAction, row: FillingTask, department: str, clock: Clock) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="filling_task",
        object_id=str(row.pk),
        department=department,
        detail={"period": row.period, "due_on": row.due_on.isoformat()},
    )
