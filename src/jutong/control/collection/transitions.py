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
}

ENDED: Final = frozenset({RunStatus.SUCCEEDED, RunStatus.FAILED})


def after(status: RunStatus, action: RunAction) -> RunStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
