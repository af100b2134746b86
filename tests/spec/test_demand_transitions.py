"""The way of a demand: every stage and step, as an official reads the tables; who takes each step."""

import pytest

from jutong.control.directory.api import ROLE_PERMISSIONS, Permission, Role
from jutong.control.lists.terms import DemandAction as A
from jutong.control.lists.terms import DemandStage as S
from jutong.control.lists.terms import Party
from jutong.control.lists.transitions import (
    DEMAND_TRANSITIONS,
    DISPUTE_TRANSITIONS,
    DISPUTED,
    ENDED,
    LIMITS,
    PARTIES,
    PERMISSIONS,
    WAITS_FOR,
    after,
)
from jutong.vocabulary.time_limits import time_limits

# stage: {step: next stage}; what is not written is refused.
TABLE = {
    S.FILED: {A.TAKE: S.MATCHED, A.GO_ON: S.ASSIGNING, A.WITHDRAW: S.WITHDRAWN},
    S.ASSIGNING: {
        A.ASSIGN: S.ASSIGNED,
        A.POINT: S.MATCHED,
        A.MERGE: S.MERGED,
        A.RETURN: S.FILED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.ASSIGNED: {A.ACCEPT: S.ACCEPTED, A.REFUSE: S.REFUSED, A.WITHDRAW: S.WITHDRAWN},
    S.REFUSED: {
        A.ASSIGN: S.ASSIGNED,
        A.POINT: S.MATCHED,
        A.DISPUTE: S.NEGOTIATION,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.NEGOTIATION: {
        A.OPINE: S.NEGOTIATION,
        A.AGREE: S.ACCEPTED,
        A.ESCALATE: S.COORDINATION,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.COORDINATION: {
        A.OPINE: S.COORDINATION,
        A.AGREE: S.ACCEPTED,
        A.SHARE: S.ACCEPTED,
        A.ESCALATE: S.DECISION,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.DECISION: {
        A.OPINE: S.DECISION,
        A.SHARE: S.ACCEPTED,
        A.NOT_SHARE: S.NOT_SHARED,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.ACCEPTED: {A.PUBLISH: S.MATCHED},
    S.MATCHED: {
        A.GRANT: S.FULFILLED,
        A.GO_ON: S.ASSIGNING,
        A.DISPUTE: S.NEGOTIATION,
        A.REOPEN: S.ASSIGNING,
        A.WITHDRAW: S.WITHDRAWN,
    },
    S.FULFILLED: {},
    S.NOT_SHARED: {},
    S.WITHDRAWN: {},
    S.MERGED: {A.REOPEN: S.ASSIGNING},
}


@pytest.mark.parametrize("stage", S)
@pytest.mark.parametrize("action", A)
def test_a_step_leads_where_the_table_says_or_nowhere(stage, action):
    assert after(stage, action) is TABLE[stage].get(action)


def test_the_two_tables_do_not_contradict_each_other_and_reach_every_stage():
    assert not DEMAND_TRANSITIONS.keys() & DISPUTE_TRANSITIONS.keys()
    reached = {*DEMAND_TRANSITIONS.values(), *DISPUTE_TRANSITIONS.values()}
    assert reached == set(S)  # a returned demand is filed again
    assert {stage for stage in S if not TABLE[stage]} | {S.MERGED} == ENDED


def test_the_dispute_climbs_three_steps_and_ends_in_a_decision_that_binds():
    assert {S.NEGOTIATION, S.COORDINATION, S.DECISION} == DISPUTED
    assert after(S.NEGOTIATION, A.ESCALATE) is S.COORDINATION
    assert after(S.COORDINATION, A.ESCALATE) is S.DECISION
    assert after(S.DECISION, A.ESCALATE) is None
    assert after(S.ACCEPTED, A.REFUSE) is None


def test_every_step_has_its_party_and_every_stage_somebody_who_must_act():
    assert set(PARTIES) == set(A)
    assert set(PERMISSIONS) == set(Party) - {Party.PLATFORM}
    assert set(WAITS_FOR) == set(S) - ENDED


def test_every_clock_is_a_time_limit_of_the_manual():
    assert set(LIMITS.values()) <= set(time_limits())
    assert set(LIMITS) == set(S) - ENDED - {S.FILED, S.MATCHED}


@pytest.mark.parametrize(
    ("party", "roles"),
    [
        (Party.FILER, {Role.DEPARTMENT_OFFICER, Role.DEPARTMENT_APPROVER}),
        (Party.SOURCE, {Role.DEPARTMENT_APPROVER}),
        (Party.BUREAU, {Role.BUREAU_REVIEWER}),
        (Party.LEADER, {Role.BUREAU_LEADER}),
    ],
)
def test_each_party_acts_through_the_roles_of_its_side(party, roles):
    assert {role for role in Role if PERMISSIONS[party] in ROLE_PERMISSIONS[role]} == roles


def test_nobody_who_assigns_demands_decides_the_dispute_about_them():
    for role in Role:
        both = {Permission.DEMAND_ASSIGN, Permission.DISPUTE_DECIDE}
        assert not both <= ROLE_PERMISSIONS[role]
