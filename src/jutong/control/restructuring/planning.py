"""Writing a restructuring up, and calling it off."""

from collections.abc import Iterator

from django.db import transaction

from jutong.control.catalogue.api import held_services
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    Permission,
    department,
    next_number,
    record,
    require,
    systems,
)
from jutong.control.restructuring.errors import ReformConflict, ReformInvalid
from jutong.control.restructuring.models import Reform, ReformSequence
from jutong.control.restructuring.reading import find, reform
from jutong.control.restructuring.terms import ReformAction, ReformKind, ReformStatus
from jutong.control.restructuring.transitions import after
from jutong.control.restructuring.values import ReformDraft, ReformView
from jutong.kernel.clock import Clock, business_date


def plan(actor: Actor, draft: ReformDraft, *, clock: Clock) -> ReformView:
    """Write a restructuring up; nothing moves yet.

    Raises:
        ReformInvalid: what the kind of restructuring needs is missing, or it names what is not there.
        NotFound: there is no such department.
    """
    require(actor, Permission.RESTRUCTURE)
    for zh, en in _faults(draft):
        raise ReformInvalid(reason_zh=zh, reason_en=en)
    now = clock.now()
    year = str(business_date(now).year)
    with transaction.atomic():
        number = next_number(ReformSequence, "last", year=year)
        row = Reform.objects.create(
            code=f"JG-{year}-{number:04d}",
            kind=draft.kind.value,
            title=draft.title.strip(),
            document=draft.document.strip(),
            document_number=draft.document_number.strip(),
            effective_on=draft.effective_on,
            before=list(draft.before),
            after=draft.before[0] if draft.kind is ReformKind.RENAME else draft.after,
            new_name=draft.new_name.strip(),
            new_short_name=draft.new_short_name.strip(),
            new_uscc=draft.new_uscc.strip(),
            services=list(draft.services),
            systems=list(draft.systems),
            status=ReformStatus.PLANNED.value,
            planned_by=actor.display_name,
            planned_at=now,
        )
        record(
            actor,
            AuditAction.REFORM_PLAN,
            at=now,
            object_type="reform",
            object_id=row.code,
            department=row.after,
        )
    return reform(actor, row.code)


def cancel(actor: Actor, code: str, *, clock: Clock) -> ReformView:
    """Planned → cancelled."""
    require(actor, Permission.RESTRUCTURE)
    row = find(code)
    with transaction.atomic():
        step(row, ReformAction.CANCEL)
        record(
            actor,
            AuditAction.REFORM_CANCEL,
            at=clock.now(),
            object_type="reform",
            object_id=code,
            department=row.after,
        )
    return reform(actor, code)


def step(row: Reform, action: ReformAction) -> None:
    """Move the restructuring as the table says.

    Raises:
        ReformConflict: the table has no such step, or someone else took one meanwhile.
    """
    before = ReformStatus(row.status)
    target = after(before, action)
    rows = Reform.objects.filter(pk=row.pk, status=before.value)
    if target is None or not rows.update(status=target.value):
        raise ReformConflict(
            reform=row.code,
            status_zh=before.zh,
            status_en=before.en,
            action_zh=action.zh,
            action_en=action.en,
        )
    row.status = target.value


def _faults(draft: ReformDraft) -> Iterator[tuple[str, str]]:
    if not (draft.title.strip() and draft.document.strip() and draft.document_number.strip()):
        yield "须写明事项名称、依据文件名和文号", "title, document and its number are needed"
    if not draft.before or len(set(draft.before)) != len(draft.before):
        yield "须列出涉及的部门，且不重复", "it names no department, or one twice"
    for code in draft.before:
        if not department(code).active:
            yield f"部门 {code} 已停用", f"the department {code} is closed already"
    if draft.kind is ReformKind.RENAME:
        yield from _faults_of_renaming(draft)
    else:
        yield from _faults_of_moving(draft)


def _faults_of_renaming(draft: ReformDraft) -> Iterator[tuple[str, str]]:
    if len(draft.before) != 1 or not draft.new_name.strip():
        yield "更名须选定一个部门并填写新名称", "a renaming needs one department and its new name"


def _faults_of_moving(draft: ReformDraft) -> Iterator[tuple[str, str]]:
    if not draft.after or draft.after in draft.before:
        yield (
            "须选定接收部门，且不能是被并入或划出的部门",
            "it needs a department that takes over, another one",
        )
        return
    if not department(draft.after).active:
        yield "接收部门已停用", "the department that takes over is closed"
    if draft.kind is not ReformKind.TRANSFER:
        return
    if len(draft.before) != 1 or not (draft.services or draft.systems):
        yield (
            "职能划转须选定一个划出部门和至少一个目录或系统",
            "a transfer needs one department and an entry or system",
        )
    held = {system.code for system in systems(department=draft.before[0])}
    for code in (*(set(draft.services) - set(held_services(draft.before[0]))), *(set(draft.systems) - held)):
        yield f"{code} 不属于划出部门", f"{code} does not belong to the department that gives"
