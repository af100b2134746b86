"""One source per item in the workbench: what several departments hold, the evidence, opinions, decisions."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.one_source import api as one_source
from jutong.control.one_source.api import CaseFilter, CaseStatus, CaseSummary, ItemRole, TakeFrom
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.selects import department_select

TONES: Final = {
    CaseStatus.FOUND: Tone.WARNING,
    CaseStatus.OPEN: Tone.INFO,
    CaseStatus.DECIDED: Tone.GOOD,
    CaseStatus.NOT_SAME: Tone.NEUTRAL,
    CaseStatus.CLOSED: Tone.NEUTRAL,
}
REFERENCE, CHANGED = "reference", "changed"


def status_badge(status: CaseStatus) -> Badge:
    return Badge(text=status.label(error_language()), tone=TONES[status])


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    shown = request.GET.get("status", "")
    text, department = request.GET.get("q", "").strip(), request.GET.get("department", "")
    where = CaseFilter(
        text=text,
        department=department,
        status=chosen(CaseStatus, shown),
        role=ItemRole.REFERENCE if shown == REFERENCE else ItemRole.SUBSTANTIVE,
        changed=True if shown == CHANGED else None,
    )
    page = one_source.cases(actor, where, cursor=request.GET.get("cursor"))
    may = Permission.ONE_SOURCE_DECIDE in actor.permissions
    rejecting = may and shown in {"", CaseStatus.FOUND.value, CaseStatus.OPEN.value}
    context = {
        "tiles": _tiles(actor),
        "tabs": _tabs(shown),
        "filters": _filters(text, department, shown),
        "table": _table(page.rows, ticking=rejecting, filtered=bool(text or department or shown)),
        "pages": paging(request, page, total=one_source.count_cases(actor, where)),
        "may_decide": may,
        "rejecting": rejecting and bool(page.rows),
        "reference": shown == REFERENCE,
    }
    return desk_render(request, actor, "desk/one_source/list.html", context)


def _tiles(actor: Actor) -> list[Tile]:
    counts = one_source.counts_by_status(actor)
    changed = one_source.count_cases(actor, CaseFilter(changed=True))
    home = reverse("desk:one-source")
    tiles = [
        Tile(
            title=status.label(error_language()),
            value=counts.get(status, 0),
            href=f"{home}?status={status.value}",
            tone=TONES[status],
        )
        for status in (CaseStatus.FOUND, CaseStatus.OPEN, CaseStatus.DECIDED)
    ]
    tiles.append(
        Tile(title=_("定源后有变化"), value=changed, href=f"{home}?status={CHANGED}", tone=Tone.WARNING)
    )
    return tiles


def _tabs(shown: str) -> list[Link]:
    names = [("", _("全部")), *((one.value, one.label(error_language())) for one in CaseStatus)]
    names += [(CHANGED, _("定源后有变化")), (REFERENCE, _("标识项"))]
    home = reverse("desk:one-source")
    return [
        Link(text=text, href=f"{home}?status={value}" if value else home, current=value == shown)
        for value, text in names
    ]


def _filters(text: str, department: str, shown: str) -> Filters:
    return Filters(
        search_label=_("信息项名称"),
        search=text,
        selects=[department_select(department, label=_("持有部门"))],
        reset_href=reverse("desk:one-source"),
        hidden=[("status", shown)] if shown else [],
    )


def share(value: float | None) -> Any:
    """A share as a bar with its figure; nothing where it is unknown."""
    if value is None:
        return None
    figure = f"{value:.0%}"
    return format_html(
        '<meter class="jt-meter" min="0" max="1" value="{}" aria-label="{}"></meter> {}',
        f"{value:.3f}",
        figure,
        figure,
    )


def _table(rows: tuple[CaseSummary, ...], *, ticking: bool, filtered: bool) -> Table:
    columns = [
        Column(key="name", title=_("信息项和编号")),
        Column(key="status", title=_("状态"), nowrap=True),
        Column(key="departments", title=_("条线"), numeric=True),
        Column(key="items", title=_("信息项"), numeric=True),
        Column(key="score", title=_("相似度"), nowrap=True),
        Column(key="overlap", title=_("取值重合"), nowrap=True),
        Column(key="source", title=_("数源部门")),
    ]
    if ticking:
        columns.insert(0, Column(key="tick", title=_("选择"), nowrap=True))
    if filtered:
        empty = Empty(title=_("没有符合条件的事项"), text=_("换一个状态或清除条件再看。"))
    else:
        empty = Empty(
            title=_("没有发现多部门重复持有的信息项"),
            text=_("目录发布后每天自动比对一次；主管部门也可以点“重新比对”立即检查。"),
        )
    return Table(
        caption=_("多部门持有的信息项，部门多、重合高的在前"),
        columns=columns,
        rows=[_row(row) for row in rows],
        empty=empty,
    )


def _row(row: CaseSummary) -> dict[str, Any]:
    reference = row.role is ItemRole.REFERENCE
    return {
        "tick": format_html(
            '<input class="form-check-input" type="checkbox" name="case" value="{}" aria-label="{}">',
            row.code,
            _("选择 %(name)s") % {"name": row.name},
        )
        if row.status in {CaseStatus.FOUND, CaseStatus.OPEN}
        else "",
        "name": stacked(
            Link(text=row.name, href=reverse("desk:one-source-case", args=[row.code])), row.code, code=True
        ),
        "status": Badge(text=_("有变化"), tone=Tone.WARNING) if row.changed else status_badge(row.status),
        "departments": row.department_count,
        "items": row.item_count,
        "score": None if reference else share(row.score),
        "overlap": share(row.overlap),
        "source": row.source_department_name,
    }


@require_POST
@desk_page
def detect(request: HttpRequest, actor: Actor) -> HttpResponse:
    report = one_source.detect(actor, clock=clock())
    messages.success(
        request,
        _("已比对 %(items)s 个信息项：新发现 %(made)s 项，有变化 %(changed)s 项，消除 %(closed)s 项。")
        % {
            "items": report.items,
            "made": report.made,
            "changed": report.changed,
            "closed": report.closed,
        },
    )
    return redirect("desk:one-source")


@require_POST
@desk_page
def reject_many(request: HttpRequest, actor: Actor) -> HttpResponse:
    codes = request.POST.getlist("case")
    if not codes:
        messages.warning(request, _("没有选择事项。请先勾选。"))
        return redirect("desk:one-source")
    count = one_source.reject_many(actor, codes, reason=request.POST.get("reason", ""), clock=clock())
    messages.success(
        request,
        ngettext(
            "已认定 %(count)d 项不是同一项，不再提示。", "已认定 %(count)d 项不是同一项，不再提示。", count
        )
        % {"count": count},
    )
    return redirect("desk:one-source")


@desk_page
def taking(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What a department takes from others: its own list, or that of the department asked for."""
    department = request.GET.get("department", "")
    takes = one_source.must_take(actor, department)
    context = {
        "filters": _taking_filters(department),
        "table": taking_table(takes),
    }
    crumbs = (Link(text=_("一数一源"), href=reverse("desk:one-source")),)
    return desk_render(request, actor, "desk/one_source/taking.html", context, crumbs=crumbs)


def _taking_filters(department: str) -> Filters:
    return Filters(
        search_name="",
        selects=[department_select(department, label=_("持有部门"))],
        reset_href=reverse("desk:one-source-taking"),
    )


def taking_table(takes: tuple[TakeFrom, ...]) -> Table:
    names = {one.code: one.name for one in directory.departments()}
    return Table(
        caption=_("应从数源部门获取的信息项"),
        columns=[
            Column(key="item", title=_("本部门信息项")),
            Column(key="department", title=_("部门")),
            Column(key="source", title=_("数源目录和部门")),
            Column(key="basis", title=_("依据")),
            Column(key="apply", title=_("办理"), nowrap=True),
        ],
        rows=[
            {
                "item": stacked(
                    Link(text=one.name, href=reverse("desk:entry", args=[one.service])),
                    f"{one.service}.{one.field}",
                    code=True,
                ),
                "department": names.get(one.department, one.department),
                "source": stacked(
                    Link(text=one.source.title, href=reverse("desk:entry", args=[one.source.service])),
                    one.source.department_name,
                ),
                "basis": stacked(one.source.basis or one.source.reason, one.source.case, code=True),
                "apply": Link(text=_("申请共享"), href=reverse("desk:apply", args=[one.source.service])),
            }
            for one in takes
        ],
        empty=Empty(
            title=_("没有应从他处获取的信息项"),
            text=_("主管部门确定数源后，其他持有部门的信息项会列在这里。"),
        ),
    )
