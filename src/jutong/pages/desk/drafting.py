"""The four confirmations: proposals of a department in one table, confirmed as they stand or as corrected."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.drafting import api as drafting
from jutong.control.drafting.api import (
    Choice,
    ChoiceResult,
    Origin,
    ProposalFilter,
    ProposalStatus,
    ProposalView,
)
from jutong.control.duties import api as duties
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.selects import department_select
from jutong.vocabulary.catalogue import OpenType, SharingType, UpdateFrequency
from jutong.vocabulary.surveys import UNSURE, Evidence
from jutong.vocabulary.terms import Term

A_PAGE: Final = 50
MOST_AT_ONCE: Final = 2_000
STATUS_TONES: Final = {
    ProposalStatus.PROPOSED: Tone.INFO,
    ProposalStatus.CONFIRMED: Tone.GOOD,
    ProposalStatus.REJECTED: Tone.NEUTRAL,
    ProposalStatus.SUPERSEDED: Tone.NEUTRAL,
}
CHOSEN: Final[Mapping[str, type[Term]]] = {
    "sharing_type": SharingType,
    "open_type": OpenType,
    "update_frequency": UpdateFrequency,
}


def confidence_badge(confidence: float) -> Badge:
    """How sure, in a word and a percentage."""
    if confidence >= 0.8:
        return Badge(text=_("把握大 %(share)s") % {"share": f"{confidence:.0%}"}, tone=Tone.GOOD)
    if confidence >= UNSURE:
        return Badge(text=_("请核对 %(share)s") % {"share": f"{confidence:.0%}"}, tone=Tone.WARNING)
    return Badge(text=_("请填写 %(share)s") % {"share": f"{confidence:.0%}"}, tone=Tone.BAD)


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """One table a department; sent, the ticked rows (or all that match) become draft entries, each with its result."""
    asked = {
        name: request.GET.get(name, "").strip()
        for name in ("q", "department", "status", "origin", "source", "sure")
    }
    where = _where(asked)
    results = _confirmed(request, actor, where) if request.method == "POST" else ()
    page = drafting.proposals(actor, where, limit=A_PAGE, cursor=request.GET.get("cursor"))
    failed = {one.number: one for one in results if not one.done}
    may_confirm = bool(
        Permission.ENTRY_DRAFT in actor.permissions and Permission.ENTRY_IMPORT in actor.permissions
    )
    open_ones = where.status is ProposalStatus.PROPOSED
    context = {
        "filters": _filters(actor, asked),
        "rows": [_row(view, request, failed.get(view.number)) for view in page.rows] if open_ones else [],
        "table": None if open_ones else _table(page.rows),
        "choices": _choices(),
        "pages": paging(request, page, total=drafting.count_proposals(actor, where)),
        "total": drafting.count_proposals(actor, where),
        "may_confirm": may_confirm,
        "may_propose": Permission.DUTY_MANAGE in actor.permissions,
        "results": results,
        "results_table": _results_table(results) if results else None,
        "done": sum(one.done for one in results),
        "most": MOST_AT_ONCE,
        "empty": Empty(
            title=_("没有待确认的编目建议"),
            text=_("从事项清单提出建议，或在数据源页面对整个数据源提出建议；确认后成为目录草稿。"),
            action=Link(text=_("看看还缺什么"), href=reverse("desk:drafting-gaps")),
        ),
    }
    return desk_render(request, actor, "desk/drafting/list.html", context)


def _where(asked: Mapping[str, str]) -> ProposalFilter:
    status = chosen(ProposalStatus, asked["status"]) or ProposalStatus.PROPOSED
    sure = {"1": True, "0": False}.get(asked["sure"])
    return ProposalFilter(
        department=asked["department"],
        status=status,
        origin=chosen(Origin, asked["origin"]),
        source=asked["source"],
        text=asked["q"],
        sure=sure,
    )


def _filters(actor: Actor, asked: Mapping[str, str]) -> Filters:
    language = error_language()
    reach = directory.scope(actor, Permission.ENTRY_READ)
    statuses = [Option(value=one.value, text=one.label(language)) for one in ProposalStatus]
    origins = [Option(value="", text=_("全部来源"))]
    origins += [Option(value=one.value, text=one.label(language)) for one in Origin]
    sure = [
        Option(value="", text=_("全部")),
        Option(value="1", text=_("可以直接确认的")),
        Option(value="0", text=_("需要填写的")),
    ]
    return Filters(
        search_label=_("名称"),
        search=asked["q"],
        selects=[
            department_select(asked["department"], reach=reach),
            Select(name="status", label=_("状态"), options=statuses, chosen=asked["status"] or "proposed"),
            Select(name="origin", label=_("来自"), options=origins, chosen=asked["origin"]),
            Select(name="sure", label=_("把握"), options=sure, chosen=asked["sure"]),
        ],
        hidden=[("source", asked["source"])] if asked["source"] else [],
        reset_href=reverse("desk:drafting"),
    )


def _choices() -> dict[str, list[tuple[str, str]]]:
    language = error_language()
    return {name: [(one.value, one.label(language)) for one in kind] for name, kind in CHOSEN.items()}


def _row(view: ProposalView, request: HttpRequest, failed: ChoiceResult | None) -> dict[str, Any]:
    """A proposal with what is in its inputs: as it was sent where it was refused, else as proposed."""
    draft, language = view.draft, error_language()
    sent = request.POST if failed is not None else {}
    values = {name: sent.get(f"{name}-{view.number}") or getattr(draft, name).value for name in CHOSEN}
    title = sent.get(f"title-{view.number}")
    return {
        "view": view,
        "title": draft.title if title is None else title,
        "values": values,
        "level": badge(draft.level),
        "badge": confidence_badge(view.confidence),
        "sure": view.confidence >= UNSURE,
        "said": [
            (label, one.sentence(language), confidence_badge(one.confidence))
            for label, one in evidence_of(view)
        ],
        "failed": (failed.zh if language == "zh" else failed.en) if failed else "",
    }


def evidence_of(view: ProposalView) -> list[tuple[str, Evidence]]:
    """(what, evidence) in the order in which an officer looks."""
    labels = {
        "title": _("名称"),
        "sharing_type": _("共享类型"),
        "open_type": _("开放类型"),
        "update_frequency": _("更新周期"),
        "items": _("信息项"),
        "duties": _("事项"),
    }
    return [(label, found) for name, label in labels.items() if (found := view.evidence_of(name))]


def _confirmed(request: HttpRequest, actor: Actor, where: ProposalFilter) -> tuple[ChoiceResult, ...]:
    if "all" in request.POST:
        numbers = drafting.numbers_of(actor, where)[:MOST_AT_ONCE]
        return drafting.confirm(actor, [Choice(number=number) for number in numbers], clock=clock())
    picked = [int(text) for text in request.POST.getlist("pick") if text.isascii() and text.isdigit()]
    if not picked:
        messages.warning(request, _("还没有勾选任何建议。请勾选后再确认。"))
        return ()
    return drafting.confirm(
        actor, [_choice(request, number) for number in picked[:MOST_AT_ONCE]], clock=clock()
    )


def _choice(request: HttpRequest, number: int) -> Choice:
    given = {name: chosen(kind, request.POST.get(f"{name}-{number}")) for name, kind in CHOSEN.items()}
    return Choice(number=number, title=request.POST.get(f"title-{number}"), **given)  # type: ignore[arg-type]


def _results_table(results: tuple[ChoiceResult, ...]) -> Table:
    chinese = error_language() == "zh"

    def said(one: ChoiceResult) -> Any:
        if not one.done:
            return one.zh if chinese else one.en
        told = "；".join(warning[0 if chinese else 1] for warning in one.warnings[:3])
        return told or _("已生成草稿")

    shown = sorted(results, key=lambda one: (one.done, not one.warnings))[:A_PAGE]
    return Table(
        caption=_("逐条结果"),
        columns=[
            Column(key="title", title=_("名称")),
            Column(key="state", title=_("结果"), nowrap=True),
            Column(key="said", title=_("说明")),
        ],
        rows=[
            {
                "title": Link(text=one.title, href=reverse("desk:entry-edit", args=[one.service]))
                if one.done
                else one.title,
                "state": Badge(text=_("已生成草稿"), tone=Tone.WARNING if one.warnings else Tone.GOOD)
                if one.done
                else Badge(text=_("未确认"), tone=Tone.BAD),
                "said": said(one),
            }
            for one in shown
        ],
    )


def _table(rows: tuple[ProposalView, ...]) -> Table:
    return Table(
        caption=_("编目建议"),
        columns=[
            Column(key="title", title=_("名称")),
            Column(key="department", title=_("部门")),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="reason", title=_("说明")),
            Column(key="at", title=_("办理时间"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=row.draft.title, href=reverse("desk:proposal", args=[row.number])),
                "department": row.provider_name,
                "status": Badge(text=row.status.label(error_language()), tone=STATUS_TONES[row.status]),
                "reason": Link(text=row.service, href=reverse("desk:entry", args=[row.service]))
                if row.service
                else row.reason,
                "at": stacked(row.decided_at, row.decided_by),
            }
            for row in rows
        ],
        empty=Empty(title=_("没有这样的建议"), text=_("换一个状态或去掉部分条件再看。")),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """A proposal whole: every item with what speaks for it."""
    view = drafting.proposal(actor, number)
    language = error_language()
    warned = drafting.recollection_warnings(view)
    context = {
        "view": view,
        "draft": view.draft,
        "status": Badge(text=view.status.label(language), tone=STATUS_TONES[view.status]),
        "badge": confidence_badge(view.confidence),
        "said": [
            (label, one.sentence(language), confidence_badge(one.confidence))
            for label, one in evidence_of(view)
        ],
        "items": _items_table(view),
        "duties": list(duties.named(view.draft.duties).values()),
        "warnings": [zh if language == "zh" else en for zh, en in warned],
        "may_decide": bool(directory.can(actor, Permission.ENTRY_DRAFT, view.provider)),
        "is_open": view.status is ProposalStatus.PROPOSED,
        "is_rejected": view.status is ProposalStatus.REJECTED,
    }
    crumbs = (Link(text=_("编目建议"), href=reverse("desk:drafting")),)
    return desk_render(request, actor, "desk/drafting/detail.html", context, crumbs=crumbs)


def _items_table(view: ProposalView) -> Table:
    language = error_language()
    columns = {one.item.field: one for one in view.columns}

    def said(field: str) -> str:
        known = columns[field].evidence if field in columns else {}
        found = [known[name] for name in ("meaning", "code_list", "name", "key") if name in known]
        return "；".join(one.sentence(language) for one in found)

    return Table(
        caption=_("信息项"),
        columns=[
            Column(key="name", title=_("名称和字段")),
            Column(key="type", title=_("类型"), nowrap=True),
            Column(key="meaning", title=_("含义和代码集")),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="said", title=_("依据")),
        ],
        rows=[
            {
                "name": stacked(item.name, item.field + (" · " + _("主键") if item.key else ""), code=True),
                "type": stacked(item.data_type, item.length),
                "meaning": stacked(item.meaning, item.code_list, code=True),
                "level": badge(item.level),
                "said": said(item.field),
            }
            for item in view.draft.items
        ],
    )


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor, number: int) -> HttpResponse:
    """Confirm one as it stands, reject it with a reason, or open it again."""
    if "confirm" in request.POST:
        (result,) = drafting.confirm(actor, [Choice(number=number)], clock=clock())
        if result.done:
            messages.success(request, _("已生成草稿，请核对信息项后提交审核。"))
            return redirect("desk:entry-edit", service=result.service)
        messages.error(request, f"{result.zh if error_language() == 'zh' else result.en} [{result.code}]")
    elif "reopen" in request.POST:
        drafting.reopen(actor, number, clock=clock())
        messages.success(request, _("建议已恢复，可以确认。"))
    else:
        drafting.reject(actor, number, reason=request.POST.get("reason", ""), clock=clock())
        messages.success(request, _("已记录不采纳及其理由，同样的建议不会再次提出。"))
    return redirect("desk:proposal", number=number)


@require_POST
@desk_page
def propose(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Propose entries from the duties of the actor's departments."""
    report = drafting.propose_from_duties(actor, department=request.POST.get("department", ""), clock=clock())
    text = _(
        "新提出 %(made)d 条建议，%(same)d 条没有变化；%(covered)d 个事项已有目录，%(without)d 个咨询查询类事项不需编目。"
    )
    values = {
        "made": report.made,
        "same": report.same,
        "covered": report.covered,
        "without": report.without_data,
    }
    messages.success(request, text % values)
    if report.unmapped:
        messages.warning(
            request, _("还有 %(count)d 个事项的部门没有对应，请先完成部门对应。") % {"count": report.unmapped}
        )
    return redirect("desk:drafting")
