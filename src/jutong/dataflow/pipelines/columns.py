"""Which column of a source is which item of the entry."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from jutong.dataflow.pipelines.errors import ColumnMissing, MappingInvalid
from jutong.kernel.text import normalise
from jutong.vocabulary.contracts import EntryContract


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnPlan:
    """How the columns of one source answer for the items of one entry."""

    columns: tuple[str, ...]
    """The source's columns, in its order."""
    sources: Mapping[str, int]
    """Field of an item → place of its column."""
    missing: tuple[str, ...]
    """Fields without a column: they land empty."""
    extra: tuple[str, ...]
    """Columns without an item: they do not land."""


def plan_columns(
    contract: EntryContract,
    columns: Sequence[str],
    mapping: Mapping[str, str] | None,
    *,
    demand: bool = True,
) -> ColumnPlan:
    """Match by `mapping` (source column → field); columns it leaves open match by an item's field or name.

    Raises:
        MappingInvalid: the mapping names what is not there, or gives an item two columns.
        ColumnMissing: a required item or a key has no column (unless not `demand`ed).
    """
    mapping = mapping or {}
    places = {column: place for place, column in enumerate(columns)}
    fields = {item.field for item in contract.items}
    unknown = sorted({*(set(mapping) - set(places)), *(set(mapping.values()) - fields)})
    if unknown:
        raise MappingInvalid(names="、".join(unknown))
    sources: dict[str, int] = {}
    for column, field in mapping.items():
        if field in sources:
            raise MappingInvalid(names=f"{column} → {field}")
        sources[field] = places[column]
    taken = set(sources.values())
    by_name = {normalise(column): place for column, place in places.items() if place not in taken}
    for item in contract.items:
        for name in (item.field, item.name):
            place = by_name.get(normalise(name))
            if item.field not in sources and place is not None and place not in taken:
                sources[item.field] = place
                taken.add(place)
    missing = tuple(item.field for item in contract.items if item.field not in sources)
    demanded = [
        f"{item.name}（{item.field}）"
        for item in contract.items
        if item.field in missing and (item.required or item.key)
    ]
    if demand and demanded:
        raise ColumnMissing(items="、".join(demanded))
    extra = tuple(column for column, place in places.items() if place not in taken)
    return ColumnPlan(columns=tuple(columns), sources=sources, missing=missing, extra=extra)
