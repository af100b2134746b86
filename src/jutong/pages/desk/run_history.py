"""The history of collection runs: narrowed by entry, source, department, status, mode and day; one entry over time."""

from collections.abc import Sequence
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.collection import api as collection
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.values import RunFilter, RunView
from jutong.control.directory.api import Actor, Permission, scope
from jutong.kernel.clock import business_date
from jutong.pages.components import Chart, Filters, Link, Option, Select, Series
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, desk_page, desk_render, paging
from jutong.pages.desk.runs import runs_table
from jutong.pages.desk.selects import department_select
from jutong.vocabulary.collection import CollectionMode

CHARTED = 40


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    sent = request.GET
    where = RunFilter(
        service=sent.get("service", "")[:63],
        source=sent.get("source", "")[:40],
        department=sent.get("department", ""),
        status=chosen(RunStatus, sent.get("status")),
        mode=chosen(CollectionMode, sent.get("mode")),
        since=_day(sent.get("since")),
        until=_day(sent.get("until")),
    )
    page = collection.runs(actor, where, cursor=sent.get("cursor"))
    address, language = reverse("desk:runs"), error_language()
    kept = request.GET.copy()
    for name in ("status", "cursor"):
        kept.pop(name, None)
    beside = f"&{kept.urlencode()}" if kept else ""
    tabs = [Link(text=_("全部"), href=f"{address}?{kept.urlencode()}", current=where.status is None)]
    tabs += [
        Link(
            text=one.label(language),
            href=f"{address}?status={one.value}{beside}",
            current=where.status is one,
        )
        for one in RunStatus
    ]
    course = (
        collection.runs(actor, RunFilter(service=where.service), limit=CHARTED).rows if where.service else ()
    )
    context = {
        "tabs": tabs,
        "filters": _filters(request, actor, where),
        "table": runs_table(page.rows),
        "pages": paging(request, page),
        "charts": _charts(course),
        "service": where.service if course else "",
        "days": [("since", _("从哪天起"), where.since), ("until", _("到哪天止"), where.until)],
        "others": [(name, value) for name, value in sent.items() if name not in {"since", "until", "cursor"}],
    }
    return desk_render(request, actor, "desk/runs/list.html", context)


def _day(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _filters(request: HttpRequest, actor: Actor, where: RunFilter) -> Filters:
    modes = [Option(value=one.value, text=one.label(error_language())) for one in CollectionMode]
    hidden = ((name, request.GET.get(name, "")) for name in ("status", "source", "since", "until"))
    return Filters(
        search_name="service",
        search_label=_("目录条目的服务名"),
        search=where.service,
        selects=[
            department_select(where.department, reach=scope(actor, Permission.RUN_READ)),
            Select(
                name="mode",
                label=_("归集方式"),
                options=[Option(value="", text=_("全部方式")), *modes],
                chosen=where.mode.value if where.mode else "",
            ),
        ],
        reset_href=reverse("desk:runs"),
        hidden=[(name, value) for name, value in hidden if value],
    )


def _charts(runs: Sequence[RunView]) -> list[Chart]:
    """Rows and seconds of one entry's newest runs, the oldest first."""
    ended = [
        run for run in reversed(runs) if run.status is RunStatus.SUCCEEDED and run.started_at and run.ended_at
    ]
    if len(ended) < 2:  # a single point is no course
        return []
    days = [f"{business_date(run.requested_at):%m-%d} {run.run_id[-4:]}" for run in ended]
    return [
        Chart(
            id="rows-over-time",
            title=_("每次归集的行数"),
            categories=days,
            series=[
                Series(name=_("读取"), values=[run.read for run in ended]),
                Series(name=_("入库"), values=[run.landed for run in ended]),
                Series(name=_("隔离"), values=[run.quarantined for run in ended]),
            ],
            kind="line",
            category_title=_("任务"),
        ),
        Chart(
            id="seconds-over-time",
            title=_("每次归集的用时"),
            categories=days,
            series=[
                Series(
                    name=_("秒"),
                    values=[
                        round((run.ended_at - run.started_at).total_seconds(), 1)
                        for run in ended
                        if run.ended_at and run.started_at
                    ],
                )
            ],
            kind="line",
            category_title=_("任务"),
            unit="s",
        ),
    ]
