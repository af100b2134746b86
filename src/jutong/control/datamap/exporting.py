"""A part of the map as files that other programs read: CSV, JSON, GraphML."""

import csv
import io
import json
from collections.abc import Iterable
from typing import Final
from xml.etree.ElementTree import Element, SubElement, tostring

from jutong.control.datamap.values import DataMap
from jutong.kernel.text import guard_formula

BYTE_ORDER_MARK: Final = "\ufeff"
"""Excel reads a CSV as UTF-8 only with it."""
GRAPHML: Final = "http://graphml.graphdrawing.org/xmlns"


def nodes_csv(part: DataMap) -> str:
    rows = [(node.id, node.kind.zh, node.kind.value, node.name, node.note) for node in part.nodes]
    return _csv(("id", "类型", "kind", "名称", "说明"), rows)


def edges_csv(part: DataMap) -> str:
    rows = [(edge.start, edge.end, edge.kind.zh, edge.kind.value) for edge in part.edges]
    return _csv(("起点", "终点", "关系", "kind"), rows)


def as_json(part: DataMap) -> str:
    """Nodes and edges; what is left out is said too."""
    return json.dumps(
        {
            "focus": part.focus.id if part.focus else None,
            "nodes": [
                {"id": node.id, "kind": node.kind.value, "name": node.name, "note": node.note}
                for node in part.nodes
            ],
            "edges": [{"from": edge.start, "to": edge.end, "kind": edge.kind.value} for edge in part.edges],
            "more": [{"node": one.node, "kind": one.kind.value, "left": one.left} for one in part.more],
        },
        ensure_ascii=False,
        indent=1,
    )


def as_graphml(part: DataMap) -> str:
    """GraphML 1.0, as graph editors read it."""
    root = Element("graphml", {"xmlns": GRAPHML})
    for name, of in (("kind", "node"), ("name", "node"), ("note", "node"), ("relation", "edge")):
        SubElement(root, "key", {"id": name, "for": of, "attr.name": name, "attr.type": "string"})
    graph = SubElement(root, "graph", {"id": "datamap", "edgedefault": "directed"})
    for node in part.nodes:
        element = SubElement(graph, "node", {"id": node.id})
        for name, value in (("kind", node.kind.value), ("name", node.name), ("note", node.note)):
            SubElement(element, "data", {"key": name}).text = value
    for number, edge in enumerate(part.edges):
        element = SubElement(graph, "edge", {"id": f"e{number}", "source": edge.start, "target": edge.end})
        SubElement(element, "data", {"key": "relation"}).text = edge.kind.value
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode")


def _csv(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    target = io.StringIO()
    writer = csv.writer(target)
    writer.writerow(header)
    writer.writerows([tuple(map(guard_formula, row)) for row in rows])
    return BYTE_ORDER_MARK + target.getvalue()
