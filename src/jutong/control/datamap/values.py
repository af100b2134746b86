"""Frozen values of the data map."""

from dataclasses import dataclass
from typing import Final

from jutong.control.datamap.terms import EdgeKind, NodeKind

EVERY_KIND: Final = frozenset(NodeKind)


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """Something in the map. `key` names it among its kind: a code, a service name, `service.field` of an item."""

    kind: NodeKind
    key: str
    name: str
    note: str = ""
    """A word more: whose it is, in which state."""
    weight: int = 0
    """In the overview: how many live entries a department provides."""

    @property
    def id(self) -> str:
        return f"{self.kind.value}:{self.key}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """Ids of two nodes and what the first is to the second."""

    start: str
    end: str
    kind: EdgeKind


@dataclass(frozen=True, slots=True, kw_only=True)
class More:
    """Neighbours of a node that the map does not show yet."""

    node: str
    kind: NodeKind
    left: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DataMap:
    """A bounded part of the map: the neighbourhood of `focus`, or all departments where it is None."""

    focus: Node | None
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]
    more: tuple[More, ...] = ()

    def node(self, node_id: str) -> Node:
        """KeyError where the map does not show it."""
        return {node.id: node for node in self.nodes}[node_id]
