"""The catalogue in the workbench: the list with its filters."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.values import EntryFilter, EntrySummary
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.pages.components import Column, Empty, Filters, Link, Option, Select, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, desk_page, desk_render, paging
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.vocabulary.catalogue import EntryStatus, Level, OpenType, ResourceClass, SharingType
from jutong.vocabulary.terms import Term

FILTER_TERMS: Final[dict[str, type[Term]]] = {
    "status": EntryStatus,
    "class": ResourceClass,
    "sharing": SharingType,
    "open": OpenType,
    "level": Level,
}


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "department", *FILTER_TERMS)}
    where = EntryFilter(
        text=asked["q"],
        provider=asked["department"],
        status=chosen(EntryStatus, asked["status"]),
        resource_class=chosen(ResourceClass, asked["class"]),
        sharing_type=chosen(SharingType, asked["sharing"]),
        open_type=chosen(OpenType, asked["open"]),
        level=chosen(Level, asked["level"]),
    )
    page = catalogue.entries(actor, where, cursor=request.GET.get("cursor"))
    context = {
        "filters": _filters(asked),
        "table": _table(page.rows, filtered=any(asked.values())),
        "pages": paging(request, page, total=catalogue.count_entries(actor, where)),
        "may_draft": Permission.ENTRY_DRAFT in actor.permissions,
    }
    return desk_render(request, actor, "desk/catalogue/list.html", context)


def _filters(asked: dict[str, str]) -> Filters:
    language = error_language()
    names = {
        "status": _("状态"),
        "class": _("资源属性"),
        "sharing": _("共享类型"),
        "open": _("开放类型"),
        "level": _("级别"),
    }
    departments = [Option(value="", text=_("全部部门"))]
    departments += [Option(value=one.code, text=one.name) for one in directory.departments()]
    selects = [
        Select(name="department", label=_("提供部门"), options=departments, chosen=asked["department"])
    ]
    for name, kind in FILTER_TERMS.items():
        options = [Option(value="", text=_("全部"))]
        options += [Option(value=one.value, text=one.label(language)) for one in kind]
        selects.append(Select(name=name, label=names[name], options=options, chosen=asked[name]))
    return Filters(
        search_label=_("名称、代码、摘要或信息项"),
        search=asked["q"],
        selects=selects,
        reset_href=reverse("desk:catalogue"),
    )


def _table(rows: tuple[EntrySummary, ...], *, filtered: bool) -> Table:
    return Table(
        caption=_("目录条目"),
        columns=[
            Column(key="title", title=_("名称和信息资源代码")),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="provider", title=_("提供部门")),
            Column(key="sharing", title=_("共享和开放"), nowrap=True),
            Column(key="level", title=_("级别"), nowrap=True),
            Column(key="frequency", title=_("更新周期"), nowrap=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(text=row.title, href=reverse("desk:entry", args=[row.service])),
                    row.code or row.service,
                    code=True,
                ),
                "provider": row.provider_name,
                "sharing": stacked(row.sharing_type, row.open_type),
                "level": badge(row.level),
                "frequency": stacked(
                    row.update_frequency, _("%(count)d 个信息项") % {"count": row.item_count}
                ),
                "status": badge(row.status),
            }
            for row in rows
        ],
        empty=_nothing_found() if filtered else _nothing_yet(),
    )


def _nothing_found() -> Empty:
    return Empty(
        title=_("没有找到目录条目"),
        text=_("换一个说法或去掉部分条件再试。"),
        action=Link(text=_("清除条件"), href=reverse("desk:catalogue")),
    )


def _nothing_yet() -> Empty:
    return Empty(
        title=_("目录还是空的"),
        text=_("部门数据专员编制条目，经部门和数据主管部门审核后发布；也可以从数据源直接生成草稿。"),
    )
