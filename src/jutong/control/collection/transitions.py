"""The life of a collection run as a table."""

from collections.abc import Mapping
from typing import Final

from jutong.control.collection.terms import RunAction, RunStatus

TRANSITIONS: Final[Mapping[tuple[RunStatus, RunAction], RunStatus]] = {
    (RunStatus.QUEUED, RunAction.START): RunStatus.RUNNING,
    (RunStatus.QUEUED, RunAction.FAIL): RunStatus.FAILED,
    (RunStatus.RUNNING, RunAction.SUCCEED): RunStatus.SUCCEEDED,
    (RunStatus.RUNNING, RunAction.FAIL): RunStatus.FAILED,
    # The worker was lost and another takes the run over from its beginning.
    (RunStatus.RUNNING, RunAction.START): RunStatus.RUNNING,
    # A passing fault: the same run waits and is tried again.
    (RunStatus.RUNNING, RunAction.RETRY): RunStatus.QUEUED,
    # The delivery differs so much that a person decides: yes runs it again as it is, no cancels it.
    (RunStatus.RUNNING, RunAction.HOLD): RunStatus.HELD,
    (RunStatus.HELD, RunAction.CONFIRM): RunStatus.QUEUED,
    (RunStatus.HELD, RunAction.CANCEL): RunStatus.CANCELLED,
    (RunStatus.QUEUED, RunAction.CANCEL): RunStatus.CANCELLED,
    (RunStatus.RUNNING, RunAction.CANCEL): RunStatus.CANCELLED,
}

ENDED: Final = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED})


def after(status: RunStatus, action: RunAction) -> RunStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
