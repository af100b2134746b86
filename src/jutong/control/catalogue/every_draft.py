"""The drafts of all entries at once, read column by column: a model for each row would take three times as long."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any, Final

import msgspec
from django.db import connection
from django.db.models import OuterRef, QuerySet, Subquery, TextField
from django.db.models.functions import Cast

from jutong.control.catalogue.models import Entry, EntryVersion, Item
from jutong.control.catalogue.rows import PLAIN
from jutong.control.catalogue.terms import Assignment, Provision
from jutong.control.catalogue.values import EntryDraft
from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    EntryStatus,
    FormatClass,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    ResourceClass,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import InformationItem, RuleSpec

ItemsOf = Mapping[int, tuple[InformationItem, ...]]
_LIFE: Final = (
    "pk",
    "service",
    "provider__code",
    "code",
    "status",
    "live",
    "published_version",
    "published_on",
    "updated_at",
    "review_due_on",
    "pending",
    "reason",
)
_TERMS: Final[Mapping[str, type]] = {
    "resource_class": ResourceClass,
    "format_class": FormatClass,
    "sharing_type": SharingType,
    "open_type": OpenType,
    "update_frequency": UpdateFrequency,
    "declared_level": Level,
    "assignment": Assignment,
    "provision": Provision,
    "data_grade": DataGrade,
}
_LISTS: Final = ("sharing_methods", "related_codes", "duties", "query_keys", "rules")
_REST: Final = ("classification_id", "system__code", "business_frequency")
_ITEM_COLUMNS: Final = (
    "name",
    "field",
    "data_type",
    "length",
    "scale",
    "required",
    "key",
    "level",
    "sharing_type",
    "sharing_condition",
    "open_type",
    "meaning",
    "code_list",
    "data_element",
    "mask",
    "description",
)
_DIFFERENT: Final = 16_384
"""So many different lists of methods, keys and rules are remembered: a city's entries have few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StandingRow:
    """An entry that is not withdrawn as its table says, with its present state as a draft."""

    pk: int
    service: str
    provider: str
    code: str | None
    status: str
    live: bool
    published_version: int | None
    published_on: date | None
    updated_at: datetime
    review_due_on: date | None
    pending: str
    reason: str | None
    """Why the published version was published."""
    present: EntryDraft
    """The published state, or the first draft."""


def standing_rows(service: str = "") -> Iterator[StandingRow]:
    """Every entry that is not withdrawn, by service name; or this one of them."""
    items = _items(service)
    reason = EntryVersion.objects.filter(entry=OuterRef("pk"), number=OuterRef("published_version"))
    # A list is stored as JSON; many entries have the same, and each text is read once.
    texts = {f"{name}_text": Cast(name, TextField()) for name in _LISTS}
    found = (
        Entry.objects.exclude(status=EntryStatus.WITHDRAWN.value)
        .annotate(reason=Subquery(reason.values("reason")[:1]), **texts)
        .order_by("service")
        .values_list(*_LIFE, *PLAIN, *_TERMS, *texts, *_REST)
    )
    life, plain, terms = len(_LIFE), len(_LIFE) + len(PLAIN), len(_LIFE) + len(PLAIN) + len(_TERMS)
    for row in (found.filter(service=service) if service else found).iterator(2000):
        present = _draft(row[life:plain], row[plain:terms], row[terms:], items.get(row[0], ()))
        yield StandingRow(
            **dict(zip(_LIFE_NAMES, row[:life], strict=True)),
            present=present,
        )


_LIFE_NAMES: Final = tuple("provider" if name == "provider__code" else name for name in _LIFE)


def _draft(
    plain: Sequence[Any], terms: Sequence[str], rest: Sequence[Any], items: tuple[InformationItem, ...]
) -> EntryDraft:
    methods, related, duties, keys, rules, classification, system, business = rest
    values = zip(_TERMS.items(), terms, strict=True)
    return EntryDraft(
        **dict(zip(PLAIN, plain, strict=True)),
        **{name: kind(value) for (name, kind), value in values},
        classification=classification or "",
        items=items,
        sharing_methods=_methods(methods),
        related_codes=_words(related),
        system=system or "",
        business_frequency=UpdateFrequency(business) if business else None,
        duties=_words(duties),
        query_keys=_keys(keys),
        rules=_rules(rules),
    )


@lru_cache(_DIFFERENT)
def _methods(text: str) -> tuple[SharingMethod, ...]:
    return msgspec.json.decode(text, type=tuple[SharingMethod, ...])


@lru_cache(_DIFFERENT)
def _words(text: str) -> tuple[str, ...]:
    return msgspec.json.decode(text, type=tuple[str, ...])


@lru_cache(_DIFFERENT)
def _keys(text: str) -> tuple[tuple[str, ...], ...]:
    return msgspec.json.decode(text, type=tuple[tuple[str, ...], ...])


def _rules(text: str) -> tuple[RuleSpec, ...]:
    # Not remembered: the parameters of a rule could be changed by who holds it.
    return () if text == "[]" else msgspec.json.decode(text, type=tuple[RuleSpec, ...])


def _items(service: str) -> ItemsOf:
    """The items of every entry, in order; items that are alike in everything are one and the same value."""
    known: dict[tuple[Any, ...], InformationItem] = {}
    found: dict[int, list[InformationItem]] = defaultdict(list)
    rows = Item.objects.order_by("entry_id", "position")
    if service:
        rows = rows.filter(entry__service=service)
    for entry, *columns in _as_stored(rows.values_list("entry_id", *_ITEM_COLUMNS)):
        key = tuple(columns)
        item = known.get(key)
        if item is None:
            item = known[key] = _item(key)
        found[entry].append(item)
    return {entry: tuple(items) for entry, items in found.items()}


def _as_stored(rows: QuerySet[Any, Any]) -> Iterator[Sequence[Any]]:
    """Rows as the database gives them: truth values may be 0 and 1."""
    sql, parameters = rows.query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while batch := cursor.fetchmany(2000):
            yield from batch


def _item(columns: Sequence[Any]) -> InformationItem:
    given = dict(zip(_ITEM_COLUMNS, columns, strict=True))
    return InformationItem(
        **given
        | {
            "data_type": DataType(given["data_type"]),
            "required": bool(given["required"]),
            "key": bool(given["key"]),
            "level": Level(given["level"]),
            "sharing_type": SharingType(given["sharing_type"]),
            "open_type": OpenType(given["open_type"]),
            "meaning": Meaning(given["meaning"]) if given["meaning"] else None,
            "mask": MaskMethod(given["mask"]) if given["mask"] else None,
        }
    )
