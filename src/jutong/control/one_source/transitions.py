"""The life of a one-source case as a table."""

from collections.abc import Mapping
from typing import Final

from jutong.control.one_source.terms import CaseAction, CaseStatus

S, A = CaseStatus, CaseAction

TRANSITIONS: Final[Mapping[tuple[CaseStatus, CaseAction], CaseStatus]] = {
    (S.FOUND, A.OPEN): S.OPEN,
    # A department that speaks up has opened the case itself.
    (S.FOUND, A.CLAIM): S.OPEN,
    (S.FOUND, A.DECIDE): S.DECIDED,
    (S.FOUND, A.REJECT): S.NOT_SAME,
    (S.OPEN, A.CLAIM): S.OPEN,
    (S.OPEN, A.DECIDE): S.DECIDED,
    (S.OPEN, A.REJECT): S.NOT_SAME,
    (S.DECIDED, A.REOPEN): S.OPEN,
    (S.NOT_SAME, A.REOPEN): S.OPEN,
    # By detection alone: nobody else holds the item any more, or somebody does again.
    (S.FOUND, A.CLOSE): S.CLOSED,
    (S.OPEN, A.CLOSE): S.CLOSED,
    (S.CLOSED, A.RENEW): S.FOUND,
}


def after(status: CaseStatus, action: CaseAction) -> CaseStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
