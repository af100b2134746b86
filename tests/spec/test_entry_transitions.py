"""The life of a catalogue entry: every status and step, as an official reads the table."""

import pytest

from jutong.control.catalogue.terms import EntryAction as A
from jutong.control.catalogue.transitions import EDITABLE, TRANSITIONS, after, permission_for
from jutong.control.directory.api import ROLE_PERMISSIONS, Permission, Role
from jutong.vocabulary.catalogue import EntryStatus as S

# status: {step: next status}; what is not written is refused.
TABLE = {
    S.DRAFT: {A.SUBMIT: S.SUBMITTED, A.DISCARD: S.PUBLISHED},
    S.SUBMITTED: {A.RECALL: S.DRAFT, A.ACCEPT: S.BUREAU_REVIEW, A.RETURN: S.RETURNED},
    S.BUREAU_REVIEW: {A.PUBLISH: S.PUBLISHED, A.RETURN: S.RETURNED},
    S.RETURNED: {A.SUBMIT: S.SUBMITTED, A.DISCARD: S.PUBLISHED},
    S.PUBLISHED: {A.CHANGE: S.DRAFT, A.WITHDRAW: S.WITHDRAWN},
    S.WITHDRAWN: {A.CHANGE: S.DRAFT},
}


@pytest.mark.parametrize("status", S)
@pytest.mark.parametrize("action", A)
def test_a_step_leads_where_the_table_says_or_nowhere(status, action):
    assert after(status, action, live=True) is TABLE[status].get(action)


def test_a_first_draft_has_no_published_state_to_go_back_to():
    assert after(S.DRAFT, A.DISCARD, live=False) is None
    assert after(S.RETURNED, A.DISCARD, live=False) is None


def test_every_status_but_the_first_is_reached_and_none_is_a_dead_end():
    assert set(TRANSITIONS.values()) | {S.DRAFT} == set(S)
    assert {status for status, _ in TRANSITIONS} == set(S)


@pytest.mark.parametrize(
    ("status", "action", "permission"),
    [
        (S.DRAFT, A.SUBMIT, Permission.ENTRY_DRAFT),
        (S.SUBMITTED, A.RECALL, Permission.ENTRY_DRAFT),
        (S.SUBMITTED, A.ACCEPT, Permission.ENTRY_REVIEW_DEPARTMENT),
        (S.SUBMITTED, A.RETURN, Permission.ENTRY_REVIEW_DEPARTMENT),
        (S.BUREAU_REVIEW, A.PUBLISH, Permission.ENTRY_REVIEW_BUREAU),
        (S.BUREAU_REVIEW, A.RETURN, Permission.ENTRY_REVIEW_BUREAU),
        (S.PUBLISHED, A.CHANGE, Permission.ENTRY_DRAFT),
        (S.PUBLISHED, A.WITHDRAW, Permission.ENTRY_WITHDRAW),
    ],
)
def test_each_step_needs_the_permission_of_its_party(status, action, permission):
    assert permission_for(status, action) is permission


def test_no_role_both_drafts_and_publishes():
    for role in Role:
        assert not {Permission.ENTRY_DRAFT, Permission.ENTRY_REVIEW_BUREAU} <= ROLE_PERMISSIONS[role]


def test_only_drafts_and_returned_entries_are_edited():
    assert {S.DRAFT, S.RETURNED} == EDITABLE
