"""Filling in: drafts that keep every cell, right or wrong; handing in against a receipt; taking back."""

import json
from collections.abc import Sequence

from django.db import transaction

from jutong.control.catalogue.api import contract_of
from jutong.control.directory.api import Actor, AuditAction, Permission, can, record, require
from jutong.control.filling.errors import (
    CellsWrong,
    NoMarkedSheet,
    NothingFilledIn,
    SubmissionNotFound,
    TaskConflict,
    TooLateToWithdraw,
    TooManyRows,
)
from jutong.control.filling.judging import judge, plain
from jutong.control.filling.models import FillingTask, Submission
from jutong.control.filling.sheets import MOST_ROWS, mark, read_sheet, template
from jutong.control.filling.tasks import find_task, require_reader, require_state
from jutong.control.filling.terms import SubmissionAction, SubmissionState, TaskState
from jutong.control.filling.transitions import TASK_AFTER, after
from jutong.control.filling.values import Receipt, Row, Sheet
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.crypto import provider
from jutong.kernel.crypto.keys import open_text, platform_key, seal_text
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.vocabulary.contracts import canonical_json

_KEY = "filling"


def save_draft(
    actor: Actor, key: int, rows: Sequence[Row], *, workbook: bytes = b"", home: DataHome, clock: Clock
) -> Sheet:
    """Keep the rows as they were filled in, empty ones left out, and say what is wrong in them.

    Raises:
        TaskConflict: the task was handed in, or is over.
        TooManyRows
    """
    with transaction.atomic():
        task = find_task(key, lock=True)
        require(actor, Permission.SHEET_FILL, task.entry.provider.code)
        require_state(task, TaskState.OPEN)
        contract = contract_of(task.entry.service)
        kept = [{item.field: plain(item, row.get(item.field, "")) for item in contract.items} for row in rows]
        kept = [row for row in kept if any(row.values())]
        if len(kept) > MOST_ROWS:
            raise TooManyRows(limit=MOST_ROWS)
        draft = _newest(task)
        if draft is None or draft.state != SubmissionState.DRAFT.value:
            draft = Submission(task=task, number=new_id("fill"), state=SubmissionState.DRAFT.value)
        draft.rows, draft.row_count = seal_text(home, json.dumps(kept, ensure_ascii=False)), len(kept)
        draft.workbook, draft.saved_at = b"", clock.now()
        if workbook:
            draft.workbook = provider("gm").seal(platform_key(home, _KEY), workbook, draft.number.encode())
        draft.save()
    problems = judge(contract, kept, on=business_date(clock.now()))
    return Sheet(rows=tuple(kept), problems=problems)


def upload(actor: Actor, key: int, content: bytes, *, home: DataHome, clock: Clock) -> Sheet:
    """Make the filled template the draft.

    Raises:
        SheetUnreadable, TooManyRows, TaskConflict
    """
    task = find_task(key)
    require(actor, Permission.SHEET_FILL, task.entry.provider.code)
    read = read_sheet(contract_of(task.entry.service), content)
    return save_draft(actor, key, read.rows, workbook=content, home=home, clock=clock)


def marked(actor: Actor, key: int, *, home: DataHome, clock: Clock) -> bytes:
    """The uploaded workbook with a comment on each wrong cell.

    Raises:
        NoMarkedSheet: the present rows were not uploaded.
    """
    task = find_task(key)
    require(actor, Permission.SHEET_FILL, task.entry.provider.code)
    row = _newest(task)
    if row is None or not row.workbook:
        raise NoMarkedSheet
    content = provider("gm").open(platform_key(home, _KEY), bytes(row.workbook), row.number.encode())
    contract = contract_of(task.entry.service)
    read = read_sheet(contract, content)
    return mark(content, read, judge(contract, read.rows, on=business_date(clock.now())))


def sheet_template(actor: Actor, key: int) -> bytes:
    """The empty Excel template of a task."""
    task = find_task(key)
    require_reader(actor, task)
    return template(contract_of(task.entry.service))


def sheet(actor: Actor, key: int, *, home: DataHome, clock: Clock) -> Sheet:
    """What is filled in now: the newest submission's rows, and what is wrong in them."""
    task = find_task(key)
    department = task.entry.provider.code
    reviewer = can(actor, Permission.SHEET_REVIEW, department)
    require(actor, Permission.SHEET_REVIEW if reviewer else Permission.SHEET_FILL, department)
    row = _newest(task)
    rows = rows_of(row, home) if row else ()
    contract = contract_of(task.entry.service)
    return Sheet(rows=rows, problems=judge(contract, rows, on=business_date(clock.now())))


def submit(actor: Actor, key: int, *, home: DataHome, clock: Clock) -> Receipt:
    """Hand the draft in.

    Raises:
        NothingFilledIn, CellsWrong: the draft stays as it is.
        TaskConflict
    """
    now = clock.now()
    with transaction.atomic():
        task = find_task(key, lock=True)
        require(actor, Permission.SHEET_FILL, task.entry.provider.code)
        require_state(task, TaskState.OPEN)
        row = _newest(task)
        rows = rows_of(row, home) if row and row.state == SubmissionState.DRAFT.value else ()
        if row is None or not rows:
            raise NothingFilledIn
        problems = judge(contract_of(task.entry.service), rows, on=business_date(now))
        if problems:
            raise CellsWrong(rows=len({one.row for one in problems}), cells=len(problems))
        row.digest = provider("gm").digest(canonical_json(rows).encode()).hex()
        row.submitted_at, row.submitted_by = now, actor.username
        row.submitted_by_name = actor.display_name
        step(actor, task, row, SubmissionAction.SUBMIT, AuditAction.SUBMISSION_HAND_IN, clock)
    return receipt(actor, row.number)


def withdraw(actor: Actor, key: int, *, clock: Clock) -> None:
    """Take back what was handed in, before the deadline is over.

    Raises:
        TooLateToWithdraw, TaskConflict
    """
    with transaction.atomic():
        task = find_task(key, lock=True)
        require(actor, Permission.SHEET_FILL, task.entry.provider.code)
        if task.due_on < business_date(clock.now()):
            raise TooLateToWithdraw(due_on=task.due_on.isoformat())
        step(
            actor,
            task,
            submitted(task),
            SubmissionAction.WITHDRAW,
            AuditAction.SUBMISSION_WITHDRAW,
            clock,
        )


def receipt(actor: Actor, number: str) -> Receipt:
    """The receipt of a submission that was handed in.

    Raises:
        SubmissionNotFound: there is none, or it is a draft.
    """
    row = Submission.objects.select_related("task__entry__provider").filter(number=number).first()
    if row is None or row.submitted_at is None:
        raise SubmissionNotFound(number=number[:40])
    task = row.task
    require_reader(actor, task)
    return Receipt(
        number=row.number,
        service=task.entry.service,
        title=task.entry.title,
        department_name=task.entry.provider.name,
        period=task.period,
        rows=row.row_count,
        digest=row.digest,
        submitted_at=row.submitted_at,
        submitted_by=row.submitted_by_name,
        late=business_date(row.submitted_at) > task.due_on,
    )


def rows_of(row: Submission, home: DataHome) -> tuple[Row, ...]:
    """The rows, unsealed."""
    return tuple(json.loads(open_text(home, row.rows)))


def submitted(task: FillingTask) -> Submission:
    """The submission that waits for a decision; raises `TaskConflict` without one."""
    row = _newest(task)
    if row is None or row.state != SubmissionState.SUBMITTED.value:
        state = TaskState(task.state)
        raise TaskConflict(state_zh=state.zh, state_en=state.en)
    return row


def step(  # one step in full
    actor: Actor,
    task: FillingTask,
    row: Submission,
    action: SubmissionAction,
    audited: AuditAction,
    clock: Clock,
) -> None:
    """Carry `action` out on the locked task's submission, with its line in the trail."""
    target = after(SubmissionState(row.state), action)
    if target is None:
        state = TaskState(task.state)
        raise TaskConflict(state_zh=state.zh, state_en=state.en)
    row.state, task.state = target.value, TASK_AFTER[target].value
    row.save()
    task.save(update_fields=["state"])
    record(
        actor,
        audited,
        at=clock.now(),
        object_type="submission",
        object_id=row.number,
        department=task.entry.provider.code,
        detail={"task": task.pk, "rows": row.row_count, "state": target.value, "sm3": row.digest},
    )


def _newest(task: FillingTask) -> Submission | None:
    return task.submissions.order_by("-pk").first()
