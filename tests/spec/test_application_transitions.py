"""The way of an application, of a grant and of a run: every stage and step, as an official reads the tables."""

import pytest

from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.terms_of import default_terms, route_for
from jutong.control.approval.transitions import ENDED, Route, after
from jutong.control.approval.values import ApplicationRequest, ItemTerms
from jutong.control.collection import transitions as runs
from jutong.control.collection.terms import RunAction, RunStatus
from jutong.control.grants import transitions as grants
from jutong.control.grants.terms import GrantAction, GrantStatus
from jutong.vocabulary.catalogue import Level, MaskMethod, Meaning, SharingType
from tests.support.control import MONDAY, a_contract, an_item

A, S = Action, Stage

# stage: {step: next stage} where all three reviews are needed; what is not written is refused.
TABLE = {
    S.DRAFT: {A.SUBMIT: S.DEPARTMENT_REVIEW, A.WITHDRAW: S.WITHDRAWN},
    S.DEPARTMENT_REVIEW: {
        A.ACCEPT: S.PROVIDER_REVIEW,
        A.DECLINE: S.DECLINED,
        A.RETURN: S.DRAFT,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.PROVIDER_REVIEW: {
        A.ACCEPT: S.AUTHORITY_REVIEW,
        A.DECLINE: S.DECLINED,
        A.RETURN: S.SUPPLEMENT,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.AUTHORITY_REVIEW: {A.ACCEPT: S.GRANTED, A.DECLINE: S.DECLINED, A.WITHDRAW: S.WITHDRAWN},
    S.SUPPLEMENT: {A.SUBMIT: S.PROVIDER_REVIEW, A.WITHDRAW: S.WITHDRAWN},
    S.GRANTED: {},
    S.DECLINED: {},
    S.WITHDRAWN: {},
}


@pytest.mark.parametrize("stage", S)
@pytest.mark.parametrize("action", A)
def test_a_step_leads_where_the_table_says_or_nowhere(stage, action):
    assert after(stage, action, Route()) is TABLE[stage].get(action)


@pytest.mark.parametrize(
    ("route", "stage", "action", "target"),
    [
        (Route(own=False), S.DRAFT, A.SUBMIT, S.PROVIDER_REVIEW),
        (Route(authority=False), S.PROVIDER_REVIEW, A.ACCEPT, S.GRANTED),
        (Route(provider=False, authority=False), S.DEPARTMENT_REVIEW, A.ACCEPT, S.GRANTED),
        (Route(own=False, provider=False, authority=False), S.DRAFT, A.SUBMIT, S.GRANTED),
        (Route(provider=False), S.DEPARTMENT_REVIEW, A.ACCEPT, S.AUTHORITY_REVIEW),
    ],
)
def test_a_review_that_is_not_needed_is_passed_over(route, stage, action, target):
    assert after(stage, action, route) is target


def test_what_has_ended_stays_ended():
    assert {stage for stage, steps in TABLE.items() if not steps} == ENDED


@pytest.mark.parametrize(
    ("sharing", "level", "approves", "reviews"),
    [
        (SharingType.UNCONDITIONAL, Level.L1, True, ()),
        (SharingType.UNCONDITIONAL, Level.L2, False, (S.DEPARTMENT_REVIEW,)),
        (SharingType.UNCONDITIONAL, Level.L3, True, (S.PROVIDER_REVIEW,)),
        (SharingType.CONDITIONAL, Level.L1, True, (S.PROVIDER_REVIEW,)),
        (SharingType.CONDITIONAL, Level.L3, False, (S.DEPARTMENT_REVIEW, S.PROVIDER_REVIEW)),
        (SharingType.CONDITIONAL, Level.L4, True, (S.PROVIDER_REVIEW, S.AUTHORITY_REVIEW)),
    ],
)
def test_the_route_follows_from_sharing_type_and_level(sharing, level, approves, reviews):
    contract = a_contract(
        items=(an_item("a", key=True, level=level, sharing_type=sharing),), sharing_type=sharing
    )
    route = route_for(contract, a_request("a"), applicant_approves=approves)
    assert route.reviews == reviews


@pytest.mark.parametrize(
    ("item", "terms"),
    [
        (an_item("a", level=Level.L1), ItemTerms(field="a")),
        (an_item("a", level=Level.L2), ItemTerms(field="a")),
        (
            an_item("a", level=Level.L3, meaning=Meaning.PERSON_NAME),
            ItemTerms(field="a", mask=MaskMethod.NAME),
        ),
        (an_item("a", level=Level.L3, mask=MaskMethod.YEAR), ItemTerms(field="a", mask=MaskMethod.YEAR)),
        (an_item("a", level=Level.L3), ItemTerms(field="a", mask=MaskMethod.HIDE)),
        (an_item("a", level=Level.L4), ItemTerms(field="a", verification_only=True)),
    ],
)
def test_the_level_of_an_item_proposes_how_it_goes_out(item, terms):
    contract = a_contract(items=(item, an_item("not_asked")))
    assert default_terms(contract, a_request("a")).items == (terms,)


def a_request(*items: str) -> ApplicationRequest:
    day = MONDAY.date()
    return ApplicationRequest(service="hydj_jbxx", items=items, valid_from=day, valid_until=day)


GRANTS = {
    GrantStatus.LIVE: {
        GrantAction.SUSPEND: GrantStatus.SUSPENDED,
        GrantAction.REVOKE: GrantStatus.REVOKED,
        GrantAction.EXPIRE: GrantStatus.EXPIRED,
    },
    GrantStatus.SUSPENDED: {
        GrantAction.RESUME: GrantStatus.LIVE,
        GrantAction.REVOKE: GrantStatus.REVOKED,
        GrantAction.EXPIRE: GrantStatus.EXPIRED,
    },
    GrantStatus.REVOKED: {},
    GrantStatus.EXPIRED: {},
}


@pytest.mark.parametrize("status", GrantStatus)
@pytest.mark.parametrize("action", GrantAction)
def test_a_grant_is_suspended_resumed_and_ends_as_the_table_says(status, action):
    assert grants.after(status, action) is GRANTS[status].get(action)


RUNS = {
    RunStatus.QUEUED: {
        RunAction.START: RunStatus.RUNNING,
        RunAction.FAIL: RunStatus.FAILED,
        RunAction.CANCEL: RunStatus.CANCELLED,
    },
    RunStatus.RUNNING: {
        RunAction.START: RunStatus.RUNNING,
        RunAction.SUCCEED: RunStatus.SUCCEEDED,
        RunAction.FAIL: RunStatus.FAILED,
        RunAction.HOLD: RunStatus.HELD,
        RunAction.CANCEL: RunStatus.CANCELLED,
        RunAction.RETRY: RunStatus.QUEUED,
    },
    RunStatus.HELD: {RunAction.CONFIRM: RunStatus.QUEUED, RunAction.CANCEL: RunStatus.CANCELLED},
    RunStatus.SUCCEEDED: {},
    RunStatus.FAILED: {},
    RunStatus.CANCELLED: {},
}


@pytest.mark.parametrize("status", RunStatus)
@pytest.mark.parametrize("action", RunAction)
def test_a_run_starts_and_ends_as_the_table_says(status, action):
    assert runs.after(status, action) is RUNS[status].get(action)
