"""Drawing a bounded part of the map: around one node step by step, or all departments."""

from collections import Counter
from collections.abc import Iterable
from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import SearchQuery
from jutong.control.catalogue.values import EntryFilter
from jutong.control.datamap.errors import NodeNotFound
from jutong.control.datamap.neighbours import (
    Neighbours,
    Seer,
    department_node,
    duty_node,
    neighbours_of,
    node_of,
    system_node,
)
from jutong.control.datamap.terms import EdgeKind, NodeKind
from jutong.control.datamap.values import EVERY_KIND, DataMap, Edge, More, Node
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission, require
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyFilter
from jutong.control.grants import api as grants
from jutong.kernel.clock import Clock

SHOWN: Final = 12
"""Neighbours of a kind that a node shows at first."""
MOST_SHOWN: Final = 200
MOST_NODES: Final = 300
DEEPEST: Final = 2


def graph(
    actor: Actor,
    focus: str | None = None,
    *,
    clock: Clock,
    depth: int = 1,
    kinds: frozenset[NodeKind] = EVERY_KIND,
    shown: int = SHOWN,
) -> DataMap:
    """The neighbourhood of `focus` (such as `entry:gongan_rkjbxx`) up to two steps, or all departments without one.

    Never more than 300 nodes; `more` says what is left out. Uses are those that the actor may see in their own lists.

    Raises:
        NodeNotFound: there is no such node, or it is not for the actor.
    """
    require(actor, Permission.ENTRY_READ)
    if not focus:
        return _overview(actor)
    seer = Seer(actor, clock, max(1, min(shown, MOST_SHOWN)))
    centre = node_of(seer, *parse(focus))
    return _around(seer, centre, kinds, steps=max(1, min(depth, DEEPEST)))


def parse(node_id: str) -> tuple[NodeKind, str]:
    """(kind, key) of an id.

    Raises:
        NodeNotFound: it is none.
    """
    kind, _, key = node_id.partition(":")
    if kind not in set(NodeKind) or not key:
        raise NodeNotFound(node=node_id[:80])
    return NodeKind(kind), key


def find_nodes(actor: Actor, text: str, *, limit: int = 8) -> tuple[Node, ...]:
    """Departments, systems, duties and entries that `text` may mean, a few of each."""
    require(actor, Permission.ENTRY_READ)
    wanted = text.strip()
    if not wanted:
        return ()
    found = [department_node(one) for one in directory.departments() if wanted in one.name][:limit]
    found += [system_node(one) for one in directory.systems() if wanted in one.name][:limit]
    found += [duty_node(one) for one in duties.duties(actor, DutyFilter(text=wanted), limit=limit).rows]
    hits = catalogue.search(actor, SearchQuery(where=EntryFilter(text=wanted), limit=limit)).hits
    return (
        *found,
        *(
            Node(
                kind=NodeKind.ENTRY,
                key=hit.summary.service,
                name=hit.summary.title,
                note=hit.summary.provider_name,
            )
            for hit in hits
        ),
    )


def _around(seer: Seer, centre: Node, kinds: frozenset[NodeKind], *, steps: int) -> DataMap:
    nodes = {centre.id: centre}
    edges: dict[tuple[str, str, EdgeKind], Edge] = {}
    more: list[More] = []
    frontier = [centre]
    for step in range(steps):
        # Further out a node shows fewer of its neighbours, so that the centre stays in sight.
        looking = seer if step == 0 else seer.further_out(4, _services(frontier))
        following: list[Node] = []
        for node in frontier:
            for group in neighbours_of(looking, node):
                following += _join(node, group, kinds, nodes, edges)
                if group.left and step == 0 and group.nodes[0].kind in kinds:
                    more.append(More(node=node.id, kind=group.nodes[0].kind, left=group.left))
        frontier = following
    return DataMap(focus=centre, nodes=tuple(nodes.values()), edges=tuple(edges.values()), more=tuple(more))


def _services(nodes: Iterable[Node]) -> set[str]:
    """The entries among the nodes, and those of the items among them."""
    named = {NodeKind.ENTRY, NodeKind.TABLE, NodeKind.ITEM, NodeKind.DATASET}
    return {node.key.partition(".")[0] for node in nodes if node.kind in named}


def _join(
    node: Node,
    group: Neighbours,
    kinds: frozenset[NodeKind],
    nodes: dict[str, Node],
    edges: dict[tuple[str, str, EdgeKind], Edge],
) -> list[Node]:
    """Add the neighbours of the wanted kinds, as long as there is room; those that were not there yet."""
    added = []
    for other in group.nodes:
        if other.kind not in kinds or (other.id not in nodes and len(nodes) >= MOST_NODES):
            continue
        if other.id not in nodes:
            nodes[other.id] = other
            added.append(other)
        start, end = (other.id, node.id) if group.inwards else (node.id, other.id)
        edges.setdefault((start, end, group.edge), Edge(start=start, end=end, kind=group.edge))
    return added


def _overview(actor: Actor) -> DataMap:
    """Departments with how many live entries each provides, those above them, and who uses whose data."""
    counts = catalogue.counts_by_provider()
    everyone = directory.departments()
    nodes = {
        one.code: department_node(one, weight=counts.get(one.code, (0, 0))[0])
        for one in sorted(everyone, key=lambda one: (-counts.get(one.code, (0, 0))[0], one.code))[:MOST_NODES]
    }
    edges = [
        Edge(start=nodes[one.parent].id, end=nodes[one.code].id, kind=EdgeKind.ABOVE)
        for one in everyone
        if one.parent in nodes and one.code in nodes
    ]
    if Permission.GRANT_READ in actor.permissions:
        used = Counter((one.provider, one.consumer) for one in grants.grants(actor, limit=200).rows)
        edges += [
            Edge(start=nodes[provider].id, end=nodes[consumer].id, kind=EdgeKind.USED_BY)
            for provider, consumer in used
            if provider in nodes and consumer in nodes and provider != consumer
        ]
    return DataMap(focus=None, nodes=tuple(nodes.values()), edges=tuple(edges))
