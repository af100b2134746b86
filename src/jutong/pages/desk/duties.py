"""Duties and service items in the workbench: the list, one of them, what newer lists changed."""

from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.drafting import api as drafting
from jutong.control.duties import api as duties
from jutong.control.duties.api import (
    ChangeKind,
    ChangeView,
    DutyFilter,
    DutyKind,
    DutyStatus,
    DutyView,
    TaskType,
)
from jutong.pages.components import (
    Badge,
    Column,
    Empty,
    Filters,
    Link,
    Option,
    Select,
    Table,
    Tone,
)
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.selects import department_select
from jutong.vocabulary.divisions import region
from jutong.vocabulary.errors import RegionUnknown
from jutong.vocabulary.identifiers.catalogue_codes import LEVELS
from jutong.vocabulary.terms import Term

STATUS_TONES: Final = {
    DutyStatus.IN_FORCE: Tone.GOOD,
    DutyStatus.CHANGED: Tone.WARNING,
    DutyStatus.ABOLISHED: Tone.NEUTRAL,
}
CHANGE_TONES: Final = {
    ChangeKind.ADDED: Tone.GOOD,
    ChangeKind.CHANGED: Tone.WARNING,
    ChangeKind.ABOLISHED: Tone.BAD,
    ChangeKind.RESTORED: Tone.INFO,
}


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = {
        name: request.GET.get(name, "").strip()
        for name in ("q", "department", "list", "kind", "type", "status", "unmapped")
    }
    where = DutyFilter(
        text=asked["q"],
        department=asked["department"],
        series=asked["list"],
        kind=chosen(DutyKind, asked["kind"]),
        task_type=chosen(TaskType, asked["type"]),
        status=chosen(DutyStatus, asked["status"]),
        unmapped=asked["unmapped"] == "1",
    )
    page = duties.duties(actor, where, cursor=request.GET.get("cursor"))
    may_manage = Permission.DUTY_MANAGE in actor.permissions
    context = {
        "filters": _filters(asked),
        "table": _table(page.rows, filtered=any(asked.values())),
        "pages": paging(request, page, total=duties.count_duties(actor, where)),
        "may_manage": may_manage,
        "unmapped": duties.count_duties(actor, DutyFilter(unmapped=True)) if may_manage else 0,
        "unsettled": len(duties.changes(actor, unsettled=True)) if may_manage else 0,
        "editions": editions_table(actor),
    }
    return desk_render(request, actor, "desk/duties/list.html", context)


def _choice(name: str, label: str, kind: type[Term], asked: dict[str, str]) -> Select:
    language = error_language()
    options = [Option(value="", text=_("全部"))]
    options += [Option(value=one.value, text=one.label(language)) for one in kind]
    return Select(name=name, label=label, options=options, chosen=asked[name])


def _filters(asked: dict[str, str]) -> Filters:
    lists = [Option(value="", text=_("全部清单"))]
    lists += [Option(value=name, text=name) for name in duties.series_names()]
    mapped = [Option(value="", text=_("全部")), Option(value="1", text=_("尚未对应"))]
    return Filters(
        search_label=_("事项名称、编码或部门"),
        search=asked["q"],
        selects=[
            department_select(asked["department"]),
            Select(name="list", label=_("清单"), options=lists, chosen=asked["list"]),
            _choice("kind", _("事项类别"), DutyKind, asked),
            _choice("type", _("事项类型"), TaskType, asked),
            _choice("status", _("状态"), DutyStatus, asked),
            Select(name="unmapped", label=_("部门对应"), options=mapped, chosen=asked["unmapped"]),
        ],
        reset_href=reverse("desk:duties"),
    )


def status_badge(status: DutyStatus) -> Badge:
    return Badge(text=status.label(error_language()), tone=STATUS_TONES[status])


def duty_link(view: DutyView) -> Link:
    return Link(text=view.name, href=reverse("desk:duty", args=[view.code]))


def _table(rows: tuple[DutyView, ...], *, filtered: bool) -> Table:
    return Table(
        caption=_("权责事项和政务服务事项"),
        columns=[
            Column(key="name", title=_("事项名称和编码")),
            Column(key="type", title=_("类型"), nowrap=True),
            Column(key="department", title=_("部门")),
            Column(key="list", title=_("清单")),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(duty_link(row), row.code, code=True),
                "type": stacked(row.task_type or _("未标明"), row.kind),
                "department": row.department_name
                or stacked(row.label or _("未填写"), _("尚未对应到平台部门")),
                "list": row.series,
                "status": status_badge(row.status),
            }
            for row in rows
        ],
        empty=Empty(title=_("没有找到事项"), text=_("换一个说法或去掉部分条件再试。"))
        if filtered
        else Empty(
            title=_("还没有事项清单"),
            text=_("导入权责清单或政务服务事项清单后，平台会据此提出编目建议，并指出哪些事项还没有数据。"),
        ),
    )


def editions_table(actor: Actor) -> Table:
    return Table(
        caption=_("导入记录"),
        columns=[
            Column(key="series", title=_("清单")),
            Column(key="kind", title=_("类别"), nowrap=True),
            Column(key="rows", title=_("事项"), numeric=True),
            Column(key="added", title=_("新增"), numeric=True),
            Column(key="changed", title=_("变更"), numeric=True),
            Column(key="abolished", title=_("取消"), numeric=True),
            Column(key="at", title=_("导入时间"), nowrap=True),
        ],
        rows=[
            {
                "series": stacked(
                    Link(text=one.series, href=reverse("desk:duty-list", args=[one.number])),
                    _("第 %(edition)d 版") % {"edition": one.edition}
                    + (f" · {one.version}" if one.version else ""),
                ),
                "kind": one.kind,
                "rows": one.rows,
                "added": one.counts["added"],
                "changed": one.counts["changed"],
                "abolished": one.counts["abolished"],
                "at": stacked(one.imported_at, one.imported_by),
            }
            for one in duties.editions(actor)[:20]
        ],
        empty=Empty(title=_("还没有导入过清单")),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    view = duties.duty(actor, code)
    entries = [one for one in catalogue.entries_with_duties(actor, view.department) if code in one.duties]
    context = {
        "view": view,
        "status": status_badge(view.status),
        "level": LEVELS.get(view.level, ""),
        "place": _place(view.region),
        "code": duties.parse_duty_code(code),
        "entries": entries,
        "without_data": drafting.is_without_data(view),
        "changes": changes_table(duties.changes(actor, duty=code), with_duty=False),
    }
    crumbs = (Link(text=_("事项"), href=reverse("desk:duties")),)
    return desk_render(request, actor, "desk/duties/detail.html", context, crumbs=crumbs)


def _place(code: str) -> str:
    try:
        return region(code).full_name
    except RegionUnknown:
        return ""


FIELDS: Final = {column.field: column.title for column in duties.COLUMNS}


def changes_table(rows: tuple[ChangeView, ...], *, with_duty: bool = True) -> Table:
    columns = [
        Column(key="name", title=_("事项")),
        Column(key="kind", title=_("变化"), nowrap=True),
        Column(key="fields", title=_("变更内容")),
        Column(key="list", title=_("清单版本")),
        Column(key="at", title=_("时间"), nowrap=True),
    ]
    return Table(
        caption=_("事项的变化"),
        columns=columns if with_duty else columns[1:],
        rows=[
            {
                "name": Link(text=row.name, href=reverse("desk:duty", args=[row.duty])),
                "kind": Badge(text=row.kind.label(error_language()), tone=CHANGE_TONES[row.kind]),
                "fields": "；".join(_told(name, pair) for name, pair in row.fields.items()),
                "list": _("%(series)s第 %(edition)d 版") % {"series": row.series, "edition": row.edition},
                "at": row.at,
            }
            for row in rows
        ],
        empty=Empty(
            title=_("没有待处理的变化"),
            text=_("导入较新的清单后，变更和取消的事项列在这里；据此编制的目录会进入更新时限。"),
        ),
    )


def _told(name: str, pair: tuple[str, str]) -> str:
    before, after = (text[:60] or _("空") for text in pair)
    return f"{FIELDS.get(name, name)}：{before} → {after}"


@desk_page
def changes(request: HttpRequest, actor: Actor) -> HttpResponse:
    """What newer lists changed; sent, the clocks of the entries concerned start."""
    directory.require(actor, Permission.DUTY_MANAGE)
    if request.method == "POST":
        told = drafting.apply_duty_changes(actor, clock=clock())
        concerned = len({service for _change, services in told for service in services})
        text = ngettext(
            "已处理 %(count)d 项变化，涉及 %(entries)d 个已发布目录，更新时限已开始计算。",
            "已处理 %(count)d 项变化，涉及 %(entries)d 个已发布目录，更新时限已开始计算。",
            len(told),
        )
        messages.success(request, text % {"count": len(told), "entries": concerned})
        return redirect("desk:duty-changes")
    rows = duties.changes(actor, unsettled=True)
    context = {"table": changes_table(rows), "count": len(rows)}
    crumbs = (Link(text=_("事项"), href=reverse("desk:duties")),)
    return desk_render(request, actor, "desk/duties/changes.html", context, crumbs=crumbs)
