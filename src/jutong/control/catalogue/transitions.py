"""The life of an entry as a table that an official can read."""

from collections.abc import Mapping
from typing import Final

from jutong.control.catalogue.terms import EntryAction
from jutong.control.directory.api import Permission
from jutong.vocabulary.catalogue import EntryStatus

S, A = EntryStatus, EntryAction

TRANSITIONS: Final[Mapping[tuple[EntryStatus, EntryAction], EntryStatus]] = {
    (S.DRAFT, A.SUBMIT): S.SUBMITTED,
    (S.RETURNED, A.SUBMIT): S.SUBMITTED,
    (S.SUBMITTED, A.RECALL): S.DRAFT,
    (S.SUBMITTED, A.ACCEPT): S.BUREAU_REVIEW,
    (S.SUBMITTED, A.RETURN): S.RETURNED,
    (S.BUREAU_REVIEW, A.PUBLISH): S.PUBLISHED,
    (S.BUREAU_REVIEW, A.RETURN): S.RETURNED,
    (S.PUBLISHED, A.CHANGE): S.DRAFT,
    (S.PUBLISHED, A.WITHDRAW): S.WITHDRAWN,
    (S.WITHDRAWN, A.CHANGE): S.DRAFT,
    # Only for a change of an entry that is live: it goes back to what is published.
    (S.DRAFT, A.DISCARD): S.PUBLISHED,
    (S.RETURNED, A.DISCARD): S.PUBLISHED,
}

EDITABLE: Final = frozenset({S.DRAFT, S.RETURNED})
NEEDS_REASON: Final = frozenset({A.RETURN, A.WITHDRAW})


def after(status: EntryStatus, action: EntryAction, *, live: bool) -> EntryStatus | None:
    """The status that `action` leads to, None when it is not allowed; `live`: a published version holds."""
    if action is A.DISCARD and not live:
        return None
    return TRANSITIONS.get((status, action))


def permission_for(status: EntryStatus, action: EntryAction) -> Permission:
    """Which permission, for the providing department, a step needs."""
    if action in {A.ACCEPT, A.RETURN} and status is S.SUBMITTED:
        return Permission.ENTRY_REVIEW_DEPARTMENT
    if action in {A.PUBLISH, A.RETURN}:
        return Permission.ENTRY_REVIEW_BUREAU
    if action is A.WITHDRAW:
        return Permission.ENTRY_WITHDRAW
    return Permission.ENTRY_DRAFT
