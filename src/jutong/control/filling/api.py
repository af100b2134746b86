"""Use cases of filling: the only door for other apps, pages, processes and the demo."""

from jutong.control.filling.deciding import (
    accept,
    accepted_rows,
    note_handed_on,
    return_submission,
    waiting_deliveries,
)
from jutong.control.filling.judging import codes_of
from jutong.control.filling.submitting import (
    marked,
    receipt,
    save_draft,
    sheet,
    sheet_template,
    submit,
    upload,
    withdraw,
)
from jutong.control.filling.tasks import ask, close, task, tasks
from jutong.control.filling.terms import CellFault, SubmissionState, TaskState
from jutong.control.filling.values import (
    CellProblem,
    Receipt,
    Sheet,
    SubmissionView,
    TaskView,
    WaitingDelivery,
)

__all__ = [
    "CellFault",
    "CellProblem",
    "Receipt",
    "Sheet",
    "SubmissionState",
    "SubmissionView",
    "TaskState",
    "TaskView",
    "WaitingDelivery",
    "accept",
    "accepted_rows",
    "ask",
    "close",
    "codes_of",
    "marked",
    "note_handed_on",
    "receipt",
    "return_submission",
    "save_draft",
    "sheet",
    "sheet_template",
    "submit",
    "task",
    "tasks",
    "upload",
    "waiting_deliveries",
    "withdraw",
]
