"""What other apps need of all live entries at once: short facts, whether anything changed, entries near a description."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from functools import reduce
from operator import or_
from typing import Any, Final, NamedTuple

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Sum, Value, When

from jutong.control.catalogue.models import Entry, Item
from jutong.vocabulary.catalogue import Level, OpenType, SharingMethod, SharingType, UpdateFrequency

_NEAREST: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFacts:
    field: str
    name: str
    sharing_type: SharingType


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFacts:
    """A live entry as the three lists split it."""

    key: int
    service: str
    code: str
    title: str
    abstract: str
    provider: str
    provider_name: str
    provider_key: int
    version: int
    published_on: date
    sharing_type: SharingType
    sharing_condition: str
    sharing_reason: str
    basis_document: str
    basis_number: str
    basis_article: str
    open_type: OpenType
    open_condition: str
    level: Level
    methods: tuple[SharingMethod, ...]
    update_frequency: UpdateFrequency
    system_name: str
    contact_name: str
    duties: tuple[str, ...]
    items: tuple[ItemFacts, ...]


class LiveMark(NamedTuple):
    """What of a live entry changes whenever it is published or moved."""

    version: int
    provider_key: int


def catalogue_stamp() -> str:
    """A text that changes when an entry is published, withdrawn or moved; saving drafts leaves it as it is."""
    key, version = F("pk"), F("published_version")
    seen = Entry.objects.filter(live=True).aggregate(
        live=Count("pk"),
        versions=Sum(version),
        weighed=Sum(key * version),
        owners=Sum(key * F("provider_id")),
    )
    return "|".join(str(value) for value in seen.values())


def live_marks() -> dict[int, LiveMark]:
    """The marks of all live entries by their keys, in the order of their codes."""
    rows = Entry.objects.filter(live=True).order_by("code")
    marks = rows.values_list("pk", "published_version", "provider_id")
    return {key: LiveMark(version or 1, owner) for key, version, owner in marks}


def live_facts(keys: Sequence[int] | None = None) -> tuple[EntryFacts, ...]:
    """Facts of the live entries, of all or of those with these keys; in the order of their codes."""
    rows = Entry.objects.filter(live=True)
    items = Item.objects.filter(entry__live=True)
    if keys is not None:
        rows, items = rows.filter(pk__in=keys), items.filter(entry_id__in=keys)
    return _facts(rows, items)


def entries_near(
    *, title_parts: Collection[str], item_names: Collection[str], limit: int = _NEAREST
) -> tuple[EntryFacts, ...]:
    """The live entries whose titles have most of `title_parts`, and those with most items named like `item_names`."""
    keys: dict[int, None] = {}
    if title_parts:
        hits = sum(
            (Case(When(title__contains=part, then=1), default=0) for part in title_parts),
            start=Value(0, output_field=IntegerField()),
        )
        by_title = Entry.objects.filter(live=True).annotate(hits=hits).filter(hits__gt=0)
        keys |= dict.fromkeys(by_title.order_by("-hits", "pk").values_list("pk", flat=True)[:limit])
    if item_names:
        named = reduce(or_, (Q(name__contains=name) for name in item_names))
        by_items = Item.objects.filter(named, entry__live=True).values("entry_id").annotate(hits=Count("pk"))
        keys |= dict.fromkeys(
            by_items.order_by("-hits", "entry_id").values_list("entry_id", flat=True)[:limit]
        )
    return live_facts(list(keys)) if keys else ()


_COLUMNS: Final = (
    "pk", "service", "code", "title", "abstract", "provider_id", "provider__code", "provider__name",
    "published_version", "published_on", "created_at", "sharing_type", "sharing_condition", "sharing_reason",
    "basis_document", "basis_number", "basis_article", "open_type", "open_condition", "level", "sharing_methods",
    "update_frequency", "system__name", "contact_name", "duties",
)  # fmt: skip


def _facts(rows: QuerySet[Entry], items: QuerySet[Item]) -> tuple[EntryFacts, ...]:
    by_entry: dict[int, list[ItemFacts]] = defaultdict(list)
    for entry, field, name, sharing in (
        items.order_by("entry", "position")
        .values_list("entry_id", "field", "name", "sharing_type")
        .iterator(2000)
    ):
        by_entry[entry].append(ItemFacts(field=field, name=name, sharing_type=SharingType(sharing)))
    found = rows.order_by("code").values_list(*_COLUMNS, named=True)
    return tuple(_fact(row, by_entry.get(row.pk, [])) for row in found)


def _fact(row: Any, items: list[ItemFacts]) -> EntryFacts:
    return EntryFacts(
        key=row.pk,
        service=row.service,
        code=row.code or "",
        title=row.title,
        abstract=row.abstract,
        provider=row.provider__code,
        provider_name=row.provider__name,
        provider_key=row.provider_id,
        version=row.published_version or 1,
        published_on=row.published_on or row.created_at.date(),
        sharing_type=SharingType(row.sharing_type),
        sharing_condition=row.sharing_condition,
        sharing_reason=row.sharing_reason,
        basis_document=row.basis_document,
        basis_number=row.basis_number,
        basis_article=row.basis_article,
        open_type=OpenType(row.open_type),
        open_condition=row.open_condition,
        level=Level(row.level),
        methods=tuple(SharingMethod(one) for one in row.sharing_methods),
        update_frequency=UpdateFrequency(row.update_frequency),
        system_name=row.system__name or "",
        contact_name=row.contact_name,
        duties=tuple(row.duties),
        items=tuple(items),
    )
