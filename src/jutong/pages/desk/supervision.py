"""Supervision: the departments in order, each figure with its numerator and denominator (没有人填报分数)."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor
from jutong.control.supervision import api as supervision
from jutong.control.supervision.values import DepartmentScore, Indicator, IndicatorScore
from jutong.evidence import EvidenceIndex
from jutong.evidence.records import CALL
from jutong.pages.components import Chart, Column, Empty, Series, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page, desk_render, home
from jutong.pages.desk.cells import stacked


@desk_page
def ranking(request: HttpRequest, actor: Actor) -> HttpResponse:
    counts = EvidenceIndex(home().evidence).counts(["service", "kind"])
    # What was refused is no use of the data, and a download is the public's, not a consumer's call.
    calls = {count.group[0]: count.answered for count in counts if count.group[1] == CALL}
    now = clock().now()
    scores = supervision.ranking(actor, at=now, calls=calls)
    figures = supervision.city_figures(actor, at=now, calls=sum(calls.values()))
    context = {
        "tiles": [
            Tile(title=_("已发布目录"), value=figures.entries_published, href=reverse("desk:catalogue")),
            Tile(title=_("已有数据"), value=figures.entries_with_data),
            Tile(title=_("资源池行数"), value=figures.rows),
            Tile(title=_("有效授权"), value=figures.grants_live, href=reverse("desk:grants")),
            Tile(title=_("开放数据集"), value=figures.datasets_open, href=reverse("desk:datasets")),
            Tile(title=_("网关调用"), value=figures.calls, href=reverse("desk:evidence")),
            Tile(
                title=_("超期申请"),
                value=figures.applications_overdue,
                href=reverse("desk:applications") + "?view=overdue",
                tone=Tone.BAD if figures.applications_overdue else Tone.GOOD,
            ),
            Tile(
                title=_("迟到条目"),
                value=figures.entries_late,
                tone=Tone.WARNING if figures.entries_late else Tone.GOOD,
            ),
        ],
        "on": figures.on,
        "chart": _chart(scores) if scores else None,
        "table": _table(scores),
        "indicators": [(one, one.weight) for one in Indicator],
    }
    return desk_render(request, actor, "desk/supervision/ranking.html", context)


def _chart(scores: tuple[DepartmentScore, ...]) -> Chart:
    return Chart(
        id="ranking",
        title=_("部门综合得分"),
        categories=[score.department_name for score in scores],
        series=[Series(name=_("综合得分"), values=[score.score for score in scores])],
        kind="hbar",
        category_title=_("部门"),
    )


def _table(scores: tuple[DepartmentScore, ...]) -> Table:
    language = error_language()
    short = {one.code: one.short_name for one in directory.departments(active_only=False)}
    columns = [
        Column(key="rank", title=_("名次"), numeric=True),
        Column(key="department", title=_("部门")),
        Column(key="score", title=_("综合得分"), numeric=True),
        *(Column(key=one.value, title=one.label(language), numeric=True) for one in Indicator),
        Column(key="calls", title=_("被调用次数"), numeric=True),
    ]
    rows = [
        {
            "rank": score.rank,
            "department": short.get(score.department, score.department_name),
            "score": score.score,
            **{one.value: _rate(score.of(one)) for one in Indicator},
            "calls": score.calls,
        }
        for score in scores
    ]
    return Table(
        caption=_("部门排名（分子/分母取自实际发生的记录）"),
        columns=columns,
        rows=rows,
        empty=Empty(title=_("还没有可评价的部门"), text=_("发布目录并归集数据后，这里会自动出现得分。")),
    )


def _rate(score: IndicatorScore) -> SafeString | None:
    if score.rate is None:
        return None
    return stacked(f"{score.rate:.1%}", f"{score.numerator:g} / {score.denominator:g}")
