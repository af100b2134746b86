"""The life of a version of a standard as a table."""

from collections.abc import Mapping
from typing import Final

from jutong.control.standards.terms import StandardAction, StandardStatus

TRANSITIONS: Final[Mapping[tuple[StandardStatus, StandardAction], StandardStatus]] = {
    (StandardStatus.DRAFT, StandardAction.ISSUE): StandardStatus.IN_FORCE,
    # Issuing the next version supersedes the one before it; what it said stays readable for ever.
    (StandardStatus.IN_FORCE, StandardAction.SUPERSEDE): StandardStatus.SUPERSEDED,
    (StandardStatus.IN_FORCE, StandardAction.ABOLISH): StandardStatus.ABOLISHED,
}


def after(status: StandardStatus, action: StandardAction) -> StandardStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
