"""What the platform found of the faults that the demo city planted (JSON made by `jutong.demo.score`)."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.pages.components import Chart, Column, Empty, Series, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import desk_page, desk_render, home


@desk_page
def score(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.RANKING_READ)
    path = home().root / "demo" / "score.json"
    kinds: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))["kinds"] if path.exists() else []
    context = {"chart": _chart(kinds) if kinds else None, "table": _table(kinds)}
    return desk_render(request, actor, "desk/demo_score.html", context)


def _name(kind: dict[str, Any]) -> str:
    return str(kind[error_language()])


def _chart(kinds: list[dict[str, Any]]) -> Chart:
    return Chart(
        id="faults",
        title=_("埋设与发现"),
        categories=[_name(kind) for kind in kinds],
        series=[
            Series(name=_("埋设"), values=[kind["planted"] for kind in kinds]),
            Series(name=_("发现"), values=[kind["found"] for kind in kinds]),
            Series(name=_("误报"), values=[kind["false_alarms"] for kind in kinds]),
        ],
        kind="hbar",
        category_title=_("问题类型"),
    )


def _table(kinds: list[dict[str, Any]]) -> Table:
    return Table(
        caption=_("各类问题的埋设、发现和误报"),
        columns=[
            Column(key="kind", title=_("问题类型")),
            Column(key="planted", title=_("埋设"), numeric=True),
            Column(key="found", title=_("发现"), numeric=True),
            Column(key="false_alarms", title=_("误报"), numeric=True),
            Column(key="recall", title=_("查全率"), numeric=True),
            Column(key="precision", title=_("查准率"), numeric=True),
        ],
        rows=[
            {
                "kind": _name(kind),
                "planted": kind["planted"],
                "found": kind["found"],
                "false_alarms": kind["false_alarms"],
                "recall": _share(kind["recall"]),
                "precision": _share(kind["precision"]),
            }
            for kind in kinds
        ],
        first_is_header=True,
        empty=Empty(
            title=_("没有示范得分"),
            text=_("运行 jutong demo 生成示范城市后，这里显示平台查出了多少埋设的问题。"),
        ),
    )


def _share(value: float | None) -> str:
    return "" if value is None else f"{value:.1%}"
