"""The life of a submission as a table; after a return or a withdrawal the next draft is a new submission."""

from collections.abc import Mapping
from typing import Final

from jutong.control.filling.terms import SubmissionAction, SubmissionState, TaskState

A, S = SubmissionAction, SubmissionState
TRANSITIONS: Final[Mapping[tuple[SubmissionState, SubmissionAction], SubmissionState]] = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.WITHDRAW): S.WITHDRAWN,
    (S.SUBMITTED, A.RETURN): S.RETURNED,
    (S.SUBMITTED, A.ACCEPT): S.ACCEPTED,
}

TASK_AFTER: Final[Mapping[SubmissionState, TaskState]] = {
    S.SUBMITTED: TaskState.SUBMITTED,
    S.WITHDRAWN: TaskState.OPEN,
    S.RETURNED: TaskState.OPEN,
    S.ACCEPTED: TaskState.DONE,
}
"""How a submission's new state leaves its task."""


def after(state: SubmissionState, action: SubmissionAction) -> SubmissionState | None:
    """The state that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((state, action))
