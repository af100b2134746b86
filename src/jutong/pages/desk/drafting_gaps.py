"""Duties without data, data without duty, and linking what belongs together."""

from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.drafting import api as drafting
from jutong.control.drafting.api import Gaps
from jutong.pages.components import Column, Empty, Filters, Link, Option, Select, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render
from jutong.pages.desk.badges import badge
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.duties import duty_link

SHOWN: Final = 100


@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The comparison in both directions; sent, the ticked pairs are linked."""
    department = request.GET.get("department", "").strip()
    if request.method == "POST":
        _link(request, actor)
        return redirect(f"{reverse('desk:drafting-gaps')}?department={department}")
    reach = directory.scope(actor, Permission.ENTRY_READ)
    known = [one for one in directory.departments() if reach is None or one.code in reach]
    if not department and reach is not None:
        department = actor.home_department
    found = drafting.gaps(actor, department)
    context = {
        "filters": _filters(known, department, city=reach is None),
        "tiles": _tiles(found),
        "found": found,
        "suggestions": found.suggestions,
        "chinese": error_language() == "zh",
        "bare": _bare(found),
        "bare_more": max(0, len(found.bare_duties) - SHOWN),
        "loose": _loose(found),
        "loose_more": max(0, len(found.loose_entries) - SHOWN),
        "may_link": bool(
            Permission.ENTRY_DRAFT in actor.permissions and Permission.ENTRY_IMPORT in actor.permissions
        ),
        "may_propose": Permission.DUTY_MANAGE in actor.permissions,
        "department": department,
    }
    crumbs = (Link(text=_("编目建议"), href=reverse("desk:drafting")),)
    return desk_render(request, actor, "desk/drafting/gaps.html", context, crumbs=crumbs)


def _filters(known: list[Any], department: str, *, city: bool) -> Filters:
    options = [Option(value="", text=_("全部部门"))] if city else []
    options += [Option(value=one.code, text=one.name) for one in known]
    return Filters(
        search_name="",
        selects=[Select(name="department", label=_("部门"), options=options, chosen=department)],
    )


def _tiles(found: Gaps) -> list[Tile]:
    share = found.coverage
    return [
        Tile(
            title=_("事项有数据"),
            value=_("无") if share is None else f"{share:.0%}",
            note=_("%(covered)d / %(all)d 个需要数据的事项")
            % {"covered": found.covered, "all": found.duties - found.without_data},
            tone=Tone.NEUTRAL if share is None else Tone.GOOD if share >= 0.9 else Tone.WARNING,
        ),
        Tile(
            title=_("缺数据的事项"),
            value=len(found.bare_duties),
            tone=Tone.BAD if found.bare_duties else Tone.GOOD,
        ),
        Tile(
            title=_("缺事项的目录"),
            value=len(found.loose_entries),
            note=_("共 %(count)d 个目录") % {"count": found.entries},
            tone=Tone.WARNING if found.loose_entries else Tone.GOOD,
        ),
        Tile(
            title=_("待确认建议"),
            value=found.open_proposals,
            note=_("另有 %(count)d 个咨询查询类事项不需编目") % {"count": found.without_data},
            href=reverse("desk:drafting"),
        ),
    ]


def _bare(found: Gaps) -> Table:
    return Table(
        caption=_("缺数据的事项：没有目录，也没有待确认的建议"),
        columns=[
            Column(key="name", title=_("事项")),
            Column(key="type", title=_("类型"), nowrap=True),
            Column(key="department", title=_("部门")),
        ],
        rows=[
            {
                "name": stacked(duty_link(row), row.code, code=True),
                "type": row.task_type or _("未标明"),
                "department": row.department_name or row.label,
            }
            for row in found.bare_duties[:SHOWN]
        ],
        empty=Empty(
            title=_("没有缺数据的事项"),
            text=_("每个需要数据的事项都有目录或待确认的建议；如果还没有导入事项清单，请先导入。"),
            action=Link(text=_("事项清单"), href=reverse("desk:duties")),
        ),
    )


def _loose(found: Gaps) -> Table:
    return Table(
        caption=_("缺事项的目录：没有写明来自哪个事项，或事项已取消"),
        columns=[
            Column(key="title", title=_("目录")),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="unknown", title=_("查不到的事项编码"), code=True),
        ],
        rows=[
            {
                "title": Link(text=row.title, href=reverse("desk:entry", args=[row.service])),
                "status": badge(row.status),
                "unknown": "、".join(row.unknown),
            }
            for row in found.loose_entries[:SHOWN]
        ],
        empty=Empty(title=_("没有缺事项的目录"), text=_("每个目录都写明了来自哪个事项。")),
    )


def _link(request: HttpRequest, actor: Actor) -> None:
    pairs = [
        (service, code)
        for text in request.POST.getlist("pair")
        for service, mark, code in [text.partition(" ")]
        if mark
    ]
    if not pairs:
        messages.warning(request, _("还没有勾选任何对应关系。请勾选后再关联。"))
        return
    results = drafting.link_duties(actor, pairs, clock=clock())
    chinese = error_language() == "zh"
    for one in results:
        if not one.done:
            messages.error(request, f"{one.title}：{one.zh if chinese else one.en} [{one.code}]")
    done = sum(one.done for one in results)
    if done:
        messages.success(
            request, _("已关联 %(count)d 个目录；已发布的目录生成了变更，提交审核后生效。") % {"count": done}
        )
