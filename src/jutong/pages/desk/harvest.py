"""Entries of other platforms' catalogues: found, looked at, adopted as drafts; their later changes decided."""

import json
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import HarvestedFilter, HarvestedView, JobStatus, RecordState, SourceView
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.changes import diff_table
from jutong.pages.desk.harvest_sources import JOB_TONES
from jutong.vocabulary.harvest import Side

PER_PAGE: Final = 50
AT_ONCE: Final = 500


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    where = wanted(request)
    page = harvest.harvested(actor, where, limit=PER_PAGE, cursor=request.GET.get("cursor") or None)
    total = harvest.count_harvested(actor, where)
    known = harvest.sources(actor)
    context = {
        "sources": _sources_table(known),
        "held": [one for one in known if one.last_job and one.last_job.status is JobStatus.HELD],
        "filters": _filters(request, where, known),
        "rows": [_row(one) for one in page.rows],
        "total": total,
        "at_once": AT_ONCE,
        "pages": paging(request, page, total=total),
        "departments": adopting_departments(actor),
        "may_manage": bool(directory.can(actor, Permission.HARVEST_MANAGE)),
        "asked": request.GET.urlencode(),
        "empty": _empty(actor, known),
    }
    return desk_render(request, actor, "desk/harvest/list.html", context)


def wanted(request: HttpRequest) -> HarvestedFilter:
    """What the address asks for; entries that are gone at their source only when asked for."""
    asked = request.GET
    adopted = {"yes": True, "no": False}.get(asked.get("adopted", ""))
    return HarvestedFilter(
        text=asked.get("q", ""),
        source=asked.get("source", ""),
        state=chosen(RecordState, asked.get("state")) or RecordState.PRESENT,
        adopted=True if asked.get("adopted") == "proposes" else adopted,
        proposes=True if asked.get("adopted") == "proposes" else None,
        side=asked.get("side", "") if asked.get("side") in set(Side) else "",
    )


def adopting_departments(actor: Actor) -> list[tuple[str, str]]:
    """Departments for which the actor may draft entries."""
    return [
        (one.code, one.name)
        for one in directory.departments()
        if directory.can(actor, Permission.ENTRY_DRAFT, one.code)
    ]


def _filters(request: HttpRequest, where: HarvestedFilter, known: tuple[SourceView, ...]) -> Filters:
    language = error_language()
    everything = Option(value="", text=_("全部"))
    return Filters(
        search_label=_("名称、摘要、提供单位、关键词"),
        search=where.text,
        selects=(
            Select(
                name="source",
                label=_("来源"),
                options=(everything, *(Option(value=one.code, text=one.name) for one in known)),
                chosen=where.source,
            ),
            Select(
                name="adopted",
                label=_("采用情况"),
                options=(
                    everything,
                    Option(value="no", text=_("未采用")),
                    Option(value="yes", text=_("已采用")),
                    Option(value="proposes", text=_("来源有变化")),
                ),
                chosen=request.GET.get("adopted", ""),
            ),
            Select(
                name="side",
                label=_("有问题的"),
                options=(everything, *(Option(value=side.value, text=side.label(language)) for side in Side)),
                chosen=where.side,
            ),
            Select(
                name="state",
                label=_("状态"),
                options=tuple(Option(value=one.value, text=one.label(language)) for one in RecordState),
                chosen=(where.state or RecordState.PRESENT).value,
            ),
        ),
        reset_href=reverse("desk:harvest") if request.GET else "",
    )


def _row(one: HarvestedView) -> dict[str, Any]:
    ours = sum(found.side is Side.OURS for found in one.findings)
    return {
        "key": one.key,
        "title": one.record.title or _("（没有名称）"),
        "href": reverse("desk:harvested", args=[one.key]),
        "publisher": one.record.publisher,
        "source": one.source_name,
        "ours": ours,
        "theirs": len(one.findings) - ours,
        "changed_at": one.changed_at,
        "standing": standing(one),
        "may_adopt": not one.adopted_service and one.state is RecordState.PRESENT,
    }


def standing(one: HarvestedView) -> Badge:
    """How the entry stands towards our catalogue, in a word."""
    if one.state is RecordState.GONE:
        return Badge(text=one.state.label(error_language()), tone=Tone.WARNING)
    if one.proposes:
        return Badge(text=_("来源有变化"), tone=Tone.WARNING)
    if one.adopted_service:
        return Badge(text=_("已采用"), tone=Tone.GOOD)
    return Badge(text=_("未采用"))


def _sources_table(known: tuple[SourceView, ...]) -> Table:
    language = error_language()
    return Table(
        caption=_("外部目录"),
        columns=[
            Column(key="name", title=_("名称和类型")),
            Column(key="cycle", title=_("采集周期"), nowrap=True),
            Column(key="present", title=_("在采条目"), numeric=True),
            Column(key="adopted", title=_("已采用"), numeric=True),
            Column(key="last", title=_("最近采集"), nowrap=True),
            Column(key="status", title=_("结果"), nowrap=True),
        ],
        rows=[
            {
                "name": stacked(
                    Link(text=one.name, href=reverse("desk:harvest-source", args=[one.code])),
                    one.kind.label(language),
                ),
                "cycle": one.cycle.label(language) if one.active else _("已停用"),
                "present": one.present,
                "adopted": one.adopted,
                "last": one.last_job.ended_at or one.last_job.requested_at if one.last_job else None,
                "status": Badge(text=one.last_job.status.label(language), tone=JOB_TONES[one.last_job.status])
                if one.last_job
                else None,
            }
            for one in known
        ],
        empty=Empty(
            title=_("还没有登记外部目录"),
            text=_("登记区县、省或其他平台的目录地址，平台会按周期采集，跟随它的变化和删除。"),
        ),
    )


def _empty(actor: Actor, known: tuple[SourceView, ...]) -> Empty:
    if not known:
        action = None
        if directory.can(actor, Permission.HARVEST_MANAGE):
            action = Link(text=_("登记外部目录"), href=reverse("desk:harvest-source-new"))
        return Empty(
            title=_("还没有外部条目"),
            text=_("由数据主管部门登记外部目录并采集后，条目列在这里。"),
            action=action,
        )
    return Empty(title=_("没有符合条件的外部条目"), text=_("换一个更短的关键词，或减少筛选条件。"))


@desk_page
def detail(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    one, raw = harvest.harvested_entry(actor, key)
    language = error_language()
    context: dict[str, Any] = {
        "one": one,
        "title": one.record.title or _("（没有名称）"),
        "standing": standing(one),
        "facts": _facts(one),
        "ours": [found.message(language) for found in one.findings if found.side is Side.OURS],
        "theirs": [found.message(language) for found in one.findings if found.side is Side.THEIRS],
        "distributions": _distributions(one),
        "raw": json.dumps(json.loads(raw), ensure_ascii=True, indent=2)[:200_000] if raw else "",
        "departments": adopting_departments(actor),
        "may_adopt": not one.adopted_service and one.state is RecordState.PRESENT,
    }
    if one.proposes:
        before, after = harvest.proposed_change(actor, key)
        context["changes"] = diff_table(
            catalogue.diff_drafts(before, after),
            caption=_("来源改动的内容"),
            before=_("目录现在"),
            after=_("接受之后"),
        )
    crumbs = (Link(text=_("外部目录采集"), href=reverse("desk:harvest")),)
    return desk_render(request, actor, "desk/harvest/detail.html", context, crumbs=crumbs)


def _facts(one: HarvestedView) -> list[tuple[str, Any]]:
    language = error_language()
    record = one.record
    facts: list[tuple[str, Any]] = [
        (_("来源"), Link(text=one.source_name, href=reverse("desk:harvest-source", args=[one.source]))),
        (_("标识"), record.identifier),
        (_("提供单位"), record.publisher),
        (_("联系人"), " ".join(filter(None, (record.contact_name, record.contact_email)))),
        (_("更新周期"), record.frequency.label(language) if record.frequency else ""),
        (_("开放类型"), record.openness.label(language) if record.openness else ""),
        (_("许可"), record.licence),
        (_("发布日期"), record.issued),
        (_("更新日期"), record.modified),
        (_("空间范围"), record.spatial),
        (_("关键词"), "、".join(record.keywords)),
        (_("首次采集"), one.first_seen_at),
        (_("最近变化"), one.changed_at),
    ]
    return [(name, value) for name, value in facts if value]


def _distributions(one: HarvestedView) -> Table:
    return Table(
        caption=_("获取方式"),
        columns=[
            Column(key="title", title=_("名称")),
            Column(key="format", title=_("格式"), nowrap=True),
            Column(key="address", title=_("地址"), code=True),
        ],
        rows=[
            {"title": each.title, "format": each.format, "address": each.address}
            for each in one.record.distributions
        ],
        empty=Empty(title=_("来源没有给出获取方式")),
    )


@require_POST
@desk_page
def adopt(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Adopt what was ticked, or all that the list's filters find."""
    department = request.POST.get("department", "")
    if request.POST.get("all"):
        asked = request.GET.copy()
        asked["adopted"] = "no"
        request.GET = asked  # type: ignore[assignment]  # a QueryDict either way
        keys = harvest.harvested_keys(actor, wanted(request), limit=AT_ONCE)
    else:
        keys = tuple(_key(text) for text in request.POST.getlist("key")[:AT_ONCE])
    if not keys:
        messages.warning(request, _("没有选中条目。请勾选要采用的条目后再提交。"))
        return redirect(_back(request))
    made = harvest.adopt(actor, keys, department=department, clock=clock())
    done = [one for one in made if one.service]
    if done:
        text = ngettext(
            "已把 %(count)d 条编为目录草稿，请补充信息项后提交审核。",
            "已把 %(count)d 条编为目录草稿，请补充信息项后提交审核。",
            len(done),
        )
        messages.success(request, text % {"count": len(done)})
    for one in [one for one in made if not one.service][:5]:
        reason = one.error_zh if error_language() == "zh" else one.error_en
        messages.error(request, f"{one.title or _('（没有名称）')}：{reason}")
    if len(made) == len(done) == 1:
        return redirect("desk:entry", done[0].service)
    return redirect(_back(request))


def _key(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 19):
        raise BadRequest
    return int(text)


def _back(request: HttpRequest) -> str:
    asked = request.GET.urlencode()
    return reverse("desk:harvest") + (f"?{asked}" if asked else "")


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    """Take over what the source changed, or leave the entry as it is."""
    if request.POST.get("action") == "accept":
        one = harvest.accept_change(actor, key, clock=clock())
        messages.success(request, _("来源的变化已写入目录草稿，请核对后提交审核。"))
        return redirect("desk:entry", one.adopted_service)
    harvest.dismiss_change(actor, key, clock=clock())
    messages.success(request, _("目录保持原样；来源再有变化时会再次提示。"))
    return redirect("desk:harvested", key)
