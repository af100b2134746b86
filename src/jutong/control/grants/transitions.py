"""The life of a grant as a table."""

from collections.abc import Mapping
from typing import Final

from jutong.control.grants.terms import GrantAction, GrantStatus

S, A = GrantStatus, GrantAction

TRANSITIONS: Final[Mapping[tuple[GrantStatus, GrantAction], GrantStatus]] = {
    (S.LIVE, A.SUSPEND): S.SUSPENDED,
    (S.SUSPENDED, A.RESUME): S.LIVE,
    (S.LIVE, A.REVOKE): S.REVOKED,
    (S.SUSPENDED, A.REVOKE): S.REVOKED,
    (S.LIVE, A.EXPIRE): S.EXPIRED,
    (S.SUSPENDED, A.EXPIRE): S.EXPIRED,
}


def after(status: GrantStatus, action: GrantAction) -> GrantStatus | None:
    """The status that `action` leads to, None when it is not allowed."""
    return TRANSITIONS.get((status, action))
