"""Who acts, and may they: one decision function in plain Python over frozen values."""

from typing import Final

from jutong.control.directory import audit
from jutong.control.directory.errors import PermissionDenied
from jutong.control.directory.models import Department, Membership, Person
from jutong.control.directory.roles import (
    CITY_WIDE,
    INSTALLER_PERMISSIONS,
    ROLE_PERMISSIONS,
    SYSTEM_PERMISSIONS,
    Permission,
    Role,
)
from jutong.control.directory.values import Actor, ActorMembership, Decision
from jutong.kernel.clock import SystemClock

SYSTEM_ACTOR: Final = Actor(
    person_id=None, username="system", display_name="平台任务", granted=SYSTEM_PERMISSIONS
)
"""The platform's jobs."""

INSTALLER_ACTOR: Final = Actor(
    person_id=None, username="installer", display_name="平台安装", granted=INSTALLER_PERMISSIONS
)
"""`jutong init` and `jutong demo`, before there are administrators."""

_LONGEST_CODE: Final = 32

ANONYMOUS: Final = Actor(person_id=None, username="", display_name="公众")
"""A visitor of the portal: may do nothing that needs a permission."""


def can(actor: Actor, permission: Permission, department: str | None = None) -> Decision:
    """Whether `actor` may do `permission` for `department` (its code; None: for any department at all)."""
    if permission in actor.granted:
        return Decision(allowed=True, reason_zh="平台自身的任务", reason_en="a job of the platform")
    holding = [m for m in actor.memberships if permission in ROLE_PERMISSIONS[m.role]]
    if not holding:
        return Decision(
            allowed=False, reason_zh="没有包含此权限的角色", reason_en="no role of yours includes it"
        )
    for membership in holding:
        if department is None or membership.role in CITY_WIDE or department in _covered(membership):
            role = membership.role
            return Decision(
                allowed=True,
                reason_zh=f"{membership.department_name}「{role.zh}」",
                reason_en=f"{role.en} of {membership.department_name}",
            )
    return Decision(
        allowed=False,
        reason_zh="该对象属于其他部门，超出数据范围",
        reason_en="it belongs to another department, outside your scope",
    )


def _covered(membership: ActorMembership) -> frozenset[str]:
    return membership.covers | {membership.department}


def require(actor: Actor, permission: Permission, department: str | None = None) -> None:
    """Stop unless `can`; a refusal is kept in the audit trail.

    Raises:
        PermissionDenied: with the permission's name and the reason.
    """
    decision = can(actor, permission, department)
    if decision:
        return
    audit.record(
        actor,
        audit.AuditAction.PERMISSION_DENY,
        at=SystemClock().now(),
        object_type="permission",
        object_id=permission.value,
        department=(department or "")[:_LONGEST_CODE],  # which may be anything that was sent
        outcome="denied",
        detail={"reason": decision.reason_en},
    )
    raise PermissionDenied(
        permission=permission.value,
        permission_zh=permission.zh,
        permission_en=permission.en,
        reason_zh=decision.reason_zh,
        reason_en=decision.reason_en,
    )


def scope(actor: Actor, permission: Permission) -> frozenset[str] | None:
    """Codes of the departments for which the actor holds `permission`; None means every department.

    A list filtered by it shows exactly the objects for which `can` says yes.
    """
    if permission in actor.granted:
        return None
    covered: set[str] = set()
    for membership in actor.memberships:
        if permission not in ROLE_PERMISSIONS[membership.role]:
            continue
        if membership.role in CITY_WIDE:
            return None
        covered |= _covered(membership)
    return frozenset(covered)


def actor_for(user: object) -> Actor:
    """The actor of a signed-in `Person` with their roles as they are now; anyone else is `ANONYMOUS`."""
    if not isinstance(user, Person) or not user.is_active or user.pk is None:
        return ANONYMOUS
    rows = list(Membership.objects.filter(person=user).select_related("department").order_by("id"))
    below = _below() if any(Role(row.role) not in CITY_WIDE for row in rows) else {}
    return Actor(
        person_id=user.pk,
        username=user.username,
        display_name=user.display_name or user.username,
        language=user.language,
        memberships=tuple(
            ActorMembership(
                department=row.department.code,
                department_name=row.department.name,
                role=Role(row.role),
                covers=_tree(row.department.code, below),
            )
            for row in rows
        ),
    )


def _below() -> dict[str, list[str]]:
    below: dict[str, list[str]] = {}
    pairs = Department.objects.filter(parent__isnull=False).values_list("parent__code", "code")
    for parent, code in pairs:
        below.setdefault(str(parent), []).append(code)
    return below


def _tree(code: str, below: dict[str, list[str]]) -> frozenset[str]:
    found, waiting = {code}, [code]
    while waiting:
        for child in below.get(waiting.pop(), ()):
            if child not in found:
                found.add(child)
                waiting.append(child)
    return frozenset(found)
