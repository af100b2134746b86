"""What stands next to each kind of node, asked of the apps that own it; nothing that the actor may not see there."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Final

from jutong.control.approval import api as approval
from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryLink, EntryOutline
from jutong.control.collection import api as collection
from jutong.control.datamap.errors import NodeNotFound
from jutong.control.datamap.terms import EdgeKind, NodeKind
from jutong.control.datamap.values import Node
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.duties import api as duties
from jutong.control.duties.api import DutyFilter, DutyView
from jutong.control.grants import api as grants
from jutong.control.opening import api as opening
from jutong.kernel.clock import Clock
from jutong.kernel.errors import ErrorKind, JutongError

E, N = EdgeKind, NodeKind


@dataclass(frozen=True)
class Seer:
    """Who looks at the map, when, and how many neighbours of a kind at most."""

    actor: Actor
    clock: Clock
    limit: int
    counted: bool = True
    """Whether to say how many neighbours are left out."""
    outlines: dict[str, EntryOutline] = field(default_factory=dict)
    """Entries that were looked at already."""

    def further_out(self, limit: int, services: Collection[str]) -> "Seer":
        """The same with fewer neighbours, which are not counted; these entries are read at once."""
        missing = set(services) - self.outlines.keys()
        self.outlines.update(catalogue.entry_outlines(self.actor, missing) if missing else {})
        other = replace(self, limit=limit, counted=False)
        for name in ("departments", "systems", "open_services"):
            if name in self.__dict__:
                other.__dict__[name] = self.__dict__[name]
        return other

    def outline(self, service: str) -> EntryOutline:
        """Raises NodeNotFound: there is no such entry, or the actor may not see it."""
        if service not in self.outlines:
            self.outlines.update(catalogue.entry_outlines(self.actor, (service,)))
        if service not in self.outlines:
            raise NodeNotFound(node=f"{NodeKind.ENTRY.value}:{service}"[:80])
        return self.outlines[service]

    @cached_property
    def departments(self) -> Mapping[str, directory.DepartmentView]:
        return {one.code: one for one in directory.departments(active_only=False)}

    @cached_property
    def systems(self) -> Mapping[str, directory.SystemView]:
        return {one.code: one for one in directory.systems()}

    @cached_property
    def open_services(self) -> frozenset[str]:
        return opening.open_services()


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbours:
    """Neighbours of one kind, how many are left out, and which way the edge reads."""

    edge: EdgeKind
    nodes: Sequence[Node]
    left: int = 0
    inwards: bool = False
    """The neighbour is where the edge begins."""


Around = Iterator[Neighbours]


def node_of(seer: Seer, kind: NodeKind, key: str) -> Node:
    """The node itself.

    Raises:
        NodeNotFound: there is none, or the actor may not see it.
    """
    try:
        return NAMED[kind](seer, key)
    except JutongError as error:
        if error.kind not in {ErrorKind.NOT_FOUND, ErrorKind.FORBIDDEN}:
            raise
        raise NodeNotFound(node=f"{kind.value}:{key}") from error


def neighbours_of(seer: Seer, node: Node) -> Around:
    """Everything next to `node`, kind by kind."""
    return AROUND[node.kind](seer, node.key)


def department_node(view: directory.DepartmentView, *, weight: int = 0) -> Node:
    return Node(kind=N.DEPARTMENT, key=view.code, name=view.name, note=view.region_name, weight=weight)


def system_node(view: directory.SystemView) -> Node:
    return Node(kind=N.SYSTEM, key=view.code, name=view.name, note=view.department_name)


def duty_node(view: DutyView) -> Node:
    return Node(kind=N.DUTY, key=view.code, name=view.name, note=view.department_name or view.label)


def entry_node(link: EntryLink) -> Node:
    return Node(kind=N.ENTRY, key=link.service, name=link.title, note=link.provider_name)


def _department(seer: Seer, code: str) -> Node:
    if code not in seer.departments:
        raise NodeNotFound(node=code)
    return department_node(seer.departments[code])


def _system(seer: Seer, code: str) -> Node:
    if code not in seer.systems:
        raise NodeNotFound(node=code)
    return system_node(seer.systems[code])


def _entry(seer: Seer, service: str) -> Node:
    return entry_node(seer.outline(service).link)


def _seen(seer: Seer, service: str) -> list[Node]:
    """The entry, unless it was withdrawn or is another department's draft: what leads to it is still on the map."""
    try:
        return [_entry(seer, service)]
    except JutongError as error:
        if error.kind is not ErrorKind.NOT_FOUND:
            raise
        return []


def _item(seer: Seer, key: str) -> Node:
    service, _, field = key.partition(".")
    outline = seer.outline(service)
    for held, name in outline.items:
        if held == field:
            return Node(kind=N.ITEM, key=key, name=name, note=outline.link.title)
    raise NodeNotFound(node=key)


def _source(seer: Seer, code: str) -> Node:
    view = collection.source(seer.actor, code)
    return Node(kind=N.SOURCE, key=code, name=view.name, note=view.department_name)


def _table(seer: Seer, service: str) -> Node:
    entry = _entry(seer, service)
    return Node(kind=N.TABLE, key=service, name=f"pool.{service}", note=entry.name)


def _grant(seer: Seer, grant_id: str) -> Node:
    view = grants.grant(seer.actor, grant_id)
    return Node(kind=N.GRANT, key=grant_id, name=grant_id, note=f"{view.consumer_name} · {view.status.zh}")


def _application(seer: Seer, code: str) -> Node:
    view = approval.application(seer.actor, code, clock=seer.clock).summary
    return Node(kind=N.APPLICATION, key=code, name=code, note=f"{view.consumer_name} · {view.stage.zh}")


def _dataset(seer: Seer, service: str) -> Node:  # noqa: ARG001 - open datasets are for everybody
    view = opening.dataset(service)
    return Node(kind=N.DATASET, key=service, name=view.title, note=view.status.zh)


NAMED: Final[Mapping[NodeKind, Callable[[Seer, str], Node]]] = {
    N.DEPARTMENT: _department,
    N.DUTY: lambda seer, code: duty_node(duties.duty(seer.actor, code)),
    N.SYSTEM: _system,
    N.ENTRY: _entry,
    N.ITEM: _item,
    N.SOURCE: _source,
    N.TABLE: _table,
    N.APPLICATION: _application,
    N.GRANT: _grant,
    N.DATASET: _dataset,
}


def _around_department(seer: Seer, code: str) -> Around:
    everyone = [one for one in seer.departments.values() if one.active]
    here = seer.departments[code]
    above = [department_node(one) for one in everyone if one.code == here.parent]
    yield Neighbours(edge=E.ABOVE, nodes=above, inwards=True)
    yield _cut(seer, E.ABOVE, [department_node(one) for one in everyone if one.parent == code])
    yield _cut(seer, E.RUNS, [system_node(one) for one in seer.systems.values() if one.department == code])
    where = DutyFilter(department=code)
    shown = duties.duties(seer.actor, where, limit=seer.limit).rows
    full = seer.counted and len(shown) == seer.limit
    left = duties.count_duties(seer.actor, where) - len(shown) if full else 0
    yield Neighbours(edge=E.HAS_DUTY, nodes=[duty_node(one) for one in shown], left=left)
    yield _entries(seer, E.PROVIDES, provider=code)
    yield from _used(seer, code)


def _used(seer: Seer, consumer: str) -> Around:
    """Entries that the department uses by a grant."""
    if Permission.GRANT_READ not in seer.actor.permissions:
        return
    used = {
        one.service: Node(kind=N.ENTRY, key=one.service, name=one.entry_title, note=one.provider_name)
        for one in grants.grants(seer.actor, grants.GrantFilter(consumer=consumer), limit=200).rows
    }
    yield _cut(seer, E.USED_BY, list(used.values()), inwards=True)


def _around_duty(seer: Seer, code: str) -> Around:
    view = duties.duty(seer.actor, code)
    if view.department:
        yield Neighbours(edge=E.HAS_DUTY, nodes=[_department(seer, view.department)], inwards=True)
    yield _entries(seer, E.YIELDS, duty=code)


def _around_system(seer: Seer, code: str) -> Around:
    owner = seer.systems[code].department
    yield Neighbours(edge=E.RUNS, nodes=[_department(seer, owner)], inwards=True)
    yield _entries(seer, E.YIELDS, system=code)
    if Permission.SOURCE_READ in seer.actor.permissions:
        held = [one for one in collection.sources(seer.actor) if one.system == code]
        yield _cut(
            seer,
            E.HOLDS,
            [Node(kind=N.SOURCE, key=one.code, name=one.name, note=one.department_name) for one in held],
        )


def _around_entry(seer: Seer, service: str) -> Around:
    outline = seer.outline(service)
    link = outline.link
    yield Neighbours(edge=E.PROVIDES, nodes=[_department(seer, link.provider)], inwards=True)
    if link.system:
        yield Neighbours(edge=E.YIELDS, nodes=[_system(seer, link.system)], inwards=True)
    if outline.duties:
        known = duties.named(outline.duties)
        yield _cut(seer, E.YIELDS, [duty_node(one) for one in known.values()], inwards=True)
    if outline.related_codes:
        yield _entries(seer, E.RELATES, codes=outline.related_codes)
    yield _cut(
        seer,
        E.HOLDS,
        [Node(kind=N.ITEM, key=f"{service}.{field}", name=name, note=field) for field, name in outline.items],
    )
    yield from _stored(seer, link)
    yield from _uses_of(seer, service)


def _stored(seer: Seer, link: EntryLink) -> Around:
    """The pool table of an entry and the source that fills it, for those who may see sources."""
    if not directory.can(seer.actor, Permission.SOURCE_READ, link.provider):
        return
    hooked = collection.binding(seer.actor, link.service, clock=seer.clock)
    if hooked is not None:
        table = Node(kind=N.TABLE, key=link.service, name=f"pool.{link.service}", note=link.title)
        source = Node(kind=N.SOURCE, key=hooked.source, name=hooked.source_name, note=hooked.provider_name)
        yield Neighbours(edge=E.STORED_IN, nodes=[table])
        yield Neighbours(edge=E.FILLS, nodes=[source], inwards=True)


def _uses_of(seer: Seer, service: str) -> Around:
    if Permission.APPLICATION_READ in seer.actor.permissions:
        page = approval.applications(
            seer.actor,
            approval.ApplicationFilter(service=service),
            clock=seer.clock,
            limit=seer.limit + 1,
        )
        yield _cut(
            seer,
            E.ASKED_FOR,
            [
                Node(
                    kind=N.APPLICATION,
                    key=one.code,
                    name=one.code,
                    note=f"{one.consumer_name} · {one.stage.zh}",
                )
                for one in page.rows
            ],
        )
    if Permission.GRANT_READ in seer.actor.permissions:
        given = grants.grants(seer.actor, grants.GrantFilter(service=service), limit=seer.limit + 1).rows
        yield _cut(
            seer,
            E.GRANTED_BY,
            [
                Node(
                    kind=N.GRANT,
                    key=one.grant_id,
                    name=one.grant_id,
                    note=f"{one.consumer_name} · {one.status.zh}",
                )
                for one in given
            ],
        )
    if service in seer.open_services:
        yield Neighbours(edge=E.OPENED_AS, nodes=[_dataset(seer, service)])


def _around_item(seer: Seer, key: str) -> Around:
    service = key.partition(".")[0]
    yield Neighbours(edge=E.HOLDS, nodes=[_entry(seer, service)], inwards=True)
    name = _item(seer, key).name
    links, total = catalogue.same_items(
        seer.actor, name, beside=service, limit=seer.limit, counted=seer.counted
    )
    nodes = [
        Node(kind=N.ITEM, key=f"{one.service}.{one.field}", name=one.name, note=one.title) for one in links
    ]
    yield Neighbours(edge=E.SAME_NAME, nodes=nodes, left=total - len(nodes))


def _around_source(seer: Seer, code: str) -> Around:
    view = collection.source(seer.actor, code)
    yield Neighbours(edge=E.PROVIDES, nodes=[_department(seer, view.department)], inwards=True)
    if view.system:
        yield Neighbours(edge=E.HOLDS, nodes=[_system(seer, view.system)], inwards=True)
    filled = [node for service in view.services[: seer.limit + 1] for node in _seen(seer, service)]
    yield _cut(seer, E.FILLS, filled)


def _around_table(seer: Seer, service: str) -> Around:
    yield Neighbours(edge=E.STORED_IN, nodes=[_entry(seer, service)], inwards=True)


def _around_grant(seer: Seer, grant_id: str) -> Around:
    view = grants.grant(seer.actor, grant_id)
    yield Neighbours(edge=E.GRANTED_BY, nodes=_seen(seer, view.service), inwards=True)
    yield Neighbours(edge=E.USED_BY, nodes=[_department(seer, view.consumer)])


def _around_application(seer: Seer, code: str) -> Around:
    view = approval.application(seer.actor, code, clock=seer.clock).summary
    yield Neighbours(edge=E.ASKED_FOR, nodes=_seen(seer, view.service), inwards=True)
    yield Neighbours(edge=E.USED_BY, nodes=[_department(seer, view.consumer)])


def _around_dataset(seer: Seer, service: str) -> Around:
    yield Neighbours(edge=E.OPENED_AS, nodes=_seen(seer, service), inwards=True)


AROUND: Final[Mapping[NodeKind, Callable[[Seer, str], Around]]] = {
    N.DEPARTMENT: _around_department,
    N.DUTY: _around_duty,
    N.SYSTEM: _around_system,
    N.ENTRY: _around_entry,
    N.ITEM: _around_item,
    N.SOURCE: _around_source,
    N.TABLE: _around_table,
    N.APPLICATION: _around_application,
    N.GRANT: _around_grant,
    N.DATASET: _around_dataset,
}


def _cut(seer: Seer, edge: EdgeKind, nodes: Sequence[Node], *, inwards: bool = False) -> Neighbours:
    shown = nodes[: seer.limit]
    return Neighbours(edge=edge, nodes=shown, left=len(nodes) - len(shown), inwards=inwards)


def _entries(
    seer: Seer,
    edge: EdgeKind,
    *,
    provider: str = "",
    system: str = "",
    duty: str = "",
    codes: tuple[str, ...] = (),
) -> Neighbours:
    links, total = catalogue.linked_entries(
        seer.actor,
        provider=provider,
        system=system,
        duty=duty,
        codes=codes,
        limit=seer.limit,
        counted=seer.counted,
    )
    return Neighbours(edge=edge, nodes=[entry_node(one) for one in links], left=total - len(links))
