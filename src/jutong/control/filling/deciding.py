"""The department's approver decides; what is accepted goes to the pool once."""

from django.db import transaction

from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.control.filling.errors import OwnSubmission, ReasonMissing, SubmissionNotFound
from jutong.control.filling.models import Submission
from jutong.control.filling.submitting import rows_of, step, submitted
from jutong.control.filling.tasks import find_task
from jutong.control.filling.terms import SubmissionAction, SubmissionState
from jutong.control.filling.values import Row, WaitingDelivery
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome


def accept(actor: Actor, key: int, *, clock: Clock) -> None:
    """Let the rows into the pool.

    Raises:
        TaskConflict: nothing waits for a decision.
        OwnSubmission
    """
    _decide(actor, key, SubmissionAction.ACCEPT, "", clock)


def return_submission(actor: Actor, key: int, *, reason: str, clock: Clock) -> None:
    """Send the rows back to be corrected.

    Raises:
        TaskConflict, OwnSubmission
        ReasonMissing
    """
    if not reason.strip():
        raise ReasonMissing
    _decide(actor, key, SubmissionAction.RETURN, reason.strip()[:1000], clock)


def _decide(actor: Actor, key: int, action: SubmissionAction, reason: str, clock: Clock) -> None:
    with transaction.atomic():
        task = find_task(key, lock=True)
        require(actor, Permission.SHEET_REVIEW, task.entry.provider.code)
        row = submitted(task)
        if row.submitted_by == actor.username:
            raise OwnSubmission
        row.decided_at, row.decided_by_name, row.reason = clock.now(), actor.display_name, reason
        step(actor, task, row, action, AuditAction.SUBMISSION_DECIDE, clock)


def waiting_deliveries(actor: Actor) -> tuple[WaitingDelivery, ...]:
    """Accepted submissions whose rows were not handed on, the oldest first."""
    require(actor, Permission.SUBMISSION_DELIVER)
    rows = Submission.objects.filter(state=SubmissionState.ACCEPTED.value, handed_on_at=None)
    found = rows.order_by("pk").values_list("number", "task__entry__service", "task__source")
    return tuple(
        WaitingDelivery(number=one, service=service, source=source) for one, service, source in found
    )


def accepted_rows(actor: Actor, number: str, *, home: DataHome) -> tuple[Row, ...]:
    """The rows of an accepted submission, for the worker that hands them on.

    Raises:
        SubmissionNotFound: there is none, or it is not accepted.
    """
    require(actor, Permission.SUBMISSION_DELIVER)
    row = Submission.objects.filter(number=number, state=SubmissionState.ACCEPTED.value).first()
    if row is None:
        raise SubmissionNotFound(number=number[:40])
    return rows_of(row, home)


def note_handed_on(actor: Actor, number: str, *, clock: Clock) -> None:
    """The rows are in the spool."""
    require(actor, Permission.SUBMISSION_DELIVER)
    row = Submission.objects.select_related("task__entry__provider").get(number=number)
    with transaction.atomic():
        row.handed_on_at = clock.now()
        row.save(update_fields=["handed_on_at"])
        record(
            actor,
            AuditAction.SUBMISSION_DELIVER,
            at=clock.now(),
            object_type="submission",
            object_id=number,
            department=row.task.entry.provider.code,
            detail={"rows": row.row_count, "source": row.task.source},
        )
