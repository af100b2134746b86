"""Every item that a department holds by the catalogue, with its entry: what comparisons over the whole city read."""

from collections.abc import Collection, Iterator, Mapping
from typing import NamedTuple

from django.db.models import Count, Q, QuerySet

from jutong.control.catalogue.models import Item
from jutong.vocabulary.catalogue import EntryStatus


class HeldItem(NamedTuple):
    """An item of a live entry or of one that is being drawn up; terms by their stored values."""

    service: str
    title: str
    provider: str
    live: bool
    field: str
    name: str
    data_type: str
    length: int | None
    meaning: str
    code_list: str
    data_element: str
    description: str
    key: bool


_COLUMNS = (
    "entry__service",
    "entry__title",
    "entry__provider__code",
    "entry__live",
    "field",
    "name",
    "data_type",
    "length",
    "meaning",
    "code_list",
    "data_element",
    "description",
    "key",
)


def held_items(
    *, data_element: str = "", code_list: str = "", services: Collection[str] | None = None
) -> Iterator[HeldItem]:
    """Items of all entries but withdrawn ones, as they hold (a pending change is not in force yet); entry by entry.

    Those bound to an element or code list, or of certain `services`, where these are given.
    """
    standing = Q(entry__live=True) | ~Q(entry__status=EntryStatus.WITHDRAWN.value)
    rows = Item.objects.filter(standing)
    if data_element:
        rows = rows.filter(data_element=data_element)
    if code_list:
        rows = rows.filter(code_list=code_list)
    if services is not None:
        rows = rows.filter(entry__service__in=services)
    found = rows.order_by("entry_id", "position").values_list(*_COLUMNS)
    return (HeldItem(*row) for row in found.iterator(chunk_size=5000))


class UnboundKind(NamedTuple):
    """Items without a data element that say the same of themselves, and how many there are."""

    name: str
    data_type: str
    meaning: str
    code_list: str
    held: int


def unbound_kinds(providers: Collection[str] | None = None) -> tuple[UnboundKind, ...]:
    """What the held items without a data element are called, of all departments or of these; the most frequent first."""
    rows = _unbound(providers).values_list("name", "data_type", "meaning", "code_list")
    return tuple(UnboundKind(*row) for row in rows.annotate(held=Count("id")).order_by("-held", "name"))


def unbound_items(names: Collection[str], providers: Collection[str] | None = None) -> Iterator[HeldItem]:
    """Held items of these names without a data element, by service and field."""
    found = _unbound(providers).filter(name__in=names).order_by("entry__service", "field")
    return (HeldItem(*row) for row in found.values_list(*_COLUMNS).iterator(chunk_size=500))


def _unbound(providers: Collection[str] | None) -> QuerySet[Item]:
    standing = Q(entry__live=True) | ~Q(entry__status=EntryStatus.WITHDRAWN.value)
    rows = Item.objects.filter(standing, data_element="")
    return rows if providers is None else rows.filter(entry__provider__code__in=providers)


def binding_counts() -> Mapping[str, int]:
    """Data element → how many held items are bound to it."""
    standing = Q(entry__live=True) | ~Q(entry__status=EntryStatus.WITHDRAWN.value)
    rows = Item.objects.filter(standing).exclude(data_element="").values("data_element")
    return {row["data_element"]: row["count"] for row in rows.annotate(count=Count("id"))}
