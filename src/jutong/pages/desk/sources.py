"""Sources: where a department's rows come from, which entry they fill, and whether the promise is kept."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.values import EntryDraft, EntryFilter
from jutong.control.collection import api as collection
from jutong.control.collection.errors import NotHooked
from jutong.control.collection.terms import Punctuality
from jutong.control.collection.values import BindingView, RunFilter, SourceView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.dataflow.connectors import (
    FileProfile,
    Finding,
    ReadLimits,
    open_connector,
    profile_source,
    propose_items,
    spec_of,
)
from jutong.kernel.errors import JutongError
from jutong.kernel.paging import MAX_LIMIT
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, error_line, home, paging
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.runs import runs_table
from jutong.pages.desk.selects import department_select
from jutong.pages.desk.source_forms import tested_steps
from jutong.pages.desk.source_inputs import kind_name, option_name
from jutong.vocabulary.catalogue import EntryStatus, SharingType

SOURCES_A_PAGE: Final = 50


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The sources, fifty at a time, and the entries that those on the page fill."""
    sent = request.GET
    found = collection.source_page(
        actor,
        clock=clock(),
        department=sent.get("department", ""),
        search=sent.get("q", "")[:100],
        limit=SOURCES_A_PAGE,
        cursor=sent.get("cursor"),
    )
    context = {
        "filters": Filters(
            search_label=_("按名称、代码查找"),
            search=sent.get("q", ""),
            selects=[department_select(sent.get("department", ""), reach=found.reach)],
            reset_href=reverse("desk:sources"),
        ),
        "bindings": _bindings_table(found.hooked),
        "table": _sources_table(found.rows, {one.service: one.title for one in found.hooked}),
        "pages": paging(request, found, total=found.total),
        "may_add": Permission.SOURCE_MANAGE in actor.permissions,
    }
    return desk_render(request, actor, "desk/sources/list.html", context)


def _punctuality(binding: BindingView) -> Badge:
    tones = {
        Punctuality.ON_TIME: Tone.GOOD,
        Punctuality.LATE: Tone.BAD,
        Punctuality.WAITING: Tone.WARNING,
        Punctuality.EXCLUDED: Tone.NEUTRAL,
    }
    return Badge(text=binding.punctuality.label(error_language()), tone=tones[binding.punctuality])


def _bindings_table(rows: tuple[BindingView, ...]) -> Table:
    return Table(
        caption=_("已挂接的目录条目"),
        columns=[
            Column(key="title", title=_("目录条目和提供部门")),
            Column(key="source", title=_("数据源")),
            Column(key="frequency", title=_("更新周期"), nowrap=True),
            Column(key="last", title=_("最近归集"), nowrap=True),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="score", title=_("质量分"), numeric=True),
            Column(key="on_time", title=_("及时性"), nowrap=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(text=row.title, href=reverse("desk:entry", args=[row.service])), row.provider_name
                ),
                "source": Link(text=row.source_name, href=reverse("desk:source", args=[row.source])),
                "frequency": row.update_frequency.label(error_language()),
                "last": row.last_success_at,
                "rows": row.last_rows,
                "score": row.last_score,
                "on_time": _punctuality(row),
            }
            for row in rows
        ],
        empty=Empty(title=_("还没有挂接"), text=_("登记数据源后，把它挂接到已发布的目录条目。")),
    )


def _sources_table(rows: tuple[SourceView, ...], titles: Mapping[str, str]) -> Table:
    return Table(
        caption=_("数据源"),
        columns=[
            Column(key="name", title=_("名称和代码")),
            Column(key="department", title=_("部门")),
            Column(key="kind", title=_("类型"), nowrap=True),
            Column(key="services", title=_("供数条目")),
        ],
        rows=[
            {
                "name": stacked(
                    Link(text=row.name, href=reverse("desk:source", args=[row.code])), row.code, code=True
                ),
                "department": row.department_name,
                "kind": kind_name(row.kind),
                "services": "、".join(titles.get(one, one) for one in row.services),
            }
            for row in rows
        ],
        empty=Empty(title=_("还没有数据源"), text=_("由部门数据工程师登记。")),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    view = collection.source(actor, code)
    may = bool(directory.can(actor, Permission.SOURCE_MANAGE, view.department))
    profile, problem = _profile(actor, view) if may and "profile" in request.GET else (None, "")
    runs = collection.runs(actor, RunFilter(source=code), limit=10).rows
    context = {
        "view": view,
        "kind": kind_name(view.kind),
        "options": [(option_name(view.kind, name), value) for name, value in view.options.items()],
        "tested": tested_steps(view),
        "windows": _windows(view),
        "profile": profile,
        "problem": problem,
        "columns": _columns(profile) if profile else None,
        "findings": [_words(found) for found in profile.findings] if profile else [],
        "hooked": _hooked(actor, view),
        "runs": runs_table(runs),
        "may_manage": may,
        "may_run": bool(directory.can(actor, Permission.RUN_REQUEST, view.department)),
        "may_propose": may and bool(directory.can(actor, Permission.ENTRY_DRAFT, view.department)),
        "entries": unbound(actor, view) if may else [],
    }
    crumbs = (Link(text=_("数据源"), href=reverse("desk:sources")),)
    return desk_render(request, actor, "desk/sources/detail.html", context, crumbs=crumbs)


def _windows(view: SourceView) -> list[str]:
    """The hours in which it may be read, one line each."""
    days = [_("周一"), _("周二"), _("周三"), _("周四"), _("周五"), _("周六"), _("周日")]
    return [
        f"{'、'.join(days[day - 1] for day in window['days'])} {window['from']}–{window['until']}"
        for window in view.windows
    ]


def _hooked(actor: Actor, view: SourceView) -> list[BindingView]:
    hooked = collection.bindings(actor, clock=clock(), department=view.department)
    return [one for one in hooked if one.source == view.code]


def profile_of(actor: Actor, view: SourceView) -> FileProfile:
    """What the source holds now.

    Raises:
        ConnectorError: it cannot be read; the message says what to do.
    """
    kind, options = collection.source_options(actor, view.code, home=home())
    connector = open_connector(kind, options, root=home().sources, limits=ReadLimits.from_environment())
    return profile_source(connector, name=view.name)


def _profile(actor: Actor, view: SourceView) -> tuple[FileProfile | None, str]:
    try:
        return profile_of(actor, view), ""
    except JutongError as error:
        return None, error_line(error)


def _words(found: Finding) -> str:
    return found.zh if error_language() == "zh" else found.en


def _columns(profile: FileProfile) -> Table:
    language = error_language()

    def meaning(recognised: Mapping[str, Any] | None) -> str:
        if not recognised:
            return ""
        return f"{recognised[language]}（{recognised['confidence']:.0%}）"

    return Table(
        caption=_("列的探查结果"),
        columns=[
            Column(key="name", title=_("列名")),
            Column(key="type", title=_("类型"), nowrap=True),
            Column(key="meaning", title=_("识别的含义（可信度）")),
            Column(key="nulls", title=_("空值"), numeric=True),
            Column(key="distinct", title=_("不同值"), numeric=True),
            Column(key="length", title=_("最大长度"), numeric=True),
        ],
        rows=[
            {
                "name": column.name,
                "type": column.data_type.label(language),
                "meaning": meaning(column.to_dict()["meaning"]),
                "nulls": column.nulls,
                "distinct": column.distinct,
                "length": column.max_length,
            }
            for column in profile.columns
        ],
        first_is_header=True,
    )


def unbound(actor: Actor, view: SourceView) -> list[tuple[str, str]]:
    """Published entries of the department that no source fills yet: (service, title)."""
    where = EntryFilter(provider=view.department, status=EntryStatus.PUBLISHED)
    hooked = {
        binding.service for binding in collection.bindings(actor, clock=clock(), department=view.department)
    }
    found = catalogue.entries(actor, where, limit=MAX_LIMIT).rows
    return [(row.service, row.title) for row in found if row.service not in hooked]


@require_POST
@desk_page
def run_now(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    service = request.POST.get("service", "")
    if service not in collection.source(actor, code).services:
        raise NotHooked(service=service)
    run = collection.request_run(actor, service, clock=clock())
    return redirect("desk:run", run_id=run.run_id)


@require_POST
@desk_page
def propose(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """A draft entry with one item a column of the source, for the officer to confirm or correct."""
    view = collection.source(actor, code)
    directory.require(actor, Permission.ENTRY_DRAFT, view.department)
    items = propose_items(profile_of(actor, view))
    sharing = max((item.sharing_type for item in items), key=list(SharingType).index)
    spec = spec_of(view.kind)
    draft = EntryDraft(
        title=view.name,
        items=tuple(replace(item, sharing_type=sharing) for item in items),
        sharing_type=sharing,
        format_class=spec.format_class,
        format=spec.format,
        system=view.system,
    )
    made = catalogue.create_entry(actor, provider=view.department, draft=draft, clock=clock())
    messages.success(request, _("已按数据源的列生成草稿，请核对信息项并补全元数据。"))
    return redirect("desk:entry-edit", service=made.service)
