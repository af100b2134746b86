"""Whatever is done in whatever order: no demand ends unanswered, no refusal is listed without its law."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jutong.control.lists.fulfilment import Evidence, checks_of, status_of
from jutong.control.lists.matching import Want, canonical, core, judged, likeness
from jutong.control.lists.negatives import ON_THE_LIST, missing, state_of
from jutong.control.lists.terms import DemandAction as A
from jutong.control.lists.terms import DemandStage as S
from jutong.control.lists.terms import Fulfilment, NegativeScope, Verdict
from jutong.control.lists.transitions import ENDED, after
from jutong.control.lists.values import NegativeStatement
from jutong.vocabulary.catalogue import SharingType
from tests.support.lists import entry_facts

# How each end may have been reached: one of these steps must have been taken on the way.
ANSWERS = {
    S.FULFILLED: {A.TAKE, A.POINT, A.ACCEPT, A.AGREE, A.SHARE},
    S.NOT_SHARED: {A.NOT_SHARE},
    S.WITHDRAWN: {A.WITHDRAW},
    S.MERGED: {A.MERGE},
}
TODAY = date(2026, 3, 2)
texts = st.text(alphabet="婚姻登记信息数据身份证号姓名 ABc（），", max_size=12)


@given(actions=st.lists(st.sampled_from(list(A)), max_size=25))
def test_no_demand_ends_without_a_match_an_acceptance_a_decision_or_a_withdrawal(actions):
    stage, taken = S.FILED, []
    for action in actions:
        target = after(stage, action)
        if target is None:
            continue
        taken.append(action)
        stage = target
        if stage in ENDED:
            assert ANSWERS[stage] & set(taken)
            if stage is S.FULFILLED:
                assert taken[-1] is A.GRANT


@given(actions=st.lists(st.sampled_from(list(A)), max_size=25))
def test_nothing_is_decided_before_both_lower_steps_of_the_ladder(actions):
    stage, climbed = S.FILED, []
    for action in actions:
        target = after(stage, action)
        if target is None:
            continue
        if target is not stage:
            climbed.append(target)
        stage = target
        if action is A.NOT_SHARE:
            assert climbed[-4:-1] == [S.NEGOTIATION, S.COORDINATION, S.DECISION]


@given(
    reason=texts,
    document=texts,
    number=texts,
    article=texts,
    verdict=st.sampled_from(list(Verdict)),
    scope=st.sampled_from(list(NegativeScope)),
    expires=st.none() | st.integers(-900, 900),
    examine=st.none() | st.integers(-900, 900),
)
def test_no_refusal_to_share_is_on_the_list_without_its_whole_basis(
    reason, document, number, article, verdict, scope, expires, examine
):
    said = NegativeStatement(
        reason=reason, basis_document=document, basis_number=number, basis_article=article
    )
    state = state_of(
        said,
        scope,
        verdict,
        examine_on=None if examine is None else TODAY + timedelta(days=examine),
        expires_on=None if expires is None else TODAY + timedelta(days=expires),
        today=TODAY,
    )
    if state in ON_THE_LIST:
        assert verdict is Verdict.ACCEPTED
        assert not missing(said, scope)
        if scope is NegativeScope.SHARING:
            assert all(text.strip() for text in (reason, document, number, article))


@given(
    live=st.booleans(),
    sharing=st.sampled_from(list(SharingType)),
    due=st.none() | st.integers(-50, 50),
)
def test_what_is_not_catalogued_is_never_fulfilled_and_overdue_only_after_its_day(live, sharing, due):
    due_on = None if due is None else TODAY + timedelta(days=due)
    checks = checks_of(Evidence(live=live, sharing_type=sharing))
    status = status_of(checks, due_on=due_on, today=TODAY)
    if not live:
        assert status is not Fulfilment.FULFILLED
    if status is Fulfilment.OVERDUE:
        assert due_on is not None
        assert due_on < TODAY


@given(name=texts, title=texts, wanted=st.lists(texts, max_size=5), held=st.lists(texts, max_size=5))
def test_a_score_is_between_nothing_and_a_hundred_and_every_wanted_item_is_found_or_missing(
    name, title, wanted, held
):
    match = judged(Want(name=name, items=tuple(wanted)), entry_facts(title, *held))
    assert 0 <= match.score <= 100
    assert len(match.found) + len(match.missing) == len(wanted)
    assert likeness(core(name), core(title)) == likeness(core(title), core(name))
    assert canonical(canonical(name)) == canonical(name)
