"""Accounts and roles."""

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from jutong.control.directory import audit
from jutong.control.directory.actors import actor_for, require
from jutong.control.directory.audit import AuditAction
from jutong.control.directory.errors import (
    AdministratorProtected,
    AlreadyExists,
    InputInvalid,
    NotFound,
    OwnMembership,
    RoleConflict,
)
from jutong.control.directory.models import Department, Membership, Person
from jutong.control.directory.roles import ADMINISTRATORS, Permission, Role, excludes
from jutong.control.directory.values import Actor, MembershipView, PersonView
from jutong.kernel.clock import Clock
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor


def create_person(
    actor: Actor,
    *,
    username: str,
    display_name: str,
    password: str,
    clock: Clock,
    email: str = "",
    phone: str = "",
) -> PersonView:
    """Make an account without any role.

    Raises:
        InputInvalid: the password breaks the rules.
        AlreadyExists: the name is taken.
    """
    require(actor, Permission.PERSON_MANAGE)
    person = Person(username=username, display_name=display_name, email=email, phone=phone)
    _check_password(password, person)
    person.set_password(password)
    try:
        with transaction.atomic():
            person.save(force_insert=True)
            _record(actor, AuditAction.PERSON_CREATE, person, clock)
    except IntegrityError as error:
        raise AlreadyExists(what_zh="账号", what_en="account", key=username) from error
    return _person_view(person)


def set_password(actor: Actor, *, username: str, password: str, clock: Clock) -> None:
    """Set a new password: one's own, or another's with the permission to manage accounts.

    Raises:
        InputInvalid: the password breaks the rules.
        AdministratorProtected: the account is another administrator's.
    """
    if actor.person_id is None or actor.username != username:
        require(actor, Permission.PERSON_MANAGE)
    person = _person(username)
    _leave_administrators_alone(actor, person)
    _check_password(password, person)
    with transaction.atomic():
        person.set_password(password)
        person.save(update_fields=["password"])
        _record(actor, AuditAction.PERSON_PASSWORD, person, clock)


def deactivate_person(actor: Actor, *, username: str, clock: Clock) -> None:
    """Close an account; its past acts stay under its name.

    Raises:
        AdministratorProtected: the account is another administrator's.
    """
    require(actor, Permission.PERSON_MANAGE)
    person = _person(username)
    _leave_administrators_alone(actor, person)
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_active=False)
        _record(actor, AuditAction.PERSON_DEACTIVATE, person, clock)


def _leave_administrators_alone(actor: Actor, person: Person) -> None:
    """Who may take over another administrator's account holds two of the three offices (三员分立)."""
    if actor.person_id is None or actor.username == person.username:
        return  # the platform's own actors stand for whoever holds the machine itself
    offices = [role.value for role in ADMINISTRATORS]
    if Membership.objects.filter(person=person, role__in=offices).exists():
        raise AdministratorProtected(username=person.username)


def set_language(actor: Actor, *, language: str) -> None:
    """Keep the actor's own choice of language (`zh-hans` or `en`)."""
    if language in {"zh-hans", "en"} and actor.person_id is not None:
        Person.objects.filter(pk=actor.person_id).update(language=language)


def people(
    actor: Actor, *, department: str = "", limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[PersonView]:
    """Accounts with their roles, oldest first."""
    require(actor, Permission.PERSON_READ)
    rows = Person.objects.prefetch_related("memberships__department").order_by("pk")
    if department:
        rows = rows.filter(memberships__department__code=department).distinct()
    if cursor:
        (after,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__gt=after)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(_person_view(row) for row in found[:limit]), next_cursor=following)


def give_role(actor: Actor, *, username: str, department: str, role: Role, clock: Clock) -> MembershipView:
    """Give a person a role in a department.

    Raises:
        OwnMembership: it is the actor's own account.
        RoleConflict: the administrators' roles exclude every other (三员分立).
    """
    require(actor, Permission.MEMBERSHIP_MANAGE)
    if username == actor.username:
        raise OwnMembership
    person = _person(username)
    where = Department.objects.filter(code=department).first()
    if where is None:
        raise NotFound(what_zh="部门", what_en="department", key=department)
    with transaction.atomic():
        # Writing the person's row first puts two givers of roles in order on PostgreSQL too.
        Person.objects.filter(pk=person.pk).update(is_active=person.is_active)
        for held in Membership.objects.filter(person=person):
            existing = Role(held.role)
            if excludes(role, existing):
                raise RoleConflict(role=role.label("zh"), existing=existing.label("zh"))
        row, made = Membership.objects.get_or_create(
            person=person, department=where, role=role.value, defaults={"since": clock.now()}
        )
        if made:
            _record(actor, AuditAction.MEMBERSHIP_GIVE, person, clock, department=department, role=role)
    return _membership_view(row)


def remove_role(actor: Actor, *, username: str, department: str, role: Role, clock: Clock) -> None:
    """Take a role away.

    Raises:
        OwnMembership: it is the actor's own account.
        NotFound: the person does not hold it.
    """
    require(actor, Permission.MEMBERSHIP_MANAGE)
    if username == actor.username:
        raise OwnMembership
    person = _person(username)
    with transaction.atomic():
        gone, _ = Membership.objects.filter(
            person=person, department__code=department, role=role.value
        ).delete()
        if not gone:
            raise NotFound(what_zh="角色", what_en="role", key=f"{username}/{department}/{role}")
        _record(actor, AuditAction.MEMBERSHIP_REMOVE, person, clock, department=department, role=role)


def actor_named(username: str) -> Actor:
    """The actor of an active account, for the command line and the demo.

    Raises:
        NotFound: there is no such account, or it is closed.
    """
    person = Person.objects.filter(username=username, is_active=True).first()
    if person is None:
        raise NotFound(what_zh="账号", what_en="account", key=username)
    return actor_for(person)


def record_session(action: AuditAction, *, username: str, user: object, address: str, clock: Clock) -> None:
    """Keep a sign-in, a sign-out or a failed attempt in the trail.

    A name without an account is not kept: people type their password there.
    """
    actor = actor_for(user)
    known = Person.objects.filter(username=username).exists()
    audit.record(
        actor,
        action,
        at=clock.now(),
        object_type="session",
        object_id=username if known else "unknown",
        department=actor.home_department,
        outcome="denied" if action is AuditAction.SESSION_FAIL else "done",
        detail={"address": address},
    )


def _person(username: str) -> Person:
    person = Person.objects.filter(username=username).first()
    if person is None:
        raise NotFound(what_zh="账号", what_en="account", key=username)
    return person


def _check_password(password: str, person: Person) -> None:
    try:
        validate_password(password, person)
    except ValidationError as error:
        reason = " ".join(error.messages)
        raise InputInvalid(
            field_zh="密码", field_en="The password", reason_zh=reason, reason_en=reason
        ) from error


def _record(
    actor: Actor,
    action: AuditAction,
    person: Person,
    clock: Clock,
    *,
    department: str = "",
    role: Role | None = None,
) -> None:
    audit.record(
        actor,
        action,
        at=clock.now(),
        object_type="person",
        object_id=person.username,
        department=department,
        detail={"role": role.value} if role else None,
    )


def _person_view(person: Person) -> PersonView:
    return PersonView(
        id=person.pk,
        username=person.username,
        display_name=person.display_name,
        active=person.is_active,
        language=person.language,
        memberships=tuple(_membership_view(row) for row in person.memberships.all()),
    )


def _membership_view(row: Membership) -> MembershipView:
    return MembershipView(
        id=row.pk,
        department=row.department.code,
        department_name=row.department.name,
        role=Role(row.role),
    )
