"""Whatever people do to entries in whatever order: both reviews come before each version, no code is given twice."""

from itertools import count
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryAction
from jutong.control.catalogue.models import AllocatedCode, Entry
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import EntryStatus
from tests.support.control import CIVIL, a_city, a_draft

NUMBERS = count(1)
ACTORS = ("civil_officer", "civil_approver", "reviewer", "tax_officer")
# What an officer can ask for; to move an entry is for a restructuring alone.
DEEDS = [*(action for action in EntryAction if action is not EntryAction.MOVE), "save", *["forward"] * 8]
# Who takes an entry one step further; without it, few random walks would ever reach publication.
FORWARD = {
    EntryStatus.DRAFT: ("civil_officer", EntryAction.SUBMIT),
    EntryStatus.RETURNED: ("civil_officer", EntryAction.SUBMIT),
    EntryStatus.SUBMITTED: ("civil_approver", EntryAction.ACCEPT),
    EntryStatus.BUREAU_REVIEW: ("reviewer", EntryAction.PUBLISH),
    EntryStatus.PUBLISHED: ("civil_officer", EntryAction.CHANGE),
    EntryStatus.WITHDRAWN: ("civil_officer", EntryAction.CHANGE),
}
# What someone does: (who, what, to which of two entries).
deeds = st.tuples(st.sampled_from(ACTORS), st.sampled_from(DEEDS), st.sampled_from(["one", "two"]))


@pytest.fixture
def city(db, tmp_path):  # the database is asked for by its name
    return a_city(tmp_path)


def do(city, username: str, deed: EntryAction | str, service: str) -> None:
    if deed == "forward":
        username, deed = FORWARD[catalogue.entry(city.reviewer, service).summary.status]
    actor, clock = city.actors[username], city.clock
    steps = {
        EntryAction.SUBMIT: lambda: catalogue.submit(actor, service, clock=clock),
        EntryAction.RECALL: lambda: catalogue.recall(actor, service, clock=clock),
        EntryAction.ACCEPT: lambda: catalogue.accept(actor, service, clock=clock),
        EntryAction.RETURN: lambda: catalogue.return_entry(actor, service, reason="退", clock=clock),
        EntryAction.PUBLISH: lambda: catalogue.publish(actor, service, clock=clock),
        EntryAction.CHANGE: lambda: catalogue.begin_change(actor, service, clock=clock),
        EntryAction.DISCARD: lambda: catalogue.discard_change(actor, service, clock=clock),
        EntryAction.WITHDRAW: lambda: catalogue.withdraw(actor, service, reason="撤", clock=clock),
        "save": lambda: save(city, actor, service),
    }
    steps[deed]()


def save(city, actor, service: str) -> None:
    view = catalogue.entry(actor, service)
    draft = a_draft(title=view.working.title, contact_name=f"联系人{next(NUMBERS)}")
    catalogue.save_entry(actor, service, draft, revision=view.revision, clock=city.clock)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(done=st.lists(deeds, min_size=15, max_size=30))
def test_both_reviews_come_before_each_version_and_no_code_is_given_twice(city, done):
    number = next(NUMBERS)
    names = SimpleNamespace(one=f"one_{number}", two=f"two_{number}")
    for name, title in (("one", "低保对象救助信息"), ("two", "困难家庭档案")):
        catalogue.create_entry(
            city.civil_officer,
            provider=CIVIL,
            draft=a_draft(title=f"{title}{'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳'[number % 16]}{name}"),
            service=getattr(names, name),
            clock=city.clock,
        )
    for username, deed, which in done:
        try:
            do(city, username, deed, getattr(names, which))
        except JutongError:
            continue
    for service in (names.one, names.two):
        steps = [step.action for step in catalogue.entry(city.reviewer, service).steps]
        published = [place for place, action in enumerate(steps) if action is EntryAction.PUBLISH]
        assert all(
            steps[place - 2 : place] == [EntryAction.SUBMIT, EntryAction.ACCEPT] for place in published
        )
        assert len(catalogue.versions(city.reviewer, service)) == len(published)
    codes = list(AllocatedCode.objects.values_list("code", flat=True))
    assert len(codes) == len(set(codes)) == Entry.objects.exclude(code=None).count()
    event(f"{len(codes)} codes given")
