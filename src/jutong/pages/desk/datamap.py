"""The data map: one node and what hangs together with it, as a picture and as a table; search, filter, export."""

from collections.abc import Callable, Mapping
from typing import Final

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.datamap import api as datamap
from jutong.control.datamap.api import DataMap, Node, NodeKind
from jutong.control.directory.api import Actor
from jutong.pages.components import Column, Empty, Link, Option, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render
from jutong.pages.desk.map_drawing import drawn, neighbours_said

N = NodeKind
FORMATS: Final[Mapping[str, tuple[Callable[[DataMap], str], str, str]]] = {
    "nodes.csv": (datamap.nodes_csv, "text/csv; charset=utf-8", "nodes.csv"),
    "edges.csv": (datamap.edges_csv, "text/csv; charset=utf-8", "edges.csv"),
    "json": (datamap.as_json, "application/json; charset=utf-8", "datamap.json"),
    "graphml": (datamap.as_graphml, "application/graphml+xml; charset=utf-8", "datamap.graphml"),
}
"""Name of a format → how it is made, its media type, its file name."""
PAGES: Final[Mapping[NodeKind, str]] = {
    N.ENTRY: "desk:entry",
    N.SOURCE: "desk:source",
    N.APPLICATION: "desk:application",
    N.GRANT: "desk:grant",
    N.DATASET: "desk:dataset",
}
"""Nodes that have a page of their own, by its name."""
FURTHER: Final = 60
"""Neighbours of a kind after asking for more."""


@desk_page
def page(request: HttpRequest, actor: Actor) -> HttpResponse:
    asked = request.GET
    part, kinds = _asked_for(actor, asked)
    language = error_language()
    text = asked.get("q", "").strip()[:100]
    hrefs = {node.id: _at(asked, focus=node.id) for node in part.nodes}
    context = {
        "part": part,
        "text": text,
        "found": [_link(asked, node) for node in datamap.find_nodes(actor, text)] if text else [],
        "nothing": Empty(
            title=_("图谱中没有找到"), text=_("可输入部门、系统、事项或目录条目的名称，支持同义词。")
        ),
        "kinds": [(Option(value=kind.value, text=kind.label(language)), kind in kinds) for kind in NodeKind],
        "narrowed": kinds != datamap.EVERY_KIND,
        "focus": part.focus,
        "own_page": _own_page(part.focus),
        "drawing": drawn(part, hrefs),
        "said": neighbours_said(part, language),
        "more": [(one.kind.label(language), one.left) for one in part.more],
        "further": _at(asked, shown=str(FURTHER)) if part.more and asked.get("shown") is None else "",
        "deeper": asked.get("depth") == "2",
        "depth_href": _at(asked, depth="" if asked.get("depth") == "2" else "2"),
        "tables": [_edges_table(part, hrefs)] if part.focus else [_nodes_table(part, hrefs)],
        "exports": [
            Link(text=name, href=reverse("desk:map-export", args=[name]) + f"?{asked.urlencode()}")
            for name in FORMATS
        ],
    }
    return desk_render(request, actor, "desk/map.html", context)


@desk_page
def export(request: HttpRequest, actor: Actor, form: str) -> HttpResponse:
    """The part of the map that the page shows, as a file."""
    make, media_type, name = FORMATS.get(form, FORMATS["json"])
    part, _kinds = _asked_for(actor, request.GET)
    response = HttpResponse(make(part), content_type=media_type)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def _asked_for(actor: Actor, asked: QueryDict) -> tuple[DataMap, frozenset[NodeKind]]:
    wanted = frozenset(kind for text in asked.getlist("kind") if (kind := chosen(NodeKind, text)))
    kinds = wanted or datamap.EVERY_KIND
    shown = asked.get("shown", "")
    part = datamap.graph(
        actor,
        asked.get("focus") or None,
        clock=clock(),
        depth=2 if asked.get("depth") == "2" else 1,
        kinds=kinds,
        shown=int(shown) if shown.isascii() and shown.isdigit() and len(shown) < 4 else datamap.SHOWN,
    )
    return part, kinds


def _at(asked: QueryDict, **changes: str) -> str:
    """The map with these parameters changed; another focus starts with the first neighbours again."""
    query = asked.copy()
    for name in ("q", *(("shown",) if "focus" in changes else ())):
        query.pop(name, None)
    for name, value in changes.items():
        query.pop(name, None)
        if value:
            query[name] = value
    return f"{reverse('desk:map')}?{query.urlencode()}"


def _link(asked: QueryDict, node: Node) -> tuple[str, Link, str]:
    return node.kind.label(error_language()), Link(text=node.name, href=_at(asked, focus=node.id)), node.note


def _own_page(node: Node | None) -> str:
    if node is None or node.kind not in PAGES:
        return ""
    return reverse(PAGES[node.kind], args=[node.key])


def _edges_table(part: DataMap, hrefs: Mapping[str, str]) -> Table:
    """Every edge of the part, as a sentence of three cells."""
    language = error_language()
    nodes = {node.id: node for node in part.nodes}
    return Table(
        caption=_("关系"),
        columns=[
            Column(key="start", title=_("从")),
            Column(key="edge", title=_("关系"), nowrap=True),
            Column(key="end", title=_("到")),
            Column(key="kinds", title=_("类型")),
        ],
        rows=[
            {
                "start": Link(text=nodes[edge.start].name, href=hrefs[edge.start]),
                "edge": edge.kind,
                "end": Link(text=nodes[edge.end].name, href=hrefs[edge.end]),
                "kinds": f"{nodes[edge.start].kind.label(language)} → {nodes[edge.end].kind.label(language)}",
            }
            for edge in part.edges
        ],
        empty=Empty(
            title=_("没有关联"), text=_("还没有与它关联的事项、系统、条目或使用；或者被类型条件筛去了。")
        ),
    )


def _nodes_table(part: DataMap, hrefs: Mapping[str, str]) -> Table:
    return Table(
        caption=_("部门"),
        columns=[
            Column(key="name", title=_("部门")),
            Column(key="note", title=_("行政区划")),
            Column(key="weight", title=_("已发布条目"), numeric=True),
        ],
        rows=[
            {
                "name": Link(text=node.name, href=hrefs[node.id]),
                "note": node.note,
                "weight": node.weight,
            }
            for node in part.nodes
        ],
    )
