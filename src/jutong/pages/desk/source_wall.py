"""The wall of all sources (数据源一览): every source and hooked entry by department, as a grid or as a table."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.collection.api import Wall, WallCell, WallFilter, WallState, wall
from jutong.control.directory.api import Actor
from jutong.dataflow.connectors.registry import specs
from jutong.kernel.paging import Page, decode_numbers, encode_cursor
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.runs import TONES as RUN_TONES
from jutong.pages.desk.runs import duration
from jutong.pages.desk.selects import department_select
from jutong.pages.templatetags.jutong import figure, moment
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.terms import Term

# The sign says what the colour says.
SIGNS: Final[Mapping[WallState, str]] = {
    WallState.BROKEN: "✕",
    WallState.HELD: "?",
    WallState.LATE: "!",
    WallState.RUNNING: "▶",
    WallState.PAUSED: "‖",
    WallState.WAITING: "…",
    WallState.UNHOOKED: "○",
    WallState.GREEN: "✓",
}
TONES: Final[Mapping[WallState, Tone]] = {
    WallState.BROKEN: Tone.BAD,
    WallState.HELD: Tone.WARNING,
    WallState.LATE: Tone.WARNING,
    WallState.RUNNING: Tone.INFO,
    WallState.PAUSED: Tone.NEUTRAL,
    WallState.WAITING: Tone.NEUTRAL,
    WallState.UNHOOKED: Tone.NEUTRAL,
    WallState.GREEN: Tone.GOOD,
}
ROWS_A_PAGE: Final = 100
MOST_LAGS: Final = 8
NOT_CHANGED: Final = HTTPStatus.NO_CONTENT  # htmx leaves the page as it is


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell of the grid as it is drawn."""

    key: str
    href: str
    sign: str
    state: str
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """A department's cells, with how many need somebody."""

    name: str
    href: str
    spots: Sequence[Spot]
    troubled: int


@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    """The grid; with `view=table` the same as a table, with `screen=1` without the workbench around it."""
    found = wall(actor, _filter(request), now=clock().now())
    if "seen" in request.GET and request.headers.get("HX-Request"):
        return _renewed(request, found)
    screen = request.GET.get("screen") == "1"
    context = {
        "base": "base.html" if screen else "desk/base.html",
        "screen": screen,
        "filters": _filters(request, found),
        "tabs": _tabs(request),
        "screen_href": _address(request, screen="" if screen else "1"),
        **_living(request, found),
    }
    return desk_render(request, actor, "desk/wall/page.html", context)


def _renewed(request: HttpRequest, found: Wall) -> HttpResponse:
    """The part that renews itself; nothing is sent while nothing changed (`seen`: what the reader has)."""
    if request.GET["seen"] == _digest(found):
        return HttpResponse(status=NOT_CHANGED)
    return render(request, "desk/wall/living.html", _living(request, found))


def _filter(request: HttpRequest) -> WallFilter:
    sent = request.GET
    return WallFilter(
        department=sent.get("department", ""),
        state=chosen(WallState, sent.get("state")),
        kind=sent.get("kind", ""),
        mode=chosen(CollectionMode, sent.get("mode")),
        search=sent.get("q", "")[:100],
    )


def _living(request: HttpRequest, found: Wall) -> dict[str, Any]:
    as_table = request.GET.get("view") == "table"
    query = request.GET.copy()
    query["seen"] = _digest(found)
    at, table, pages = clock().now(), None, None
    if as_table:
        shown = _page(request, found.cells)
        table, pages = _table(shown.rows), paging(request, shown, total=len(found.cells))
    return {
        "tiles": _tiles(request, found),
        "groups": [] if as_table else _groups(request, found.cells),
        "table": table,
        "pages": pages,
        "legend": [(SIGNS[state], state.value, state.label(error_language())) for state in WallState],
        "empty": _empty(request, found),
        "lags": _lags(found.cells),
        "events": _events(found),
        "at": at,
        "renew_href": f"{reverse('desk:wall')}?{query.urlencode()}",
    }


def _digest(found: Wall) -> str:
    """Changes when anything that the page shows does."""
    kept = [
        [
            [
                *(cell.state, cell.title, cell.run_id, str(cell.last_success_at), cell.rows, cell.lag_s),
                *(str(cell.proved_at), cell.proof_complete, cell.error_code),
            ]
            for cell in found.cells
        ],
        [[event.run_id, event.status] for event in found.events],
        [found.counts[state] for state in WallState],
    ]
    return hashlib.sha256(json.dumps(kept).encode()).hexdigest()[:16]


def _address(request: HttpRequest, **changes: str) -> str:
    """This page with other conditions; an empty one is dropped."""
    query = request.GET.copy()
    for name in ("cursor", "seen"):
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{reverse('desk:wall')}?{query.urlencode()}" if query else reverse("desk:wall")


def _tabs(request: HttpRequest) -> list[Link]:
    as_table = request.GET.get("view") == "table"
    return [
        Link(text=_("一览图"), href=_address(request, view=""), current=not as_table),
        Link(text=_("表格"), href=_address(request, view="table"), current=as_table),
    ]


def _filters(request: HttpRequest, found: Wall) -> Filters:
    sent, language = request.GET, error_language()
    return Filters(
        search_label=_("按名称、代码查找"),
        search=sent.get("q", ""),
        selects=[
            department_select(sent.get("department", ""), reach=found.reach),
            _terms("state", _("状态"), _("全部状态"), WallState, sent.get("state", "")),
            _terms("mode", _("归集方式"), _("全部方式"), CollectionMode, sent.get("mode", "")),
            Select(
                name="kind",
                label=_("数据源类型"),
                options=[
                    Option(value="", text=_("全部类型")),
                    *(Option(value=kind, text=_kind(kind, language)) for kind in found.kinds),
                ],
                chosen=sent.get("kind", ""),
            ),
        ],
        reset_href=reverse("desk:wall"),
        hidden=[(name, sent[name]) for name in ("view", "screen") if sent.get(name)],
    )


def _terms(name: str, label: str, every: str, kind: type[Term], value: str) -> Select:
    options = [Option(value=one.value, text=one.label(error_language())) for one in kind]
    return Select(name=name, label=label, options=[Option(value="", text=every), *options], chosen=value)


def _kind(kind: str, language: str) -> str:
    known = specs().get(kind)
    return kind if known is None else known.zh if language == "zh" else known.en


def _tiles(request: HttpRequest, found: Wall) -> list[Tile]:
    """One for each state that occurs or matters, then what is in the pools."""
    language = error_language()
    always = {WallState.BROKEN, WallState.HELD, WallState.LATE, WallState.RUNNING, WallState.GREEN}
    tiles = [
        Tile(
            title=f"{SIGNS[state]} {state.label(language)}",
            value=found.counts[state],
            tone=TONES[state] if found.counts[state] else Tone.NEUTRAL,
            href=_address(request, state=state.value),
        )
        for state in WallState
        if found.counts[state] or state in always
    ]
    return [
        *tiles,
        Tile(
            title=_("挂接条目"),
            value=found.entries,
            note=_("%(sources)s 个数据源") % {"sources": figure(found.sources)},
        ),
        Tile(title=_("资源池行数"), value=found.rows),
        Tile(
            title=_("已证明完整"),
            value=found.proved,
            note=_("共 %(entries)s 个条目") % {"entries": figure(found.entries)},
            href=reverse("desk:proofs"),
        ),
    ]


def _groups(request: HttpRequest, cells: Sequence[WallCell]) -> list[Group]:
    by_department: dict[tuple[str, str], list[WallCell]] = {}
    for cell in cells:
        by_department.setdefault((cell.department_name, cell.department), []).append(cell)
    run_at, source_at, settings_at = (
        reverse(name, args=["~"]) for name in ("desk:run", "desk:source", "desk:binding")
    )
    labels = {state: state.label(error_language()) for state in WallState}
    words = _Words()
    return [
        Group(
            name=name,
            href=_address(request, department=code),
            spots=[
                Spot(
                    key=cell.service or f"source-{cell.source}",
                    href=_href(cell, run_at, source_at, settings_at),
                    sign=SIGNS[cell.state],
                    state=cell.state.value,
                    title=cell.title,
                    text=words.of(cell, labels[cell.state]),
                )
                for cell in members
            ],
            troubled=sum(TONES[cell.state] in {Tone.BAD, Tone.WARNING} for cell in members),
        )
        for (name, code), members in sorted(by_department.items())
    ]


def _href(cell: WallCell, run_at: str, source_at: str, settings_at: str) -> str:
    """Where one sees why it stands as it does."""
    if cell.run_id and cell.state in {WallState.BROKEN, WallState.HELD, WallState.RUNNING}:
        return run_at.replace("~", cell.run_id)
    return settings_at.replace("~", cell.service) if cell.service else source_at.replace("~", cell.source)


class _Words:
    """What a cell says when it is pointed at; the translations are looked up once for all of them."""

    def __init__(self) -> None:
        self.last, self.rows, self.proved = _("最近归集"), _("行"), _("证明完整")
        self.differs, self.lag, self.comma = _("与来源不一致"), _("落后"), _("，")

    def of(self, cell: WallCell, state: str) -> str:
        parts = [state]
        if cell.error_code:
            parts.append(f"[{cell.error_code}]")
        if cell.last_success_at is not None:
            parts.append(f"{self.last} {moment(cell.last_success_at)}")
        if cell.rows is not None:
            parts.append(f"{cell.rows:,} {self.rows}")
        if cell.lag_s is not None:
            parts.append(f"{self.lag} {duration(cell.lag_s)}")
        if cell.proof_complete is False:
            parts.append(self.differs)
        elif cell.proved_at is not None:
            parts.append(f"{self.proved} {moment(cell.proved_at)}")
        return self.comma.join(parts)


def _page(request: HttpRequest, cells: Sequence[WallCell]) -> Page[WallCell]:
    """The most urgent first, a hundred at a time."""
    order = list(WallState)
    ordered = sorted(
        cells, key=lambda cell: (order.index(cell.state), cell.department_name, cell.source, cell.service)
    )
    cursor = request.GET.get("cursor")
    start = decode_numbers(cursor, width=1)[0] if cursor else 0
    following = start + ROWS_A_PAGE
    return Page(
        rows=tuple(ordered[start:following]),
        next_cursor=encode_cursor([following]) if following < len(ordered) else None,
    )


def _table(cells: Sequence[WallCell]) -> Table:
    language = error_language()
    return Table(
        caption=_("数据源和挂接条目"),
        columns=[
            Column(key="title", title=_("条目或数据源")),
            Column(key="state", title=_("状态"), nowrap=True),
            Column(key="source", title=_("数据源")),
            Column(key="mode", title=_("归集方式"), nowrap=True),
            Column(key="last", title=_("最近归集"), nowrap=True),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="proved", title=_("最近证明完整"), nowrap=True),
        ],
        rows=[
            {
                "title": stacked(
                    Link(
                        text=cell.title,
                        href=_href(
                            cell,
                            *(reverse(f"desk:{name}", args=["~"]) for name in ("run", "source", "binding")),
                        ),
                    ),
                    cell.department_name,
                ),
                "state": Badge(
                    text=f"{SIGNS[cell.state]} {cell.state.label(language)}", tone=TONES[cell.state]
                ),
                "source": stacked(
                    Link(text=cell.source_name, href=reverse("desk:source", args=[cell.source])),
                    _kind(cell.kind, language),
                ),
                "mode": cell.mode.label(language) if cell.mode else None,
                "last": cell.last_success_at,
                "rows": cell.rows,
                "proved": Badge(text=_("与来源不一致"), tone=Tone.BAD)
                if cell.proof_complete is False
                else cell.proved_at,
            }
            for cell in cells
        ],
        empty=Empty(title=_("没有符合条件的数据源")),
    )


def _lags(cells: Sequence[WallCell]) -> list[tuple[str, str, str]]:
    """(title, address, lag) of what follows its source most slowly."""
    following = sorted(
        (cell for cell in cells if cell.lag_s is not None), key=lambda cell: -(cell.lag_s or 0.0)
    )
    return [
        (cell.title, reverse("desk:binding", args=[cell.service]), duration(cell.lag_s or 0.0))
        for cell in following[:MOST_LAGS]
    ]


def _events(found: Wall) -> list[dict[str, Any]]:
    language = error_language()
    return [
        {
            "badge": Badge(text=event.status.label(language), tone=RUN_TONES[event.status]),
            "title": event.title,
            "department": event.department_name,
            "href": reverse("desk:run", args=[event.run_id]),
            "at": event.at,
            "rows": event.rows,
            "error": event.error_code,
        }
        for event in found.events
    ]


def _empty(request: HttpRequest, found: Wall) -> Empty | None:
    if found.cells:
        return None
    if any(request.GET.get(name) for name in ("q", "department", "state", "mode", "kind")):
        return Empty(
            title=_("没有符合条件的数据源"),
            action=Link(text=_("清除条件"), href=reverse("desk:wall")),
        )
    return Empty(
        title=_("还没有数据源"),
        text=_("由部门数据工程师登记。"),
        action=Link(text=_("数据源"), href=reverse("desk:sources")),
    )
