"""The course of a restructuring as a table that an official can read."""

from collections.abc import Mapping
from typing import Final

from jutong.control.restructuring.terms import ReformAction, ReformStatus

S, A = ReformStatus, ReformAction

TRANSITIONS: Final[Mapping[tuple[ReformStatus, ReformAction], ReformStatus]] = {
    (S.PLANNED, A.CARRY_OUT): S.CARRIED_OUT,
    (S.PLANNED, A.CANCEL): S.CANCELLED,
    # Completed with the last entry that its department has confirmed anew.
    (S.CARRIED_OUT, A.CONFIRM): S.COMPLETED,
}


def after(status: ReformStatus, action: ReformAction) -> ReformStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
