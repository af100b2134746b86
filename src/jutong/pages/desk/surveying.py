"""Surveys of whole sources: asked for, followed while they run, their tables with what became of each."""

from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.directory.api import Actor
from jutong.control.drafting import api as drafting
from jutong.control.drafting.api import SurveyStatus, SurveyView, TableOutcome
from jutong.pages.components import Badge, Column, Empty, Link, Progress, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render
from jutong.pages.desk.cells import stacked

TONES: Final = {
    SurveyStatus.QUEUED: Tone.INFO,
    SurveyStatus.RUNNING: Tone.INFO,
    SurveyStatus.DONE: Tone.GOOD,
    SurveyStatus.FAILED: Tone.BAD,
}
OUTCOME_TONES: Final = {
    TableOutcome.WAITING: Tone.NEUTRAL,
    TableOutcome.PROPOSED: Tone.GOOD,
    TableOutcome.UNCHANGED: Tone.NEUTRAL,
    TableOutcome.HELD: Tone.INFO,
    TableOutcome.SKIPPED: Tone.NEUTRAL,
}
OPEN: Final = frozenset({SurveyStatus.QUEUED, SurveyStatus.RUNNING})


@require_POST
@desk_page
def request_survey(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    """Ask for a survey of the whole source; the worker carries it out."""
    del request
    made = drafting.request_survey(actor, code, clock=clock())
    return redirect("desk:survey", survey_id=made.survey_id)


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    rows = drafting.surveys(actor)
    table = Table(
        caption=_("数据源探查"),
        columns=[
            Column(key="source", title=_("数据源")),
            Column(key="status", title=_("状态"), nowrap=True),
            Column(key="tables", title=_("表"), numeric=True),
            Column(key="proposed", title=_("提出建议"), numeric=True),
            Column(key="at", title=_("发起时间"), nowrap=True),
        ],
        rows=[
            {
                "source": Link(text=row.source_name, href=reverse("desk:survey", args=[row.survey_id])),
                "status": _badge(row),
                "tables": row.total,
                "proposed": row.counts.get(TableOutcome.PROPOSED.value, 0),
                "at": stacked(row.requested_at, row.requested_by),
            }
            for row in rows
        ],
        empty=Empty(
            title=_("还没有探查过数据源"),
            text=_("在数据源页面选择“为整个数据源提出编目建议”，平台会逐表探查并提出目录建议。"),
            action=Link(text=_("数据源"), href=reverse("desk:sources")),
        ),
    )
    crumbs = (Link(text=_("编目建议"), href=reverse("desk:drafting")),)
    return desk_render(request, actor, "desk/drafting/surveys.html", {"table": table}, crumbs=crumbs)


def _badge(view: SurveyView) -> Badge:
    return Badge(text=view.status.label(error_language()), tone=TONES[view.status])


@desk_page
def detail(request: HttpRequest, actor: Actor, survey_id: str) -> HttpResponse:
    view = drafting.survey(actor, survey_id)
    language = error_language()
    context = {
        "view": view,
        "badge": _badge(view),
        "progress": _progress(view) if view.status in OPEN else None,
        "error": (view.error_zh if language == "zh" else view.error_en),
        "tiles": [
            Tile(title=one.label(language), value=view.counts.get(one.value, 0))
            for one in TableOutcome
            if one is not TableOutcome.WAITING
        ],
        "table": _tables(actor, survey_id),
    }
    crumbs = (
        Link(text=_("编目建议"), href=reverse("desk:drafting")),
        Link(text=_("数据源探查"), href=reverse("desk:surveys")),
    )
    return desk_render(request, actor, "desk/drafting/survey.html", context, crumbs=crumbs)


def _progress(view: SurveyView) -> Progress:
    return Progress(
        title=_("正在逐表探查"),
        done=view.total - view.waiting,
        total=view.total or None,
        text=view.status.label(error_language()),
        href=reverse("desk:survey-progress", args=[view.survey_id]),
    )


@desk_page
def progress(request: HttpRequest, actor: Actor, survey_id: str) -> HttpResponse:
    """The bar alone; when the survey has ended the whole page is asked for anew."""
    view = drafting.survey(actor, survey_id)
    answer = render(request, "components/progress.html", {"progress": _progress(view)})
    if view.status not in OPEN:
        answer["HX-Refresh"] = "true"
    return answer


def _tables(actor: Actor, survey_id: str) -> Table:
    language = error_language()
    return Table(
        caption=_("表的处理结果"),
        columns=[
            Column(key="name", title=_("表"), code=True),
            Column(key="outcome", title=_("结果"), nowrap=True),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="columns", title=_("列数"), numeric=True),
            Column(key="reason", title=_("建议或原因")),
        ],
        rows=[
            {
                "name": row.name,
                "outcome": Badge(text=row.outcome.label(language), tone=OUTCOME_TONES[row.outcome]),
                "rows": row.rows,
                "columns": row.column_count or None,
                "reason": Link(text=_("查看建议"), href=reverse("desk:proposal", args=[row.proposal]))
                if row.proposal
                else row.reason(language),
            }
            for row in drafting.surveyed_tables(actor, survey_id)
        ],
        empty=Empty(title=_("还没有列出表"), text=_("任务开始后，数据源中的表列在这里。")),
    )
