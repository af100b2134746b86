"""Whatever is done in whatever order: nothing is granted without its reviews, nothing published without both."""

from datetime import UTC, datetime

from hypothesis import example, given
from hypothesis import strategies as st

from jutong.control.approval.terms import Action, Stage
from jutong.control.approval.transitions import ENDED, Route
from jutong.control.approval.transitions import after as application_after
from jutong.control.catalogue.terms import EntryAction
from jutong.control.catalogue.transitions import after as entry_after
from jutong.control.collection.schedule import next_run, promised_by
from jutong.vocabulary.catalogue import EntryStatus, UpdateFrequency

routes = st.builds(Route, own=st.booleans(), provider=st.booleans(), authority=st.booleans())


@given(route=routes, actions=st.lists(st.sampled_from(list(Action)), max_size=14))
def test_nothing_is_granted_without_every_review_of_its_route(route, actions):
    stage, accepted = Stage.DRAFT, []
    for action in actions:
        target = application_after(stage, action, route)
        if target is None:
            continue
        if action is Action.ACCEPT:
            accepted.append(stage)
        elif target is Stage.DRAFT:
            accepted.clear()
        stage = target
    if stage is Stage.GRANTED:
        assert set(route.reviews) <= set(accepted)


@given(route=routes, stage=st.sampled_from(sorted(ENDED)), action=st.sampled_from(list(Action)))
def test_nothing_follows_an_end(route, stage, action):
    assert application_after(stage, action, route) is None


@given(actions=st.lists(st.sampled_from(list(EntryAction)), max_size=14))
def test_nothing_is_published_without_the_department_and_then_the_bureau(actions):
    status, live, accepted = EntryStatus.DRAFT, False, False
    for action in actions:
        target = entry_after(status, action, live=live)
        if target is None:
            continue
        if action is EntryAction.PUBLISH:
            assert accepted
            live, accepted = True, False
        elif action is EntryAction.ACCEPT:
            accepted = True
        elif target in {EntryStatus.DRAFT, EntryStatus.RETURNED, EntryStatus.SUBMITTED}:
            accepted = False
        if action is EntryAction.WITHDRAW:
            live = False
        status = target
        assert status is not EntryStatus.PUBLISHED or live


instants = st.datetimes(
    min_value=datetime(2000, 1, 1), max_value=datetime(2090, 1, 1), timezones=st.just(UTC)
)


# The second half-year has 184 days, one more than is promised.
@example(at=datetime(2025, 6, 30, 18, tzinfo=UTC), frequency=UpdateFrequency.HALF_YEARLY)
@given(at=instants, frequency=st.sampled_from(list(UpdateFrequency)))
def test_the_next_run_lies_ahead_and_within_the_promise(at, frequency):
    coming, promised = next_run(frequency, at), promised_by(frequency, at)
    assert (coming is None) == (promised is None)
    if coming is not None and promised is not None:
        assert at < coming < promised
