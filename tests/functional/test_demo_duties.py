"""The duties of the demo city: its registers come from them, and the rest shows what drafting is for."""

import pytest

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import INSTALLER_ACTOR
from jutong.control.drafting import api as drafting
from jutong.control.duties.api import FindingKind, all_duties, edition, editions
from jutong.demo import city as demo_city
from jutong.demo import duties as demo_duties
from jutong.demo import settling
from jutong.demo.registers import registers
from jutong.kernel.clock import FixedClock
from tests.support.control import MONDAY

pytestmark = pytest.mark.django_db


def test_every_duty_is_of_a_department_and_every_register_of_a_duty(settings):
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    clock, chosen = FixedClock(MONDAY), registers(postgresql=False)
    settling.settle_directory(settling.city_directory(chosen), clock=clock, tell=lambda *_: None)
    catalogue.install_classifications(INSTALLER_ACTOR, clock=clock)
    for _ in range(2):
        demo_duties.import_duties(clock=clock)
        demo_duties.propose_missing(clock=clock)
    reviewer = directory.actor_named(settling.REVIEWER)
    loaded = all_duties(reviewer)
    assert len(loaded) == len(demo_duties.DUTIES)
    assert all(one.department and one.task_type for one in loaded)
    (listed,) = editions(reviewer)
    assert {one.kind for one in edition(reviewer, listed.number).findings} <= {FindingKind.NAME_REPEATED}
    known = {register.service for register in chosen}
    assert {name for duty in demo_duties.DUTIES for name in duty.services} <= known
    without_duty = {one.service for one in chosen if not demo_duties.duties_of(one.service)}
    assert {one.split("_")[0] for one in without_duty} <= {"statistics", "bureau", "construction"}
    assert drafting.count_proposals(reviewer) > 20
    assert demo_city.DEPARTMENTS
