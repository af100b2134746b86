"""Regions, departments and IT systems."""

import re
from typing import Final

from django.db import IntegrityError, transaction

from jutong.control.directory import audit
from jutong.control.directory.actors import require
from jutong.control.directory.audit import AuditAction
from jutong.control.directory.errors import AlreadyExists, InputInvalid, NotFound
from jutong.control.directory.models import Department, Region, System
from jutong.control.directory.roles import Permission
from jutong.control.directory.terms import DepartmentKind, RegionLevel, SystemStatus
from jutong.control.directory.values import Actor, DepartmentView, RegionView, SystemView
from jutong.kernel.clock import Clock

_CODE: Final = re.compile(r"[a-z][a-z0-9_]{1,30}")
_REGION: Final = re.compile(r"[0-9]{6}")


def add_region(
    actor: Actor, *, code: str, name: str, level: RegionLevel, parent: str | None, clock: Clock
) -> RegionView:
    """Add a region under `parent` (its code; None for the nation).

    Raises:
        InputInvalid: the code is not of six digits.
        NotFound: there is no such parent.
        AlreadyExists: the code is taken.
    """
    require(actor, Permission.DEPARTMENT_MANAGE)
    if not _REGION.fullmatch(code):
        raise InputInvalid(
            field_zh="行政区划代码",
            field_en="The region code",
            reason_zh="须为6位数字",
            reason_en="six digits",
        )
    if parent is not None and not Region.objects.filter(code=parent).exists():
        raise NotFound(what_zh="上级行政区划", what_en="parent region", key=parent)
    with transaction.atomic():
        if Region.objects.filter(code=code).exists():
            raise AlreadyExists(what_zh="行政区划", what_en="region", key=code)
        region = Region.objects.create(code=code, name=name, level=level.value, parent_id=parent)
        audit.record(actor, AuditAction.REGION_ADD, at=clock.now(), object_type="region", object_id=code)
    return _region_view(region)


def regions() -> tuple[RegionView, ...]:
    """Every region of the platform, by code."""
    return tuple(_region_view(region) for region in Region.objects.all())


def _region_view(region: Region) -> RegionView:
    return RegionView(
        code=region.code, name=region.name, level=RegionLevel(region.level), parent=region.parent_id
    )


def add_department(
    actor: Actor,
    *,
    code: str,
    name: str,
    region: str,
    clock: Clock,
    uscc: str = "",
    short_name: str = "",
    kind: DepartmentKind = DepartmentKind.DEPARTMENT,
    parent: str | None = None,
) -> DepartmentView:
    """Add a department. `code` is lower-case ASCII (such as `gongan`) and begins its entries' service names.

    Raises:
        InputInvalid: code or unified social credit code is not of the right form.
        NotFound: there is no such region or parent.
        AlreadyExists: the code is taken.
    """
    require(actor, Permission.DEPARTMENT_MANAGE)
    _check_code(code, "部门编码", "The department code")
    if uscc and not re.fullmatch(r"[0-9A-Z]{18}", uscc):
        raise InputInvalid(
            field_zh="统一社会信用代码",
            field_en="The unified social credit code",
            reason_zh="须为18位大写字母和数字",
            reason_en="18 capital letters and digits",
        )
    if not Region.objects.filter(code=region).exists():
        raise NotFound(what_zh="行政区划", what_en="region", key=region)
    above = _department(parent) if parent else None
    with transaction.atomic():
        if Department.objects.filter(code=code).exists():
            raise AlreadyExists(what_zh="部门", what_en="department", key=code)
        row = Department.objects.create(
            code=code,
            name=name,
            short_name=short_name,
            uscc=uscc,
            kind=kind.value,
            region_id=region,
            parent=above,
        )
        audit.record(
            actor,
            AuditAction.DEPARTMENT_ADD,
            at=clock.now(),
            object_type="department",
            object_id=code,
            department=code,
        )
    return department(row.code)


def departments(*, active_only: bool = True) -> tuple[DepartmentView, ...]:
    """Every department, by code."""
    rows = Department.objects.select_related("region", "parent", "successor")
    if active_only:
        rows = rows.filter(active=True)
    return tuple(_department_view(row) for row in rows)


def department(code: str) -> DepartmentView:
    """Raises `NotFound` when there is none."""
    return _department_view(_department(code))


def _department(code: str) -> Department:
    row = Department.objects.select_related("region", "parent", "successor").filter(code=code).first()
    if row is None:
        raise NotFound(what_zh="部门", what_en="department", key=code)
    return row


def department_id(code: str) -> int:
    """The key of a department's row, for the foreign keys of other apps."""
    return _department(code).pk


def _department_view(row: Department) -> DepartmentView:
    return DepartmentView(
        code=row.code,
        name=row.name,
        short_name=row.short_name or row.name,
        uscc=row.uscc,
        kind=DepartmentKind(row.kind),
        region=row.region.code,
        region_name=row.region.name,
        parent=row.parent.code if row.parent else None,
        active=row.active,
        successor=row.successor.code if row.successor else None,
    )


def add_system(
    actor: Actor, *, code: str, name: str, department: str, clock: Clock, description: str = ""
) -> SystemView:
    """Register an IT system of `department`.

    Raises:
        InputInvalid: the code is not of the right form.
        AlreadyExists: the code is taken.
    """
    require(actor, Permission.SYSTEM_MANAGE, department)
    _check_code(code, "系统编码", "The system code")
    owner = _department(department)
    try:
        with transaction.atomic():
            row = System.objects.create(
                code=code, name=name, department=owner, description=description, created_at=clock.now()
            )
            audit.record(
                actor,
                AuditAction.SYSTEM_ADD,
                at=clock.now(),
                object_type="system",
                object_id=code,
                department=department,
            )
    except IntegrityError as error:
        raise AlreadyExists(what_zh="信息系统", what_en="system", key=code) from error
    return _system_view(row)


def systems(*, department: str = "") -> tuple[SystemView, ...]:
    """IT systems, of one department or of all."""
    rows = System.objects.select_related("department")
    if department:
        rows = rows.filter(department__code=department)
    return tuple(_system_view(row) for row in rows)


def system_id(code: str) -> int | None:
    """The key of a system's row; None for "".

    Raises:
        NotFound: there is no such system.
    """
    if not code:
        return None
    row = System.objects.filter(code=code).only("pk").first()
    if row is None:
        raise NotFound(what_zh="信息系统", what_en="system", key=code)
    return row.pk


def _system_view(row: System) -> SystemView:
    return SystemView(
        code=row.code,
        name=row.name,
        department=row.department.code,
        department_name=row.department.name,
        status=SystemStatus(row.status),
        description=row.description,
    )


def _check_code(code: str, field_zh: str, field_en: str) -> None:
    if not _CODE.fullmatch(code):
        raise InputInvalid(
            field_zh=field_zh,
            field_en=field_en,
            reason_zh="须以小写字母开头，只含小写字母、数字和下划线，2至31位",
            reason_en="2 to 31 lower-case letters, digits and underscores, a letter first",
        )
