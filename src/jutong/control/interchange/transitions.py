"""The import of a file as a table of steps: all of it is written or nothing, and a person confirms it first."""

from collections.abc import Mapping
from typing import Final

from jutong.control.interchange.terms import BatchAction, BatchState

S, A = BatchState, BatchAction

TRANSITIONS: Final[Mapping[tuple[BatchState, BatchAction], BatchState]] = {
    (S.RECEIVED, A.READ): S.READ,
    (S.RECEIVED, A.FAIL): S.FAILED,
    (S.RECEIVED, A.ABANDON): S.ABANDONED,
    (S.READ, A.CHECK): S.CHECKED,
    (S.READ, A.FAIL): S.FAILED,
    (S.READ, A.ABANDON): S.ABANDONED,
    (S.CHECKED, A.RECHECK): S.READ,
    (S.CHECKED, A.CONFIRM): S.CONFIRMED,
    (S.CHECKED, A.ABANDON): S.ABANDONED,
    (S.CONFIRMED, A.WRITE): S.WRITTEN,
    (S.CONFIRMED, A.FAIL): S.FAILED,
    (S.CONFIRMED, A.ABANDON): S.ABANDONED,
    (S.FAILED, A.RECHECK): S.READ,
    (S.FAILED, A.ABANDON): S.ABANDONED,
}
BY_PERSON: Final = frozenset({A.RECHECK, A.CONFIRM, A.ABANDON})
"""Steps that a person takes; the others are the platform's."""
ENDED: Final = frozenset({S.WRITTEN, S.ABANDONED})


def after(state: BatchState, action: BatchAction) -> BatchState | None:
    """The state that `action` leads to; None when it is not allowed."""
    return TRANSITIONS.get((state, action))
