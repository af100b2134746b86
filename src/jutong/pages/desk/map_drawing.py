"""Where the nodes of a data map stand on the page: a column a kind, or the departments in rows; the same each time."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from jutong.control.datamap.api import DataMap, EdgeKind, Node, NodeKind

BOX_WIDTH, BOX_HEIGHT = 172, 40
GAP_X, GAP_Y = 64, 12
TOP: Final = 34
"""Room for the names of the columns."""
IN_A_ROW: Final = 5
LONGEST: Final = 12
"""Characters of a name that a box holds."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A node on the page; `x`, `y` are its upper left corner."""

    node: Node
    x: int
    y: int
    href: str
    focused: bool = False

    @property
    def label(self) -> str:
        name = self.node.name
        return name if len(name) <= LONGEST else f"{name[: LONGEST - 1]}…"

    @property
    def below(self) -> str:
        note = str(self.node.weight) if self.node.weight else self.node.note
        return note if len(note) <= LONGEST + 3 else f"{note[: LONGEST + 2]}…"

    @property
    def shortened(self) -> bool:
        """Whether the box shows less than the node says."""
        return self.label != self.node.name or self.below != self.node.note

    @property
    def text_x(self) -> int:
        return self.x + 12

    @property
    def text_y(self) -> int:
        return self.y + 17

    @property
    def below_y(self) -> int:
        return self.y + 33


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawing:
    """A map as boxes and curves, with its size in units of the picture."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    curves: tuple[tuple[str, str, str], ...]
    """(id of the beginning, id of the end, path)."""
    columns: tuple[tuple[int, NodeKind], ...]


def drawn(part: DataMap, hrefs: Mapping[str, str]) -> Drawing:
    """The map in columns from what a department does to who uses it; an overview in rows."""
    places = _rows(part.nodes) if part.focus is None else _columns(part)
    boxes = tuple(
        Box(
            node=node,
            x=places[node.id][0],
            y=places[node.id][1],
            href=hrefs[node.id],
            focused=part.focus is not None and node.id == part.focus.id,
        )
        for node in part.nodes
    )
    columns = {} if part.focus is None else {places[node.id][0]: node.kind for node in part.nodes}
    shown = [edge for edge in part.edges if part.focus is not None or edge.kind is EdgeKind.USED_BY]
    return Drawing(
        width=max((box.x for box in boxes), default=0) + BOX_WIDTH + 2 + (GAP_X if part.focus else 0),
        height=max((box.y for box in boxes), default=0) + BOX_HEIGHT + 2,
        boxes=boxes,
        curves=tuple((edge.start, edge.end, _curve(places[edge.start], places[edge.end])) for edge in shown),
        columns=tuple(sorted(columns.items())),
    )


def _columns(part: DataMap) -> dict[str, tuple[int, int]]:
    """A column a kind; the focus stands first in its own, shorter columns in the middle of the highest."""
    by_kind: dict[NodeKind, list[Node]] = {kind: [] for kind in NodeKind}
    for node in part.nodes:
        by_kind[node.kind].append(node)
    present = [nodes for nodes in by_kind.values() if nodes]
    highest = max(len(nodes) for nodes in present)
    places = {}
    for column, nodes in enumerate(present):
        offset = min(highest - len(nodes), 8) * (BOX_HEIGHT + GAP_Y) // 2
        for row, node in enumerate(nodes):
            places[node.id] = (1 + column * (BOX_WIDTH + GAP_X), TOP + offset + row * (BOX_HEIGHT + GAP_Y))
    return places


def _rows(nodes: Sequence[Node]) -> dict[str, tuple[int, int]]:
    return {
        node.id: (
            1 + place % IN_A_ROW * (BOX_WIDTH + GAP_Y),
            1 + place // IN_A_ROW * (BOX_HEIGHT + GAP_Y),
        )
        for place, node in enumerate(nodes)
    }


def _curve(start: tuple[int, int], end: tuple[int, int]) -> str:
    """From the side of one box to the side of the other; within a column around its right side."""
    (x1, y1), (x2, y2) = start, end
    y1, y2 = y1 + BOX_HEIGHT // 2, y2 + BOX_HEIGHT // 2
    if x1 == x2:
        right, bend = x1 + BOX_WIDTH, x1 + BOX_WIDTH + GAP_X * 2 // 3
        return f"M{right} {y1}C{bend} {y1} {bend} {y2} {right} {y2}"
    if x1 > x2:
        x1, y1, x2, y2 = x2, y2, x1, y1
    begin, middle = x1 + BOX_WIDTH, (x1 + BOX_WIDTH + x2) // 2
    return f"M{begin} {y1}C{middle} {y1} {middle} {y2} {x2} {y2}"


def neighbours_said(part: DataMap, language: str) -> dict[str, list[dict[str, Any]]]:
    """For each node its edges in words, for the keyboard and for readers of the page."""
    names = {node.id: node for node in part.nodes}
    said: dict[str, list[dict[str, Any]]] = {node.id: [] for node in part.nodes}
    for edge in part.edges:
        relation = edge.kind.label(language)
        said[edge.start].append({"to": edge.end, "text": f"{relation} {names[edge.end].name}"})
        said[edge.end].append({"to": edge.start, "text": f"{names[edge.start].name} {relation}"})
    return said
