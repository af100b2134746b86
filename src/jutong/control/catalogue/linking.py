"""Entries by what they hang together with: their department, system, duty, or an item of the same name."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import Q, QuerySet

from jutong.control.catalogue.models import Entry, Item
from jutong.control.directory.api import Actor, Permission, require, scope
from jutong.vocabulary.catalogue import EntryStatus

_LINK: Final = (
    "service",
    "title",
    "provider__code",
    "provider__name",
    "system__code",
    "status",
    "live",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryLink:
    """An entry as a map shows it."""

    service: str
    title: str
    provider: str
    provider_name: str
    system: str
    status: EntryStatus
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemLink:
    """An item of an entry as a map shows it."""

    service: str
    field: str
    name: str
    title: str
    provider_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryOutline:
    """What of an entry leads to others."""

    link: EntryLink
    duties: tuple[str, ...]
    related_codes: tuple[str, ...]
    items: tuple[tuple[str, str], ...]
    """(field, name) of each item, in order."""


def entry_outlines(actor: Actor, services: Collection[str]) -> dict[str, EntryOutline]:
    """Those of these entries that the actor may see, by service name; two queries however many there are."""
    rows = list(
        _visible(actor).filter(service__in=services).values_list("pk", *_LINK, "duties", "related_codes")
    )
    items: dict[int, list[tuple[str, str]]] = defaultdict(list)
    held = Item.objects.filter(entry_id__in=[row[0] for row in rows]).order_by("entry_id", "position")
    for key, field, name in held.values_list("entry_id", "field", "name"):
        items[key].append((field, name))
    return {
        link[0]: EntryOutline(
            link=_link(link),
            duties=tuple(duties),
            related_codes=tuple(related),
            items=tuple(items[key]),
        )
        for key, *link, duties, related in rows
    }


def linked_entries(
    actor: Actor,
    *,
    provider: str = "",
    system: str = "",
    duty: str = "",
    codes: tuple[str, ...] = (),
    limit: int,
    counted: bool = True,
) -> tuple[tuple[EntryLink, ...], int]:
    """The first entries that the actor may see and that meet every condition given, and how many there are in all.

    Without `counted` only those given are counted.
    """
    rows = _visible(actor)
    if provider:
        rows = rows.filter(provider__code=provider)
    if system:
        rows = rows.filter(system__code=system)
    if codes:
        rows = rows.filter(code__in=codes)
    if duty:
        # The list is stored as JSON: an approximate look first, the exact one below.
        near = rows.filter(duties__icontains=duty).values_list("pk", "duties")
        rows = rows.filter(pk__in=[key for key, named in near if duty in named])
    found = rows.order_by("-live", "title", "pk").values_list(*_LINK)
    links = tuple(_link(row) for row in found[:limit])
    return links, rows.count() if counted and len(links) == limit else len(links)


def _link(row: Sequence[Any]) -> EntryLink:
    service, title, owner, name, system, status, live = row
    return EntryLink(
        service=service,
        title=title,
        provider=owner,
        provider_name=name,
        system=system or "",
        status=EntryStatus(status),
        live=live,
    )


def same_items(
    actor: Actor, name: str, *, beside: str, limit: int, counted: bool = True
) -> tuple[tuple[ItemLink, ...], int]:
    """Items of the same name in other entries that the actor may see, and how many there are in all.

    Without `counted` only those given are counted.
    """
    rows = Item.objects.filter(name=name, entry__in=_visible(actor)).exclude(entry__service=beside)
    found = rows.order_by("entry_id").values_list(
        "entry__service", "field", "name", "entry__title", "entry__provider__name"
    )
    links = tuple(
        ItemLink(service=service, field=field, name=name, title=title, provider_name=owner)
        for service, field, name, title, owner in found[:limit]
    )
    return links, rows.count() if counted and len(links) == limit else len(links)


def _visible(actor: Actor) -> QuerySet[Entry]:
    require(actor, Permission.ENTRY_READ)
    rows = Entry.objects.exclude(status=EntryStatus.WITHDRAWN.value)
    reach = scope(actor, Permission.ENTRY_READ)
    return rows if reach is None else rows.filter(Q(live=True) | Q(provider__code__in=reach))
