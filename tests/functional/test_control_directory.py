"""People, roles, client systems and the audit trail, as administrators live them."""

import pytest
from django.contrib.auth import authenticate
from django.db import DatabaseError, transaction
from django.test import Client, override_settings

from jutong.control.directory import api as directory
from jutong.control.directory.api import Role
from jutong.control.directory.errors import (
    AdministratorProtected,
    AlreadyExists,
    InputInvalid,
    NotFound,
    OwnMembership,
    PermissionDenied,
    RoleConflict,
)
from jutong.control.directory.models import AuditEvent, AuditHead, ClientSystem, Person
from jutong.kernel.crypto.keys import open_text
from tests.support.control import BUREAU, CIVIL, DISTRICT, PASSWORD, TAX, City, a_city

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(tmp_path) -> City:
    return a_city(tmp_path)


@pytest.mark.parametrize(
    "password", ["short-1A", "alllowercaseletters", "lowercase-and-signs", "1234567890123", "reviewer-12345"]
)
def test_a_weak_password_is_refused(city, password):
    with pytest.raises(InputInvalid):
        directory.set_password(city.reviewer, username="reviewer", password=password, clock=city.clock)


def test_one_changes_ones_own_password_and_the_system_administrator_anyones(city):
    new = "Another-pass-2026"
    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        directory.set_password(city.reviewer, username="reviewer", password=new, clock=city.clock)
        directory.set_password(city.sysadmin, username="leader", password=new, clock=city.clock)
        for office in ("secadmin", "auditor"):
            with pytest.raises(AdministratorProtected):
                directory.set_password(city.sysadmin, username=office, password=new, clock=city.clock)
            with pytest.raises(AdministratorProtected):
                directory.deactivate_person(city.sysadmin, username=office, clock=city.clock)
        with pytest.raises(PermissionDenied):
            directory.set_password(city.reviewer, username="leader", password=new, clock=city.clock)
        assert Person.objects.get(username="leader").check_password(new)


def test_administrators_hold_no_second_role_and_nobody_changes_their_own(city):
    give = {"department": BUREAU, "clock": city.clock}
    with pytest.raises(RoleConflict):
        directory.give_role(city.secadmin, username="sysadmin", role=Role.BUREAU_REVIEWER, **give)
    with pytest.raises(RoleConflict):
        directory.give_role(city.secadmin, username="leader", role=Role.AUDIT_ADMIN, **give)
    with pytest.raises(OwnMembership):
        directory.give_role(city.secadmin, username="secadmin", role=Role.BUREAU_LEADER, **give)
    directory.give_role(city.secadmin, username="leader", role=Role.BUREAU_REVIEWER, **give)
    assert directory.actor_named("leader").roles == {Role.BUREAU_LEADER, Role.BUREAU_REVIEWER}


def test_a_role_that_is_taken_away_ends_at_once(city):
    directory.remove_role(
        city.secadmin, username="tax_officer", department=TAX, role=Role.DEPARTMENT_OFFICER, clock=city.clock
    )
    assert directory.actor_named("tax_officer").permissions == frozenset()
    directory.deactivate_person(city.sysadmin, username="tax_officer", clock=city.clock)
    with pytest.raises(NotFound):
        directory.actor_named("tax_officer")


def test_a_department_role_reaches_the_departments_below_and_no_other(city):
    assert city.civil_officer.departments == {CIVIL, DISTRICT}
    assert city.district_officer.departments == {DISTRICT}


def test_a_secret_is_shown_once_and_kept_sealed(city):
    issued = directory.create_client(
        city.tax_developer, home=city.home, name="个税核验", department=TAX, clock=city.clock
    )
    row = ClientSystem.objects.get(client_id=issued.client.client_id)
    assert issued.secret not in row.sealed_secret
    assert issued.secret not in repr(issued)
    assert open_text(city.home, row.sealed_secret) == issued.secret
    again = directory.rotate_client(
        city.tax_developer, home=city.home, client_id=issued.client.client_id, clock=city.clock
    )
    assert again.secret != issued.secret
    with pytest.raises(PermissionDenied):
        directory.rotate_client(
            city.civil_officer, home=city.home, client_id=issued.client.client_id, clock=city.clock
        )
    directory.deactivate_client(city.tax_officer, client_id=issued.client.client_id, clock=city.clock)
    assert [client.active for client in directory.clients(city.tax_developer)] == [False]


def test_codes_are_given_once_and_in_their_form(city):
    with pytest.raises(AlreadyExists):
        directory.add_system(city.civil_officer, code="hydj", name="x", department=CIVIL, clock=city.clock)
    with pytest.raises(InputInvalid):
        directory.add_system(city.civil_officer, code="HYDJ!", name="x", department=CIVIL, clock=city.clock)


class TestTheTrail:
    def test_it_is_whole_and_read_newest_first(self, city):
        verdict = directory.verify_audit(city.auditor)
        assert verdict.intact
        first = directory.audit_trail(city.auditor, limit=3)
        second = directory.audit_trail(city.auditor, limit=3, cursor=first.next_cursor)
        numbers = [event.sequence for event in (*first.rows, *second.rows)]
        assert numbers == list(range(verdict.events, verdict.events - 6, -1))

    def test_the_database_refuses_to_change_an_event(self, city):
        with pytest.raises(DatabaseError), transaction.atomic():
            AuditEvent.objects.filter(sequence=3).update(actor_name="someone else")

    @pytest.mark.parametrize(("sequence", "problem"), [(1, "missing"), (5, "missing")])
    def test_a_removed_event_is_noticed(self, city, sequence, problem):
        AuditEvent.objects.filter(sequence=sequence).delete()
        verdict = directory.verify_audit(city.auditor)
        assert (verdict.intact, verdict.first_bad, verdict.problem) == (False, sequence, problem)

    def test_a_cut_tail_is_noticed(self, city):
        last = AuditHead.objects.get().sequence
        AuditEvent.objects.filter(sequence=last).delete()
        assert directory.verify_audit(city.auditor).first_bad == last

    def test_a_forged_event_is_noticed(self, city):
        event = AuditEvent.objects.get(sequence=4)
        AuditEvent.objects.filter(sequence=4).delete()
        event.actor_name = "someone else"
        AuditEvent.objects.bulk_create([event])
        verdict = directory.verify_audit(city.auditor)
        assert (verdict.first_bad, verdict.problem) == (4, "content")

    def test_signing_in_and_failing_to_are_kept_without_what_was_typed_by_mistake(self, city):
        from django.test import RequestFactory

        request = RequestFactory().post("/sign-in/", REMOTE_ADDR="192.0.2.7")
        with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
            assert authenticate(request, username="reviewer", password="wrong") is None
            assert authenticate(request, username=PASSWORD, password="reviewer") is None
            Client().force_login(Person.objects.get(username="reviewer"))
        kept = directory.audit_trail(city.auditor, object_type="session").rows
        assert [(event.action.rpartition(":")[2], event.object_id) for event in kept] == [
            ("sign_in", "reviewer"),
            ("fail", "unknown"),
            ("fail", "reviewer"),
        ]
        assert kept[1].detail == {"address": "192.0.2.7"}
