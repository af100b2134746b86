"""What a restructuring (机构改革) changes in the directory: names, mergers, and who runs which system."""

import re
from typing import Final

from django.db import transaction
from django.db.models import QuerySet

from jutong.control.directory import audit
from jutong.control.directory.actors import require
from jutong.control.directory.audit import AuditAction
from jutong.control.directory.errors import InputInvalid, NotFound
from jutong.control.directory.models import ClientSystem, Department, Membership, System
from jutong.control.directory.roles import Permission
from jutong.control.directory.structure import department
from jutong.control.directory.terms import MovedNoun
from jutong.control.directory.values import Actor, DepartmentView, Moved
from jutong.kernel.clock import Clock

_USCC: Final = re.compile(r"[0-9A-Z]{18}")


def rename_department(
    actor: Actor, code: str, *, name: str, short_name: str = "", uscc: str = "", clock: Clock
) -> DepartmentView:
    """The department goes on under a new name; its code stays, so that all that names it stays true.

    Raises:
        InputInvalid: the name is empty or the unified social credit code is not of 18 characters.
        NotFound: there is no such department.
    """
    require(actor, Permission.RESTRUCTURE)
    before = department(code)
    if not name.strip():
        raise InputInvalid(
            field_zh="部门名称", field_en="The name", reason_zh="不能为空", reason_en="something"
        )
    if uscc and not _USCC.fullmatch(uscc):
        raise InputInvalid(
            field_zh="统一社会信用代码",
            field_en="The unified social credit code",
            reason_zh="须为18位大写字母和数字",
            reason_en="18 capital letters and digits",
        )
    with transaction.atomic():
        Department.objects.filter(code=code).update(
            name=name.strip(), short_name=short_name.strip(), uscc=uscc or before.uscc
        )
        audit.record(
            actor,
            AuditAction.DEPARTMENT_RENAME,
            at=clock.now(),
            object_type="department",
            object_id=code,
            department=code,
            detail={"before": before.name, "after": name.strip()},
        )
    return department(code)


def merge_department(actor: Actor, before: str, after: str, *, clock: Clock) -> tuple[Moved, ...]:
    """`before` ends and `after` takes over its systems, client systems, people and the departments below it.

    Raises:
        NotFound: there is no such department.
    """
    require(actor, Permission.RESTRUCTURE)
    old, new = _row(before), _row(after)
    with transaction.atomic():
        moved = [
            *move_systems(actor, tuple(old.systems.values_list("code", flat=True)), after, clock=clock),
            *_handed_over(ClientSystem.objects.filter(department=old), MovedNoun.CLIENT, "client_id", new),
            *_people(old, new),
            *_children(old, new),
            Moved(noun=MovedNoun.DEPARTMENT, key=old.code, name=old.name),
        ]
        Department.objects.filter(pk=old.pk).update(active=False, successor=new)
        audit.record(
            actor,
            AuditAction.DEPARTMENT_MERGE,
            at=clock.now(),
            object_type="department",
            object_id=before,
            department=after,
            detail={"into": after, "moved": len(moved)},
        )
    return tuple(moved)


def move_systems(actor: Actor, codes: tuple[str, ...], after: str, *, clock: Clock) -> tuple[Moved, ...]:
    """The IT systems `codes` are run by the department `after` from now on."""
    require(actor, Permission.RESTRUCTURE)
    new = _row(after)
    with transaction.atomic():
        moved = _handed_over(System.objects.filter(code__in=codes), MovedNoun.SYSTEM, "code", new)
        for one in moved:
            audit.record(
                actor,
                AuditAction.SYSTEM_MOVE,
                at=clock.now(),
                object_type="system",
                object_id=one.key,
                department=after,
            )
    return moved


def _handed_over(
    rows: QuerySet[System] | QuerySet[ClientSystem], noun: MovedNoun, key: str, new: Department
) -> tuple[Moved, ...]:
    moved = tuple(Moved(noun=noun, key=code, name=name) for code, name in rows.values_list(key, "name"))
    rows.update(department=new)
    return moved


def _people(old: Department, new: Department) -> tuple[Moved, ...]:
    """Everyone keeps their role; who held it in both departments holds it once."""
    held = set(new.memberships.values_list("person_id", "role"))
    moved = []
    for row in old.memberships.select_related("person"):
        moved.append(Moved(noun=MovedNoun.MEMBERSHIP, key=row.person.username, name=row.role))
        if (row.person_id, row.role) in held:
            row.delete()
        else:
            Membership.objects.filter(pk=row.pk).update(department=new)
    return tuple(moved)


def _children(old: Department, new: Department) -> tuple[Moved, ...]:
    rows = Department.objects.filter(parent=old).exclude(pk=new.pk)
    moved = tuple(Moved(noun=MovedNoun.DEPARTMENT, key=row.code, name=row.name) for row in rows)
    rows.update(parent=new)
    Department.objects.filter(pk=new.pk, parent=old).update(parent=old.parent)
    return moved


def _row(code: str) -> Department:
    row = Department.objects.filter(code=code).first()
    if row is None:
        raise NotFound(what_zh="部门", what_en="department", key=code)
    return row
