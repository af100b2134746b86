"""The life of a harvest as a table: whatever happens, it ends."""

from collections.abc import Mapping
from typing import Final

from jutong.control.harvest.terms import JobAction, JobStatus

S, A = JobStatus, JobAction

TRANSITIONS: Final[Mapping[tuple[JobStatus, JobAction], JobStatus]] = {
    (S.QUEUED, A.START): S.RUNNING,
    # The worker was lost, and another goes on at the page it had reached.
    (S.RUNNING, A.START): S.RUNNING,
    (S.RUNNING, A.PAUSE): S.QUEUED,
    (S.RUNNING, A.HOLD): S.HELD,
    (S.HELD, A.RELEASE): S.QUEUED,
    (S.HELD, A.REFUSE): S.FAILED,
    (S.RUNNING, A.FINISH): S.DONE,
    (S.QUEUED, A.FAIL): S.FAILED,
    (S.RUNNING, A.FAIL): S.FAILED,
    (S.QUEUED, A.EXPIRE): S.EXPIRED,
    (S.RUNNING, A.EXPIRE): S.EXPIRED,
    (S.HELD, A.EXPIRE): S.EXPIRED,
}

ENDED: Final = frozenset({S.DONE, S.FAILED, S.EXPIRED})


def after(status: JobStatus, action: JobAction) -> JobStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
