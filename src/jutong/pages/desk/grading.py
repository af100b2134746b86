"""Classification and grading: the levels of one entry's items, and what each level demands in this city."""

from collections.abc import Mapping
from dataclasses import fields, replace
from datetime import timedelta
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import ControlSetView, EntryGrading, ItemGrading
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.kernel.clock import business_date
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Column, Empty, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, chosen, clock, desk_page, desk_render, error_line
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.deciding import whole_number
from jutong.vocabulary.catalogue import EntryStatus, Level, OpenType, SharingType
from jutong.vocabulary.grading import (
    DEFAULT_CONTROLS,
    ApprovalNode,
    ExportRule,
    LevelControls,
    LogDepth,
    OutputForm,
    ReleaseForm,
    Storage,
    Transport,
    Watermark,
)
from jutong.vocabulary.terms import Term

DUE_WITHIN: Final = timedelta(days=60)
# Control → (its name, what may be chosen); the approval nodes and the months are written otherwise.
CONTROLS: Final[Mapping[str, tuple[Any, type[Term]]]] = {
    "sharing_default": (gettext_lazy("共享默认"), SharingType),
    "opening_default": (gettext_lazy("开放默认"), OpenType),
    "transport": (gettext_lazy("传输"), Transport),
    "storage": (gettext_lazy("存储"), Storage),
    "output": (gettext_lazy("输出"), OutputForm),
    "release": (gettext_lazy("开放形式"), ReleaseForm),
    "watermark": (gettext_lazy("水印"), Watermark),
    "log": (gettext_lazy("日志"), LogDepth),
    "export": (gettext_lazy("导出"), ExportRule),
}
# The reviews that can be chosen: none, the provider's, the provider's and then the authority's.
NODES: Final = ((), (ApprovalNode.PROVIDER,), (ApprovalNode.PROVIDER, ApprovalNode.AUTHORITY))
ENFORCED: Final = frozenset({"approval", "output", "release"})
"""Controls that the platform itself carries out; the others are shown to those who run it."""


@desk_page
def entry(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """The levels of one entry: proposed, declared, confirmed; those who may confirm them do it here, all at once."""
    reason = request.POST.get("reason", "").strip()
    chosen_levels = _sent_levels(request)
    if request.method == "POST":
        try:
            catalogue.confirm_levels(
                actor,
                service,
                chosen_levels,
                reason=reason,
                revision=whole_number(request.POST.get("revision", "")),
                clock=clock(),
            )
        except JutongError as error:
            if error.kind in OWN_PAGE:
                raise
            messages.error(request, error_line(error))
        else:
            messages.success(request, _("已确认 %(count)d 项的级别。") % {"count": len(chosen_levels)})
            return redirect("desk:entry-grading", service=service)
    found = catalogue.grading_of(actor, service)
    may = bool(directory.can(actor, Permission.LEVEL_CONFIRM, found.provider))
    before_bureau = found.status is EntryStatus.BUREAU_REVIEW
    context = {
        "grading": found,
        "level": badge(found.level),
        "may_confirm": may and bool(found.items),
        "may_change": may and before_bureau,
        "rows": [_row(item, chosen_levels) for item in found.items],
        "levels": [(level.value, level.label(error_language())) for level in Level],
        "controls": _facts(found),
        "reason": reason,
        "review_href": reverse("desk:entry", args=[service]),
    }
    crumbs = (
        Link(text=_("目录"), href=reverse("desk:catalogue")),
        Link(text=found.title, href=reverse("desk:entry", args=[service])),
    )
    return desk_render(request, actor, "desk/catalogue/grading.html", context, crumbs=crumbs)


def _sent_levels(request: HttpRequest) -> dict[str, Level]:
    """Field → level of the ticked items."""
    sent = {
        field: chosen(Level, request.POST.get(f"level-{field}")) for field in request.POST.getlist("item")
    }
    return {field: level for field, level in sent.items() if level is not None}


def _row(item: ItemGrading, sent: Mapping[str, Level]) -> dict[str, Any]:
    language, proposal, confirmed = error_language(), item.proposal, item.confirmed
    if confirmed is None:
        state = Badge(text=_("待确认"), tone=Tone.WARNING if item.blocks else Tone.NEUTRAL)
    elif confirmed.holds:
        state = Badge(text=_("已确认"), tone=Tone.GOOD)
    else:
        state = Badge(text=_("有变化，须重新确认"), tone=Tone.WARNING)
    note = ""
    if confirmed and confirmed.holds:
        note = " ".join(part for part in (confirmed.by_name, confirmed.reason) if part)
    return {
        "field": proposal.field,
        "name": proposal.name,
        "proposed": badge(proposal.level),
        "declared": badge(proposal.declared),
        "below": proposal.below,
        "blocks": item.blocks,
        "reasons": [f"{one.message(language)}（{one.rule}）" for one in proposal.reasons],
        "state": state,
        "note": note,
        "chosen": sent.get(proposal.field, proposal.declared).value,
        "ticked": proposal.field in sent if sent else not item.settled,
    }


def _facts(found: EntryGrading) -> list[tuple[str, str]]:
    """What the entry's level demands, in words."""
    return [(name, text) for name, text, _level in _described(found.controls)]


def _described(controls: LevelControls) -> list[tuple[str, str, Level]]:
    language = error_language()
    facts = [
        (str(name), getattr(controls, control).label(language), controls.level)
        for control, (name, _kind) in CONTROLS.items()
    ]
    facts.insert(2, (_("审批环节"), nodes_text(controls.approval), controls.level))
    facts.append((_("复核周期"), _("%(months)d 个月") % {"months": controls.review_months}, controls.level))
    return facts


def nodes_text(nodes: tuple[ApprovalNode, ...]) -> str:
    language = error_language()
    return " → ".join(node.label(language) for node in nodes) or _("按共享类型")


@desk_page
def controls(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What each level demands, for all; those who keep it change it here, as a new version."""
    directory.require(actor, Permission.ENTRY_READ)
    shown, reason = catalogue.control_set(), request.POST.get("reason", "").strip()
    may = bool(directory.can(actor, Permission.CONTROL_MANAGE))
    values = shown.controls
    if request.method == "POST":
        values = _sent_controls(request, shown)
        version = whole_number(request.POST.get("version", ""))
        try:
            made = catalogue.change_controls(
                actor,
                values,
                reason=reason,
                version=shown.number if version is None else version,
                clock=clock(),
            )
        except JutongError as error:
            if error.kind in OWN_PAGE:
                raise
            messages.error(request, error_line(error))
        else:
            messages.success(
                request, _("已保存为第 %(number)d 版，即时生效；已有授权不变。") % {"number": made.number}
            )
            return redirect("desk:grading")
    context = {
        "shown": shown,
        "levels": [badge(level) for level in Level],
        "rows": _control_rows(values),
        "may_change": may,
        "reason": reason,
        "history": _history(actor),
        "due": _due_table(actor) if Permission.LEVEL_CONFIRM in actor.permissions else None,
    }
    return desk_render(request, actor, "desk/catalogue/controls.html", context)


def _control_rows(values: Mapping[Level, LevelControls]) -> list[dict[str, Any]]:
    """One row a control, one cell a level: the name of the input, the present value and the choices."""
    language = error_language()
    rows: list[dict[str, Any]] = []
    for control, (title, kind) in CONTROLS.items():
        options = [(one.value, one.label(language)) for one in kind]
        cells = [
            {
                "level": level.label(language),
                "input": f"{control}-{level.value}",
                "chosen": value.value,
                "text": value.label(language),
            }
            for level in Level
            if (value := getattr(values[level], control))
        ]
        rows.append({"title": title, "options": options, "cells": cells, "enforced": control in ENFORCED})
    nodes = [(str(len(choice)), nodes_text(choice)) for choice in NODES]
    rows.insert(
        2,
        {
            "title": _("审批环节"),
            "options": nodes,
            "enforced": True,
            "cells": [
                {
                    "level": level.label(language),
                    "input": f"approval-{level.value}",
                    "chosen": str(len(values[level].approval)),
                    "text": nodes_text(values[level].approval),
                }
                for level in Level
            ],
        },
    )
    rows.append(
        {
            "title": _("复核周期（月）"),
            "options": (),
            "enforced": True,
            "cells": [
                {
                    "level": level.label(language),
                    "input": f"review_months-{level.value}",
                    "chosen": values[level].review_months,
                    "text": values[level].review_months,
                }
                for level in Level
            ],
        }
    )
    return rows


def _sent_controls(request: HttpRequest, shown: ControlSetView) -> dict[Level, LevelControls]:
    """The controls as the form sent them; what it does not say stays."""
    return {level: _sent_level(request, shown.controls[level]) for level in Level}


def _sent_level(request: HttpRequest, before: LevelControls) -> LevelControls:
    values: dict[str, Any] = {}
    for control, (_title, kind) in CONTROLS.items():
        value = chosen(kind, request.POST.get(f"{control}-{before.level.value}"))
        if value is not None:
            values[control] = value
    nodes = whole_number(request.POST.get(f"approval-{before.level.value}", ""))
    if nodes is not None and nodes < len(NODES):
        values["approval"] = NODES[nodes]
    months = whole_number(request.POST.get(f"review_months-{before.level.value}", ""))
    if months is not None:
        values["review_months"] = months
    return replace(before, **values)


def _history(actor: Actor) -> Table | None:
    found = catalogue.control_sets(actor)
    if not found:
        return None
    return Table(
        caption=_("修改记录"),
        columns=[
            Column(key="number", title=_("版本"), numeric=True),
            Column(key="at", title=_("时间"), nowrap=True),
            Column(key="by", title=_("修改人"), nowrap=True),
            Column(key="changed", title=_("改动")),
            Column(key="reason", title=_("理由")),
        ],
        rows=[
            {
                "number": one.number,
                "at": one.made_at,
                "by": one.made_by,
                "changed": _changed(before, one),
                "reason": one.reason,
            }
            for one, before in zip(found, [*found[1:], None], strict=True)
        ],
    )


def _changed(before: ControlSetView | None, after: ControlSetView) -> str:
    """In words what a version changed, against the one before it or the platform's defaults."""
    earlier = before.controls if before else DEFAULT_CONTROLS
    parts = []
    for level in Level:
        old, new = earlier[level], after.controls[level]
        differing = [
            one.name for one in fields(LevelControls) if getattr(old, one.name) != getattr(new, one.name)
        ]
        if differing:
            names = {control: str(title) for control, (title, _kind) in CONTROLS.items()}
            names |= {"approval": _("审批环节"), "review_months": _("复核周期")}
            parts.append(f"{level.label(error_language())}：" + "、".join(names[name] for name in differing))
    return "；".join(parts) or "—"


def _due_table(actor: Actor) -> Table:
    by = business_date(clock().now()) + DUE_WITHIN
    today = business_date(clock().now())
    return Table(
        caption=_("六十天内须复核分级的目录"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="confirmed", title=_("上次确认"), nowrap=True),
            Column(key="due", title=_("复核期限"), nowrap=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(text=one.title, href=reverse("desk:entry-grading", args=[one.service])),
                    one.provider_name,
                ),
                "level": badge(one.level),
                "confirmed": one.confirmed_on,
                "due": Badge(text=one.due_on.isoformat(), tone=Tone.BAD)
                if one.due_on < today
                else one.due_on,
            }
            for one in catalogue.gradings_due(actor, by=by)
        ],
        empty=Empty(title=_("没有要复核的目录"), text=_("到期前六十天会列在这里。")),
    )
