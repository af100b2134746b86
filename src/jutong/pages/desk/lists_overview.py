"""The three lists at a glance: how far each is, who has fulfilled what, which editions were published."""

from collections import Counter

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.directory.api import Actor, Permission, can
from jutong.control.lists import api as lists
from jutong.control.lists.api import (
    DemandFilter,
    DepartmentFulfilment,
    EditionView,
    Fulfilment,
    ListKind,
    NegativeState,
    Waiting,
)
from jutong.pages.components import Column, Empty, Link, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, commanded, desk_page, desk_render
from jutong.pages.desk.lists_demand import demand_filter, demands_table
from jutong.pages.desk.lists_negative import negative_filter
from jutong.pages.desk.lists_parts import crumbs, excel, sheet_table, start_of, tabs
from jutong.pages.desk.lists_parts import pages as paged
from jutong.pages.desk.lists_responsibility import responsibility_filter

EDITION_PAGE = 100


@desk_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    lists.refresh(clock())
    fulfilled = lists.fulfilment_by_department(actor, clock=clock())
    publishable = [kind for kind in ListKind if can(actor, lists.PUBLISHES[kind])]
    context = {
        "tabs": tabs(None),
        "tiles": _tiles(actor, fulfilled),
        "waiting": _waiting_table(lists.waiting(actor, clock=clock())),
        "fulfilment": _fulfilment_table(fulfilled),
        "editions": _editions_table(lists.editions(actor)),
        "publishable": [(kind.value, kind.label(error_language())) for kind in publishable],
        "may_file": Permission.DEMAND_FILE in actor.permissions,
    }
    return desk_render(request, actor, "desk/lists/overview.html", context)


def _tiles(actor: Actor, fulfilled: tuple[DepartmentFulfilment, ...]) -> list[Tile]:
    counts: Counter[Fulfilment] = Counter()
    for one in fulfilled:
        counts.update(one.counts)
    total, done, late = sum(counts.values()), counts[Fulfilment.FULFILLED], counts[Fulfilment.OVERDUE]
    states = lists.count_refusals(actor, clock=clock())
    open_now = lists.count_demands(actor, DemandFilter(open_only=True))
    disputed = lists.count_demands(actor, DemandFilter(disputed=True))
    duties, refused, wanted = (reverse(f"desk:lists-{kind.value}") for kind in ListKind)
    due = states[NegativeState.DUE] + states[NegativeState.EXPIRED]
    return [
        Tile(title=_("责任事项"), value=total, href=duties),
        Tile(
            title=_("责任落实率"),
            value=f"{done / total:.0%}" if total else None,
            note=_("已落实 %(done)d 项") % {"done": done},
            href=f"{duties}?status=fulfilled",
            tone=Tone.GOOD,
        ),
        Tile(
            title=_("逾期未落实"),
            value=late,
            href=f"{duties}?status=overdue",
            tone=Tone.BAD if late else Tone.GOOD,
        ),
        Tile(
            title=_("不予共享事项"),
            value=sum(states.values()) - states[NegativeState.BLOCKED],
            note=_("待审核 %(count)d 项") % {"count": states[NegativeState.PENDING]},
            href=refused,
        ),
        Tile(
            title=_("缺少依据"),
            value=states[NegativeState.BLOCKED],
            href=f"{refused}?state=blocked",
            tone=Tone.BAD if states[NegativeState.BLOCKED] else Tone.GOOD,
        ),
        Tile(title=_("待复审或到期"), value=due, href=refused, tone=Tone.WARNING if due else Tone.GOOD),
        Tile(title=_("办理中的需求"), value=open_now, href=f"{wanted}?view=open", tone=Tone.INFO),
        Tile(
            title=_("共享争议"),
            value=disputed,
            href=f"{wanted}?view=disputed",
            tone=Tone.WARNING if disputed else Tone.GOOD,
        ),
    ]


def _waiting_table(waiting: Waiting) -> Table | None:
    return demands_table(waiting.demands, caption=_("等我办理的需求")) if waiting.demands else None


def _fulfilment_table(fulfilled: tuple[DepartmentFulfilment, ...]) -> Table:
    language = error_language()
    address = reverse("desk:lists-responsibility")
    return Table(
        caption=_("各部门责任落实情况（由平台按实际发生的记录计算）"),
        columns=[
            Column(key="department", title=_("部门")),
            Column(key="total", title=_("责任事项"), numeric=True),
            *(Column(key=one.value, title=one.label(language), numeric=True) for one in Fulfilment),
            Column(key="confirmed", title=_("部门已确认"), numeric=True),
            Column(key="rate", title=_("落实率"), numeric=True),
        ],
        rows=[
            {
                "department": Link(text=one.department_name, href=f"{address}?department={one.department}"),
                "total": one.total,
                **{status.value: one.counts.get(status, 0) for status in Fulfilment},
                "confirmed": one.confirmed,
                "rate": f"{one.rate:.0%}" if one.rate is not None else None,
            }
            for one in fulfilled
        ],
        empty=Empty(
            title=_("还没有责任事项"),
            text=_("目录一经发布，就按部门拆分成责任事项；也可以由主管部门先行增补。"),
            action=Link(text=_("查看目录"), href=reverse("desk:catalogue")),
        ),
    )


def _editions_table(editions: tuple[EditionView, ...]) -> Table:
    return Table(
        caption=_("已发布的清单版本"),
        columns=[
            Column(key="title", title=_("版本")),
            Column(key="rows", title=_("事项数"), numeric=True),
            Column(key="at", title=_("发布时间"), nowrap=True),
            Column(key="by", title=_("发布人"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=one.title, href=reverse("desk:lists-edition", args=[one.id])),
                "rows": one.rows,
                "at": one.published_at,
                "by": one.published_by,
            }
            for one in editions
        ],
        empty=Empty(
            title=_("还没有发布过"), text=_("主管部门发布后，当时的清单原样保存，各部门都能查看和导出。")
        ),
    )


@require_POST
@desk_page
def publish(request: HttpRequest, actor: Actor) -> HttpResponse:
    kind = commanded(ListKind, request.POST.get("kind"))
    made = lists.publish_edition(actor, kind, notice=request.POST.get("notice", ""), clock=clock())
    return redirect("desk:lists-edition", key=made.id)


@desk_page
def edition(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    view, sheet = lists.edition_sheet(actor, key)
    start = start_of(request)
    shown = sheet.rows[start : start + EDITION_PAGE]
    context = {
        "view": view,
        "table": sheet_table(sheet, shown),
        "pages": paged(request, shown=len(shown), start=start, total=len(sheet.rows)),
    }
    return desk_render(request, actor, "desk/lists/edition.html", context, crumbs=crumbs())


@desk_page
def edition_export(request: HttpRequest, actor: Actor, key: int) -> FileResponse:  # noqa: ARG001
    _view, sheet = lists.edition_sheet(actor, key)
    return excel(sheet)


@desk_page
def export(request: HttpRequest, actor: Actor, kind: str) -> FileResponse:
    """The list as its page shows it, as an Excel file."""
    wanted = chosen(ListKind, kind)
    if wanted is None:
        raise Http404
    sheet = lists.sheet_of(
        actor,
        wanted,
        clock=clock(),
        responsibility=responsibility_filter(request),
        negative=negative_filter(request),
        demand=demand_filter(request),
    )
    return excel(sheet)


def add_to_home(actor: Actor, tiles: list[Tile], tables: list[Table]) -> None:
    """What of the three lists waits for the person who opens the workbench."""
    waiting = lists.waiting(actor, clock=clock())
    if waiting.count:
        tiles.append(
            Tile(
                title=_("待我办理的需求"),
                value=waiting.count,
                note=_("其中 %(count)d 件超期") % {"count": waiting.overdue} if waiting.overdue else "",
                href=reverse("desk:lists-demand") + "?view=mine",
                tone=Tone.BAD if waiting.overdue else Tone.INFO,
            )
        )
        tables.append(demands_table(waiting.demands, caption=_("待我办理的需求")))
    if waiting.unconfirmed and Permission.RESPONSIBILITY_CONFIRM in actor.permissions:
        href = reverse("desk:lists-responsibility") + "?unconfirmed=1"
        tiles.append(Tile(title=_("待确认的责任事项"), value=waiting.unconfirmed, href=href, tone=Tone.INFO))
    if waiting.negative:
        tiles.append(
            Tile(
                title=_("待处理的负面清单事项"),
                value=waiting.negative,
                href=reverse("desk:lists-negative"),
                tone=Tone.WARNING,
            )
        )
