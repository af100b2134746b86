"""The published versions of an entry: compared two by two, and as it was on a day."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.values import EntryView, VersionView
from jutong.control.directory.api import Actor
from jutong.kernel.clock import business_date
from jutong.pages.components import Column, Link, Option, Select, Table
from jutong.pages.desk.acting import clock, desk_page, desk_render
from jutong.pages.desk.changes import count_text, diff_table, said
from jutong.pages.desk.deciding import whole_number
from jutong.pages.desk.entry_fields import ELEMENTS
from jutong.pages.desk.entry_tables import items_table

EDITED = "0"
"""Stands for what is being edited in the choice of versions."""


def versions_table(actor: Actor, service: str) -> Table:
    """Every published version with the ways to what it changed and what it said."""
    found = catalogue.versions(actor, service)
    return Table(
        caption=_("已发布的版本"),
        columns=[
            Column(key="number", title=_("版本"), numeric=True),
            Column(key="at", title=_("发布时间"), nowrap=True),
            Column(key="by", title=_("发布人")),
            Column(key="reason", title=_("说明")),
            Column(key="diff", title=_("变化"), nowrap=True),
        ],
        rows=[
            {
                "number": one.number,
                "at": one.published_at,
                "by": one.published_by,
                "reason": one.reason,
                "diff": Link(
                    text=_("比上一版"),
                    href=f"{reverse('desk:entry-diff', args=[service])}?to={one.number}",
                ),
            }
            for one in found
        ],
    )


@desk_page
def compare(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """What differs between two versions, or between a version and what is being edited."""
    view = catalogue.entry(actor, service)
    before = whole_number(request.GET.get("from", ""))
    after = whole_number(request.GET.get("to", ""))
    found = catalogue.diff_of(actor, service, before or None, after or None)
    numbers = [one.number for one in catalogue.versions(actor, service)]
    context = {
        "view": view,
        "selects": _selects(numbers, found.before, found.after, insider=view.has_pending_change),
        "count": count_text(found.diff),
        "table": diff_table(
            found.diff,
            caption=_("逐项对比"),
            before=_version_name(found.before) if found.before else _("（空）"),
            after=_version_name(found.after),
        ),
    }
    return desk_render(request, actor, "desk/catalogue/compare.html", context, crumbs=_crumbs(view))


def _version_name(number: int | None) -> str:
    return _("第 %(number)d 版") % {"number": number} if number else _("正在编辑的内容")


def _selects(numbers: list[int], before: int | None, after: int | None, *, insider: bool) -> list[Select]:
    options = [Option(value=str(number), text=_version_name(number)) for number in numbers]
    newest = [Option(value=EDITED, text=_version_name(None))] if insider or after is None else []
    nothing = [] if before else [Option(value="", text=_("（空）"))]
    return [
        Select(name="from", label=_("从"), options=[*nothing, *options], chosen=str(before or "")),
        Select(name="to", label=_("到"), options=[*newest, *options], chosen=str(after or EDITED)),
    ]


@desk_page
def on_day(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    """The entry as it was published at the end of a day."""
    view = catalogue.entry(actor, service)
    today = business_date(clock().now())
    try:
        day = date.fromisoformat(request.GET.get("on", ""))
    except ValueError:
        day = today
    version = catalogue.as_it_was(actor, service, min(day, today))
    context = {
        "view": view,
        "on": min(day, today),
        "today": today,
        "version": version,
        "facts": _facts(version) if version else None,
        "items": items_table(version.draft.items) if version else None,
    }
    return desk_render(request, actor, "desk/catalogue/on_day.html", context, crumbs=_crumbs(view))


def _facts(version: VersionView) -> list[tuple[str, str]]:
    return [
        (str(name), said(value))
        for element, name in ELEMENTS.items()
        if (value := getattr(version.draft, element))
    ]


def _crumbs(view: EntryView) -> tuple[Link, ...]:
    return (
        Link(text=_("目录"), href=reverse("desk:catalogue")),
        Link(text=view.summary.title, href=reverse("desk:entry", args=[view.service])),
    )
