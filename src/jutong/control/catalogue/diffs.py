"""What differs between two states of an entry: elements, and items that came, went, changed or moved."""

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any, Final

import msgspec

from jutong.control.catalogue.errors import VersionNotFound
from jutong.control.catalogue.reading import entry as entry_view
from jutong.control.catalogue.reading import versions
from jutong.control.catalogue.terms import ItemChangeKind
from jutong.control.catalogue.values import EntryDraft
from jutong.control.directory.api import Actor
from jutong.vocabulary.contracts import InformationItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ElementChange:
    """One element of an entry or an item, before and after."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemChange:
    """One item, known by its field name. `moved` says that its place among the others changed as well."""

    field: str
    kind: ItemChangeKind
    before: InformationItem | None = None
    after: InformationItem | None = None
    elements: tuple[ElementChange, ...] = ()
    moved: bool = False

    @property
    def name(self) -> str:
        """The item's Chinese name, the newer one."""
        known = self.after or self.before
        return known.name if known else self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftDiff:
    """Everything that differs; `order` are the fields of all items afterwards."""

    elements: tuple[ElementChange, ...] = ()
    items: tuple[ItemChange, ...] = ()
    order: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.elements or self.items)

    def count(self, kind: ItemChangeKind) -> int:
        return sum(change.kind is kind for change in self.items)

    def as_data(self) -> dict[str, Any]:
        """Plain values for JSON: elements and items with what was and what is."""
        return {
            "elements": [_plain_change(change) for change in self.elements],
            "items": [
                {
                    "field": change.field,
                    "name": change.name,
                    "kind": change.kind.value,
                    "moved": change.moved,
                    "elements": [_plain_change(element) for element in change.elements],
                }
                for change in self.items
            ],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionDiff:
    """The difference between two states of one entry; None stands for what is being edited."""

    service: str
    before: int | None
    after: int | None
    diff: DraftDiff


_ELEMENTS: Final = tuple(element.name for element in fields(EntryDraft) if element.name != "items")
_ITEM_ELEMENTS: Final = tuple(element.name for element in fields(InformationItem) if element.name != "field")


def diff_drafts(before: EntryDraft, after: EntryDraft) -> DraftDiff:
    """What leads from `before` to `after`; empty (false) when they say the same."""
    if before == after:
        return DraftDiff()
    return DraftDiff(
        elements=tuple(_differing(before, after, _ELEMENTS)),
        items=tuple(_item_changes(before.items, after.items)),
        order=tuple(item.field for item in after.items),
    )


def apply_diff(before: EntryDraft, diff: DraftDiff) -> EntryDraft:
    """`before` with the difference carried out: `apply_diff(a, diff_drafts(a, b)) == b`."""
    if not diff:
        return before
    items: dict[str, InformationItem] = {item.field: item for item in before.items}
    for change in diff.items:
        if change.after is None:
            items.pop(change.field, None)
        else:
            items[change.field] = change.after
    return replace(
        before,
        **{change.name: change.after for change in diff.elements},
        items=tuple(items[field] for field in diff.order),
    )


def diff_of(actor: Actor, service: str, before: int | None = None, after: int | None = None) -> VersionDiff:
    """Between two published versions. `before` None: the newest published one, or, when `after` is given, the
    one before that; `after` None: what is being edited (for its department and the bureau; else what holds).

    Raises:
        EntryNotFound: the entry is not for the actor's eyes.
        VersionNotFound: there is no such version.
    """
    view = entry_view(actor, service)
    drafts = {version.number: version.draft for version in versions(actor, service)}
    if before is None:
        older = [number for number in drafts if after is None or number < after]
        before = max(older, default=None)
    for number in (before, after):
        if number is not None and number not in drafts:
            known = ", ".join(str(one) for one in sorted(drafts)) or "—"
            raise VersionNotFound(service=service, version=number, known=known)
    later = view.working if after is None else drafts[after]
    earlier = drafts[before] if before is not None else _nothing(later)
    return VersionDiff(service=service, before=before, after=after, diff=diff_drafts(earlier, later))


def _nothing(later: EntryDraft) -> EntryDraft:
    """The empty state from which a first version is compared."""
    return EntryDraft(title="", resource_class=later.resource_class)


def _plain_change(change: ElementChange) -> dict[str, Any]:
    return {
        "name": change.name,
        "before": msgspec.to_builtins(change.before),
        "after": msgspec.to_builtins(change.after),
    }


def _differing(before: object, after: object, names: Sequence[str]) -> Iterator[ElementChange]:
    for name in names:
        old, new = getattr(before, name), getattr(after, name)
        if old != new:
            yield ElementChange(name=name, before=old, after=new)


def _item_changes(
    before: Sequence[InformationItem], after: Sequence[InformationItem]
) -> Iterator[ItemChange]:
    """In the order of `after`; what went comes last."""
    old = {item.field: item for item in before}
    new = {item.field: item for item in after}
    moved = _moved([field for field in old if field in new], [field for field in new if field in old])
    for field, item in new.items():
        was = old.get(field)
        if was is None:
            yield ItemChange(field=field, kind=ItemChangeKind.ADDED, after=item)
        elif was != item:
            elements = tuple(_differing(was, item, _ITEM_ELEMENTS))
            yield ItemChange(
                field=field,
                kind=ItemChangeKind.CHANGED,
                before=was,
                after=item,
                elements=elements,
                moved=field in moved,
            )
        elif field in moved:
            yield ItemChange(field=field, kind=ItemChangeKind.MOVED, before=was, after=item, moved=True)
    for field, item in old.items():
        if field not in new:
            yield ItemChange(field=field, kind=ItemChangeKind.REMOVED, before=item)


def _moved(before: Sequence[str], after: Sequence[str]) -> frozenset[str]:
    """The fewest of the same fields that must move to get from one order to the other."""
    place: Mapping[str, int] = {field: number for number, field in enumerate(before)}
    staying = _longest_rising([place[field] for field in after])
    return frozenset(field for field in after if place[field] not in staying)


def _longest_rising(numbers: Sequence[int]) -> frozenset[int]:
    """The numbers of one longest rising run (not necessarily neighbours); all numbers differ."""
    ends: list[int] = []
    previous: dict[int, int | None] = {}
    for number in numbers:
        place = bisect_left(ends, number)
        previous[number] = ends[place - 1] if place else None
        ends[place : place + 1] = [number]
    kept: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        kept.add(last)
        last = previous[last]
    return frozenset(kept)
