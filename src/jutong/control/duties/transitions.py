"""The life of a duty as a table that an official can read."""

from collections.abc import Mapping
from typing import Final

from jutong.control.duties.terms import DutyAction, DutyStatus

S, A = DutyStatus, DutyAction

TRANSITIONS: Final[Mapping[tuple[DutyStatus, DutyAction], DutyStatus]] = {
    (S.IN_FORCE, A.CHANGE): S.CHANGED,
    (S.CHANGED, A.CHANGE): S.CHANGED,
    (S.CHANGED, A.SETTLE): S.IN_FORCE,
    (S.IN_FORCE, A.ABOLISH): S.ABOLISHED,
    (S.CHANGED, A.ABOLISH): S.ABOLISHED,
    (S.ABOLISHED, A.RESTORE): S.CHANGED,
}


def after(status: DutyStatus, action: DutyAction) -> DutyStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
