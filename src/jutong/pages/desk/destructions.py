"""Destructions (销毁): their way through three persons, the record with its proof; holds that keep data from them."""

from collections.abc import Sequence
from datetime import date
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.directory.api import Actor
from jutong.control.grants import api as grants
from jutong.control.grants.api import GrantFilter, GrantStatus
from jutong.control.retention import api as retention
from jutong.control.retention.api import DestructionAction, DestructionStage, DestructionView, RetentionBasis
from jutong.pages.components import Badge, Column, Empty, Link, Step, StepState, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, commanded, desk_page, desk_render, home
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.runs import error_text
from jutong.pages.templatetags.jutong import size

TONES: Final = {
    DestructionStage.PROPOSED: Tone.INFO,
    DestructionStage.REVIEWED: Tone.INFO,
    DestructionStage.APPROVED: Tone.WARNING,
    DestructionStage.EXECUTING: Tone.WARNING,
    DestructionStage.DONE: Tone.GOOD,
    DestructionStage.DECLINED: Tone.NEUTRAL,
    DestructionStage.CANCELLED: Tone.NEUTRAL,
}


def stage_badge(one: DestructionView) -> Badge:
    return Badge(text=one.stage.label(error_language()), tone=TONES[one.stage])


def destructions_table(rows: Sequence[DestructionView]) -> Table:
    return Table(
        caption=_("销毁单"),
        columns=[
            Column(key="number", title=_("编号"), nowrap=True),
            Column(key="title", title=_("目录条目")),
            Column(key="cutoff", title=_("销毁此日以前的数据"), nowrap=True),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="at", title=_("提出时间"), nowrap=True),
            Column(key="stage", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "number": Link(text=one.number, href=reverse("desk:destruction", args=[one.number])),
                "title": stacked(one.title, one.department_name),
                "cutoff": one.cutoff,
                "rows": one.proved.get("rows_destroyed", one.counted.get("due")),
                "at": one.proposed_at,
                "stage": stage_badge(one),
            }
            for one in rows
        ],
        empty=Empty(
            title=_("还没有销毁过数据"), text=_("条目有到期数据时，由部门数据专员提出，三人办理后平台执行。")
        ),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    """Where it stands, what would go and who would notice; when it is done, the record to be printed."""
    one = retention.destruction(actor, number)
    proved = one.proved
    live = grants.grants(actor, GrantFilter(service=one.service, status=GrantStatus.LIVE), limit=200).rows
    files = proved.get("files_removed", [])
    language = error_language()
    context = {
        "one": one,
        "badge": stage_badge(one),
        "basis": _("信息项 %(item)s 的日期") % {"item": one.item}
        if one.basis is RetentionBasis.ITEM
        else one.basis.label(language),
        "steps": _steps(one),
        "error": error_text(one.error_code, {"service": one.service, "number": "", "rows": "", "files": ""})
        if one.error_code
        else "",
        "tiles": _tiles(one),
        "consumers": [(grant.consumer_name, reverse("desk:grant", args=[grant.grant_id])) for grant in live],
        "actions": [
            (action.value, action.label(language), action is DestructionAction.DECLINE)
            for action in one.actions
        ],
        "proved": proved,
        "files": files,
        "files_size": size(sum(amount for _path, amount in files)),
        "versions": "、".join(map(str, proved.get("versions_removed", []))),
        "told": "、".join(proved.get("consumers", [])),
        "holds": retention.hold_on(one.service, clock().now().date()),
        "chain": retention.verify_proofs(actor, home=home()) if proved else None,
    }
    crumbs = (Link(text=_("留存与销毁"), href=reverse("desk:retention")),)
    return desk_render(request, actor, "desk/retention/destruction.html", context, crumbs=crumbs)


def _steps(one: DestructionView) -> list[Step]:
    order = [
        (DestructionStage.PROPOSED, _("提出"), one.proposed_by, one.proposed_at),
        (DestructionStage.REVIEWED, _("部门复核"), one.reviewed_by, one.reviewed_at),
        (DestructionStage.APPROVED, _("主管部门批准"), one.approved_by, one.approved_at),
        (DestructionStage.DONE, _("平台执行并出具证明"), _("平台任务") if one.ended_at else "", one.ended_at),
    ]
    steps, current = [], True
    for _stage, title, by, at in order:
        if at is not None:
            state = StepState.DONE
        elif one.stage in {DestructionStage.DECLINED, DestructionStage.CANCELLED} and current:
            state = StepState.FAILED
        else:
            state = StepState.CURRENT if current else StepState.TODO
        current = current and at is not None
        failed = state is StepState.FAILED
        who, note = (one.declined_by, one.decline_reason) if failed else (by, "")
        steps.append(Step(title=title, state=state, by=who, at=at, note=note))
    return steps


def _tiles(one: DestructionView) -> list[Tile]:
    proved = one.proved
    if proved:
        return [
            Tile(title=_("已销毁行数"), value=proved["rows_destroyed"], tone=Tone.GOOD),
            Tile(title=_("销毁前行数"), value=proved["rows_before"]),
            Tile(title=_("保留行数"), value=proved["rows_kept"]),
            Tile(title=_("一并销毁的问题数据"), value=proved["refused_destroyed"]),
        ]
    counted = one.counted
    return [
        Tile(title=_("到期行数"), value=counted.get("due"), tone=Tone.WARNING),
        Tile(title=_("资源池行数"), value=counted.get("rows")),
        Tile(title=_("没有日期的行"), value=counted.get("undated"), note=_("不会被销毁")),
        Tile(title=_("一并销毁的问题数据"), value=counted.get("quarantined")),
    ]


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    action = commanded(DestructionAction, request.POST.get("action"))
    retention.decide(actor, number, action, reason=request.POST.get("reason", ""), clock=clock())
    messages.success(request, _("已办理。"))
    return redirect("desk:destruction", number=number)


@require_POST
@desk_page
def place_hold(request: HttpRequest, actor: Actor) -> HttpResponse:
    sent = request.POST
    try:
        until = date.fromisoformat(sent["until"]) if sent.get("until") else None
    except ValueError:
        until = date.min  # which is past: the use case says so
    retention.place_hold(
        actor,
        service=sent.get("service", "").strip(),
        department=sent.get("department", ""),
        reason=sent.get("reason", ""),
        document=sent.get("document", ""),
        until=until,
        clock=clock(),
    )
    messages.success(request, _("已冻结，解除前不会销毁。"))
    return redirect(reverse("desk:retention") + "#holds")


@require_POST
@desk_page
def lift_hold(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    retention.lift_hold(actor, number, reason=request.POST.get("reason", ""), clock=clock())
    messages.success(request, _("已解除冻结。"))
    return redirect(reverse("desk:retention") + "#holds")
