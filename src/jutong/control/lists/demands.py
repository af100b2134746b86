"""Demands (需求清单): filed, matched at once, assigned, answered, disputed, decided."""

import re
from typing import Any, Final

from django.db import transaction
from django.db.models import F

from jutong.control.catalogue.api import entry as entry_view
from jutong.control.catalogue.api import entry_id, live_facts
from jutong.control.directory.api import (
    SYSTEM_ACTOR,
    Actor,
    AuditAction,
    Permission,
    department_id,
    record,
    require,
)
from jutong.control.lists import numbers
from jutong.control.lists.drawing_up import draw_up
from jutong.control.lists.errors import (
    DemandConflict,
    DemandInvalid,
    DemandStepNotAllowed,
    EntryRefused,
    MergeInvalid,
    OwnData,
    StepIncomplete,
)
from jutong.control.lists.matching import Want, core, judged, likeness, matches, nearby
from jutong.control.lists.models import Demand
from jutong.control.lists.negatives import refuse_by_decision
from jutong.control.lists.reading import find, matching, require_party, view_of
from jutong.control.lists.responsibilities import owe
from jutong.control.lists.stepping import move
from jutong.control.lists.terms import DemandAction, DemandStage
from jutong.control.lists.transitions import ENDED, after
from jutong.control.lists.values import DemandDraft, DemandFilter, DemandView, Match, StepData
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.catalogue import SharingType

TEXT_LIMIT: Final = 2000
NAME_LIMIT: Final = 120
ITEMS_LIMIT: Final = 100
MOST_COMPARED: Final = 500
ALIKE: Final = 0.5
_BROKEN: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_NOTHING: Final = StepData()
A = DemandAction


def file_demand(actor: Actor, draft: DemandDraft, *, department: str, clock: Clock) -> DemandView:
    """Keep what `department` needs under a number of its own; `matches_of` says what may satisfy it.

    Raises:
        DemandInvalid: name, basis or scene are missing, or a text cannot be kept.
    """
    require(actor, Permission.DEMAND_FILE, department)
    _check(draft, department)
    now = clock.now()
    with transaction.atomic():
        (number,) = numbers.take(numbers.DEMAND, business_date(now))
        Demand.objects.create(
            number=number,
            department_id=department_id(department),
            filer_id=actor.person_id,
            filer_name=actor.display_name,
            stage=DemandStage.FILED.value,
            stage_since=now,
            created_at=now,
            **_columns(draft),
        )
        _record(actor, number, department, clock)
    return view_of(actor, find(number), clock)


def change_demand(
    actor: Actor, number: str, draft: DemandDraft, *, revision: int, clock: Clock
) -> DemandView:
    """Replace what a demand says while its filer still looks at the matches.

    Raises:
        DemandStepNotAllowed, DemandConflict, DemandInvalid
    """
    row = find(number)
    require(actor, Permission.DEMAND_FILE, row.department.code)
    stage = DemandStage(row.stage)
    if stage is not DemandStage.FILED:
        raise DemandStepNotAllowed(
            demand=number, stage_zh=stage.zh, stage_en=stage.en, action_zh="修改", action_en="editing"
        )
    _check(draft, row.department.code)
    with transaction.atomic():
        moved = Demand.objects.filter(pk=row.pk, stage=row.stage, revision=revision).update(
            **_columns(draft), revision=F("revision") + 1
        )
        if not moved:
            raise DemandConflict(demand=number)
        _record(actor, number, row.department.code, clock)
    return view_of(actor, find(number), clock)


def matches_of(actor: Actor, number: str) -> tuple[Match, ...]:
    """Live entries that may satisfy the demand, ranked and explained; the department's own are left out."""
    row = find(number)
    require(actor, Permission.ENTRY_READ)
    return matches_of_want(want_of(row))


def match_with(actor: Actor, number: str, service: str) -> Match | None:
    """How far the live entry `service` satisfies the demand, however far that is; None when it is not live."""
    require(actor, Permission.ENTRY_READ)
    facts = live_facts([entry_id(service)])
    return judged(want_of(find(number)), facts[0]) if facts else None


def matches_of_want(want: Want) -> tuple[Match, ...]:
    return matches(want, nearby(want))


def like_demands(actor: Actor, number: str) -> tuple[tuple[str, str, str], ...]:
    """(number, name, demanding department) of demands under way that seem to want the same data."""
    require(actor, Permission.ENTRY_READ)
    row = find(number)
    about = core(row.name)
    others = matching(actor, DemandFilter(open_only=True)).exclude(pk=row.pk)
    ranked = sorted(
        ((likeness(about, core(other.name)), other) for other in others[:MOST_COMPARED]),
        key=lambda pair: -pair[0],
    )
    return tuple(
        (other.number, other.name, other.department.name) for score, other in ranked if score >= ALIKE
    )


def want_of(row: Demand) -> Want:
    return Want(
        name=row.name,
        items=tuple(row.items),
        text=f"{row.scene}\n{row.basis}",
        proposed=row.proposed.code if row.proposed else "",
        duties=tuple(row.duties),
        department=row.department.code,
    )


def take_step(
    actor: Actor,
    number: str,
    action: DemandAction,
    *,
    clock: Clock,
    reason: str = "",
    data: StepData = _NOTHING,
    revision: int | None = None,
) -> DemandView:
    """One step of a demand by the table; `revision` is the one that was shown.

    TAKE and POINT need `service`; ASSIGN `department`; MERGE `into`; NOT_SHARE the whole basis. With ACCEPT or
    AGREE, `service` names an entry to extend; draw the entry up later with `draw_up_entry`.

    Raises:
        PermissionDenied: the actor is not the party whose step it is.
        DemandStepNotAllowed, StepIncomplete, DemandConflict, MergeInvalid, OwnData, EntryRefused
    """
    row = find(number)
    require_party(actor, row, action)
    stage = DemandStage(row.stage)
    if after(stage, action) is None:
        raise DemandStepNotAllowed(
            demand=number, stage_zh=stage.zh, stage_en=stage.en, action_zh=action.zh, action_en=action.en
        )
    if revision is not None and revision != row.revision:
        raise DemandConflict(demand=number)
    changes, note = _changes(actor, row, action, data)
    with transaction.atomic():
        move(actor, row, action, clock=clock, reason=reason, note=note, **changes)
        _follow(actor, find(number), action, data, reason=reason, clock=clock)
    return view_of(actor, find(number), clock)


def draw_up_entry(actor: Actor, number: str, *, service: str = "", clock: Clock) -> str:
    """The accepted demand's entry: a new draft, or `service` extended by the wanted items; its service name.

    Raises:
        DemandStepNotAllowed: the demand is not accepted, or has its entry already.
        OwnData: `service` is another department's.
    """
    row = find(number)
    stage, source = DemandStage(row.stage), row.assigned
    if stage is not DemandStage.ACCEPTED or source is None or row.entry_id is not None:
        raise DemandStepNotAllowed(
            demand=number, stage_zh=stage.zh, stage_en=stage.en, action_zh="编制目录", action_en="drawing up"
        )
    require(actor, Permission.ENTRY_DRAFT, source.code)
    with transaction.atomic():
        name, version = draw_up(actor, row, source.code, service=service, clock=clock)
        moved = Demand.objects.filter(pk=row.pk, revision=row.revision, entry__isnull=True).update(
            entry_id=entry_id(name), awaited_version=version, revision=F("revision") + 1
        )
        if not moved:
            raise DemandConflict(demand=number)
        owe(actor, find(number), clock=clock)
    return name


def _changes(actor: Actor, row: Demand, action: DemandAction, data: StepData) -> tuple[dict[str, Any], str]:
    """(columns that the step sets, what to note of it)."""
    if action in {A.TAKE, A.POINT}:
        entry = entry_view(actor, _needed(action, data.service, "目录条目", "the entry")).summary
        _needed(action, entry.service if entry.live else "", "已发布的目录条目", "a published entry")
        _check_other(row, entry.provider, entry.title)
        if entry.sharing_type is SharingType.NOT_SHARED:
            raise EntryRefused(title=entry.title)
        return {
            "entry_id": entry_id(entry.service),
            "assigned_id": department_id(entry.provider),
        }, entry.title
    if action is A.ASSIGN:
        code = _needed(action, data.department, "分派的部门", "the department")
        _check_other(row, code, code)
        return {"assigned_id": department_id(code), "entry_id": None}, code
    if action is A.GO_ON:
        return {"entry_id": None, "assigned_id": None}, ""
    if action is A.MERGE:
        lead = find(_needed(action, data.into, "并入的需求", "the demand to merge into"))
        if lead.pk == row.pk or DemandStage(lead.stage) in ENDED:
            raise MergeInvalid(demand=lead.number)
        return {"lead_id": lead.pk}, lead.number
    if action is A.NOT_SHARE:
        for value, zh, en in (
            (data.basis_document, "依据文件名", "the document"),
            (data.basis_number, "文号", "its number"),
            (data.basis_article, "条款", "the article"),
        ):
            _needed(action, value, zh, en)
    if action is A.REOPEN:
        return {"lead_id": None}, ""
    binding = action is A.SHARE
    return ({"binding_decision": True} if binding else {}), ""


def _follow(
    actor: Actor, row: Demand, action: DemandAction, data: StepData, *, reason: str, clock: Clock
) -> None:
    """What a step brings about beyond the demand itself."""
    if row.stage == DemandStage.ACCEPTED.value:
        # A dispute about a declined application is about an entry that is published already.
        known = row.entry is not None and row.entry.live
        if known and row.entry is not None:
            Demand.objects.filter(pk=row.pk).update(awaited_version=row.entry.published_version)
        owe(actor, row, clock=clock, due_on=data.due_on)
        if data.service and not known:
            draw_up_entry(actor, row.number, service=data.service, clock=clock)
    elif action is A.NOT_SHARE:
        refuse_by_decision(actor, row, reason=reason, data=data, clock=clock)
    elif action in {A.WITHDRAW, A.MERGE}:
        _pass_on(row, action, clock)


def _pass_on(row: Demand, action: DemandAction, clock: Clock) -> None:
    """Co-demanders are not lost: they follow to the new lead, or are assigned by themselves again."""
    for one in Demand.objects.select_related("department").filter(lead=row):
        if action is A.MERGE:
            Demand.objects.filter(pk=one.pk).update(lead_id=row.lead_id)
        else:
            move(SYSTEM_ACTOR, one, A.REOPEN, clock=clock, note=row.number, lead=None)


def _check_other(row: Demand, provider: str, what: str) -> None:
    if provider == row.department.code:
        raise OwnData(what=what)


def _needed(action: DemandAction, value: str, zh: str, en: str) -> str:
    if not value.strip():
        raise StepIncomplete(action_zh=action.zh, action_en=action.en, missing_zh=zh, missing_en=en)
    return value.strip()


def _check(draft: DemandDraft, department: str) -> None:
    texts = (
        ("所需数据名称", "name", draft.name, NAME_LIMIT, True),
        ("使用依据", "basis", draft.basis, TEXT_LIMIT, True),
        ("应用场景", "scene", draft.scene, TEXT_LIMIT, True),
        *(("信息项", "items", item, NAME_LIMIT, True) for item in draft.items),
        *(("关联事项编码", "duty codes", code, 60, True) for code in draft.duties),
    )
    for zh, en, text, limit, required in texts:
        if required and not text.strip():
            raise DemandInvalid(place_zh=zh, place_en=en, reason_zh="不能为空", reason_en="it is empty")
        if len(text) > limit or _BROKEN.search(text):
            raise DemandInvalid(
                place_zh=zh,
                place_en=en,
                reason_zh=f"超过 {limit} 字或含有控制字符",
                reason_en=f"it is longer than {limit} characters or has control characters",
            )
    if len(draft.items) > ITEMS_LIMIT or len(draft.duties) > ITEMS_LIMIT:
        raise DemandInvalid(
            place_zh="信息项",
            place_en="items",
            reason_zh=f"超过 {ITEMS_LIMIT} 个",
            reason_en=f"there are more than {ITEMS_LIMIT}",
        )
    if draft.proposed and draft.proposed == department:
        raise OwnData(what=draft.proposed)


def _columns(draft: DemandDraft) -> dict[str, Any]:
    return {
        "name": draft.name.strip(),
        "items": list(dict.fromkeys(item.strip() for item in draft.items)),
        "proposed_id": department_id(draft.proposed) if draft.proposed else None,
        "duties": list(dict.fromkeys(code.strip() for code in draft.duties)),
        "basis": draft.basis.strip(),
        "scene": draft.scene.strip(),
        "sharing_method": draft.sharing_method.value,
        "update_frequency": draft.update_frequency.value,
        "use_until": draft.use_until,
        "urgency": draft.urgency.value,
    }


def _record(actor: Actor, number: str, department: str, clock: Clock) -> None:
    record(
        actor,
        AuditAction.DEMAND_FILE,
        at=clock.now(),
        object_type="demand",
        object_id=number,
        department=department,
    )
