"""Who may do what: the table of roles and permissions, and every use case against it."""

from contextlib import suppress
from datetime import date

import pytest
from django.db import transaction

from jutong.control.approval import api as approval
from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.directory import api as directory
from jutong.control.directory.actors import can, scope
from jutong.control.directory.api import ADMINISTRATORS, ROLE_PERMISSIONS, Permission, Role
from jutong.control.directory.audit import AuditAction
from jutong.control.directory.errors import PermissionDenied
from jutong.control.directory.roles import PERMISSION_LABELS, excludes
from jutong.control.directory.values import Actor, ActorMembership
from jutong.control.grants import api as grants
from jutong.control.lists import api as lists
from jutong.control.opening import api as opening
from jutong.control.supervision import api as supervision
from jutong.kernel.errors import JutongError
from tests.support.control import BUREAU, CIVIL, TAX, a_city, a_draft, a_published_entry
from tests.support.lists import a_demand

P = Permission
BUSINESS_DATA = {P.DATA_PREVIEW, P.CALL_READ, P.APPLICATION_READ, P.GRANT_READ, P.ENTRY_READ, P.RUN_READ}


def an_actor(role: Role, department: str = CIVIL) -> Actor:
    membership = ActorMembership(
        department=department, department_name=department, role=role, covers=frozenset({department, "below"})
    )
    return Actor(person_id=1, username="u", display_name="测试", memberships=(membership,))


def test_permissions_and_audit_tags_are_sorted_and_speak_both_languages():
    for tags in ([p.value for p in Permission], [a.value for a in AuditAction]):
        assert tags == sorted(tags)
        assert all(tag.count(":") == 2 for tag in tags)
    assert set(PERMISSION_LABELS) == set(Permission)
    assert set(ROLE_PERMISSIONS) == set(Role)


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_no_administrator_sees_business_data(role):
    assert not ROLE_PERMISSIONS[role] & BUSINESS_DATA


def test_the_administrators_powers_are_apart():
    powers = [ROLE_PERMISSIONS[role] - {P.PERSON_READ} for role in sorted(ADMINISTRATORS)]
    for number, one in enumerate(powers):
        for other in powers[number + 1 :]:
            assert not one & other


@pytest.mark.parametrize("one", Role)
@pytest.mark.parametrize("other", Role)
def test_an_administrators_role_excludes_every_other(one, other):
    assert excludes(one, other) is (one is not other and bool({one, other} & ADMINISTRATORS))
    assert excludes(one, other) is excludes(other, one)


def test_only_the_audit_administrator_reads_the_trail():
    assert {role for role in Role if P.AUDIT_READ in ROLE_PERMISSIONS[role]} == {Role.AUDIT_ADMIN}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_the_decision_follows_the_table_and_the_scope_of_lists_agrees_with_it(role, permission):
    actor, has = an_actor(role), permission in ROLE_PERMISSIONS[role]
    city_wide = role in directory.CITY_WIDE
    assert bool(can(actor, permission)) is has
    reach = scope(actor, permission)
    for department, own in ((CIVIL, True), ("below", True), (TAX, False)):
        allowed = bool(can(actor, permission, department))
        assert allowed is (has and (own or city_wide))
        assert allowed is (reach is None or department in reach)


# Each use case with what it needs, tried for the civil affairs department.
OPERATIONS = {
    "add a department": (P.DEPARTMENT_MANAGE, lambda c, a: directory.add_department(
        a, code="newdept", name="新部门", region="330100", clock=c.clock)),
    "add a region": (P.DEPARTMENT_MANAGE, lambda c, a: directory.add_region(
        a, code="330102", name="新区", level=directory.RegionLevel.COUNTY, parent="330100", clock=c.clock)),
    "add a system": (P.SYSTEM_MANAGE, lambda c, a: directory.add_system(
        a, code="newsys", name="新系统", department=CIVIL, clock=c.clock)),
    "create an account": (P.PERSON_MANAGE, lambda c, a: directory.create_person(
        a, username="new", display_name="新人", password="short", clock=c.clock)),
    "close an account": (P.PERSON_MANAGE, lambda c, a: directory.deactivate_person(
        a, username="tax_developer", clock=c.clock)),
    "list people": (P.PERSON_READ, lambda c, a: directory.people(a)),
    "give a role": (P.MEMBERSHIP_MANAGE, lambda c, a: directory.give_role(
        a, username="tax_developer", department=TAX, role=Role.DEPARTMENT_OFFICER, clock=c.clock)),
    "remove a role": (P.MEMBERSHIP_MANAGE, lambda c, a: directory.remove_role(
        a, username="tax_developer", department=TAX, role=Role.DEVELOPER, clock=c.clock)),
    "register a client system": (P.CLIENT_MANAGE, lambda c, a: directory.create_client(
        a, home=c.home, name="应用", department=CIVIL, clock=c.clock)),
    "list client systems": (P.CLIENT_READ, lambda c, a: directory.clients(a, department=CIVIL)),
    "read the trail": (P.AUDIT_READ, lambda c, a: directory.audit_trail(a)),
    "verify the trail": (P.AUDIT_READ, lambda c, a: directory.verify_audit(a)),
    "add a classification": (P.CLASSIFICATION_MANAGE, lambda c, a: catalogue.add_classification(
        a, code="308", name="新项", clock=c.clock)),
    "draft an entry": (P.ENTRY_DRAFT, lambda c, a: catalogue.create_entry(
        a, provider=CIVIL, draft=a_draft(), clock=c.clock)),
    "change an entry": (P.ENTRY_DRAFT, lambda c, a: catalogue.begin_change(a, "hydj_jbxx", clock=c.clock)),
    "accept an entry": (P.ENTRY_REVIEW_DEPARTMENT, lambda c, a: catalogue.accept(a, "waiting", clock=c.clock)),
    "withdraw an entry": (P.ENTRY_WITHDRAW, lambda c, a: catalogue.withdraw(
        a, "hydj_jbxx", reason="职责调整", clock=c.clock)),
    "publish an entry": (P.ENTRY_REVIEW_BUREAU, lambda c, a: catalogue.publish(a, "reviewing", clock=c.clock)),
    "recall an entry": (P.ENTRY_DRAFT, lambda c, a: catalogue.recall(a, "waiting", clock=c.clock)),
    "return an entry to its department": (P.ENTRY_REVIEW_BUREAU, lambda c, a: catalogue.return_entry(
        a, "reviewing", reason="请补充", clock=c.clock)),
    "confirm levels": (P.LEVEL_CONFIRM, lambda c, a: catalogue.confirm_levels(
        a, "hydj_jbxx", {}, clock=c.clock)),
    "list gradings due": (P.LEVEL_CONFIRM, lambda c, a: catalogue.gradings_due(a, by=date(2030, 1, 1))),
    "change the controls": (P.CONTROL_MANAGE, lambda c, a: catalogue.change_controls(
        a, catalogue.control_set().controls, reason="核对", version=0, clock=c.clock)),
    "list versions of the controls": (P.ENTRY_READ, lambda c, a: catalogue.control_sets(a)),
    "open an update duty": (P.DUTY_MANAGE, lambda c, a: catalogue.open_update_duty(
        a, ["hydj_jbxx"], reason="职责调整", started_on=date(2025, 3, 3), clock=c.clock)),
    "ask for an extension": (P.ENTRY_DRAFT, lambda c, a: catalogue.ask_extension(
        a, owed_duty(), reason="系统改造", clock=c.clock)),
    "decide on an extension": (P.ENTRY_REVIEW_BUREAU, lambda c, a: catalogue.decide_extension(
        a, owed_duty(), granted=True, clock=c.clock)),
    "list running clocks": (P.ENTRY_READ, lambda c, a: catalogue.running_clocks(a, clock=c.clock)),
    "list update duties": (P.ENTRY_READ, lambda c, a: catalogue.update_duties(a)),
    "list versions that differ": (P.ENTRY_READ, lambda c, a: catalogue.diff_of(a, "hydj_jbxx")),
    "see an entry": (P.ENTRY_READ, lambda c, a: catalogue.entry(a, "hydj_jbxx")),
    "list entries": (P.ENTRY_READ, lambda c, a: catalogue.entries(a)),
    "register a source": (P.SOURCE_MANAGE, lambda c, a: collection.add_source(
        a, collection.SourceDraft(code="s_new", name="源", department=CIVIL, kind="csv"), home=c.home, clock=c.clock)),
    "list sources": (P.SOURCE_READ, lambda c, a: collection.sources(a, department=CIVIL)),
    "bind a source": (P.SOURCE_MANAGE, lambda c, a: collection.bind(
        a, service="hydj_jbxx", source="none", clock=c.clock)),
    "request a run": (P.RUN_REQUEST, lambda c, a: collection.request_run(a, "hydj_jbxx", clock=c.clock)),
    "list runs": (P.RUN_READ, lambda c, a: collection.runs(a)),
    "end lost runs": (P.RUN_EXECUTE, lambda c, a: collection.end_lost_runs(a, clock=c.clock)),
    "list applications": (P.APPLICATION_READ, lambda c, a: approval.applications(a, clock=c.clock)),
    "list grants": (P.GRANT_READ, lambda c, a: grants.grants(a)),
    "expire grants": (P.SNAPSHOT_PUBLISH, lambda c, a: grants.expire_grants(a, clock=c.clock)),
    "open a dataset": (P.DATASET_MANAGE, lambda c, a: opening.open_dataset(
        a, "hydj_jbxx", items=(), theme=opening.Theme.CIVIL, clock=c.clock)),
    "list datasets to release": (P.DATASET_RELEASE, lambda c, a: opening.awaiting_release(a)),
    "file a demand": (P.DEMAND_FILE, lambda c, a: lists.file_demand(
        a, a_demand(), department=CIVIL, clock=c.clock)),
    "add a responsibility": (P.RESPONSIBILITY_MANAGE, lambda c, a: lists.add_duty(
        a, lists.DutyDraft(department=CIVIL, name="地名信息", due_on=date(2030, 1, 1)), clock=c.clock)),
    "publish an edition": (P.RESPONSIBILITY_MANAGE, lambda c, a: lists.publish_edition(
        a, lists.ListKind.RESPONSIBILITY, clock=c.clock)),
    "see the three lists": (P.ENTRY_READ, lambda c, a: lists.waiting(a, clock=c.clock)),
    "see the ranking": (P.RANKING_READ, lambda c, a: supervision.ranking(a, at=c.clock.now())),
}  # fmt: skip


def owed_duty() -> int:
    """The number of the update duty that the test opened."""
    (duty,) = catalogue.update_duties(directory.SYSTEM_ACTOR)
    return duty.number


@pytest.mark.django_db
def test_every_use_case_obeys_the_table_for_every_role_and_keeps_each_refusal(tmp_path):
    city = a_city(tmp_path)
    a_published_entry(city)
    for service, title in (("waiting", "离婚登记信息"), ("reviewing", "收养登记信息")):
        draft = a_draft(title=title)
        catalogue.create_entry(
            city.civil_officer, provider=CIVIL, draft=draft, service=service, clock=city.clock
        )
        catalogue.submit(city.civil_officer, service, clock=city.clock)
    catalogue.accept(city.civil_approver, "reviewing", clock=city.clock)
    catalogue.open_update_duty(
        city.reviewer, ["hydj_jbxx"], reason="条例修订", started_on=date(2025, 3, 3), clock=city.clock
    )
    wrong, refused = [], 0
    for role in Role:
        actor = next(
            a for a in city.actors.values() if a.roles == {role} and a.departments & {CIVIL, BUREAU, TAX}
        )
        for name, (permission, operation) in OPERATIONS.items():
            expected = bool(can(actor, permission, CIVIL if a_department_is_named(name) else None))
            denied = False
            with suppress(JutongError), transaction.atomic():
                try:
                    operation(city, actor)
                except PermissionDenied:
                    denied = True
                    raise
                finally:
                    transaction.set_rollback(True)
            refused += denied
            if denied is expected:
                wrong.append((role.value, name, "denied" if denied else "allowed"))
    assert wrong == []
    assert refused > 100


def a_department_is_named(name: str) -> bool:
    """Whether the operation acts on the civil affairs department's own things."""
    return name.split(maxsplit=1)[0] not in {"list", "see", "end", "expire"} or name in {
        "list client systems",
        "list sources",
    }


@pytest.mark.django_db
def test_a_refusal_is_kept_in_the_trail(tmp_path):
    city = a_city(tmp_path)
    with pytest.raises(PermissionDenied, match="no role of yours includes it"):
        directory.audit_trail(city.leader)
    event = directory.audit_trail(city.auditor, outcome="denied").rows[0]
    assert (event.action, event.object_id) == ("directory:permission:deny", "directory:audit:read")
    assert "leader" in event.actor_name
