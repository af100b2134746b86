"""Columns that came, went, changed their name or their type since the newest successful delivery."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final

from jutong.kernel.text import normalise
from jutong.vocabulary.collection import (
    CollectionMode,
    CollectionPolicy,
    DriftAction,
    DriftFinding,
    DriftKind,
)
from jutong.vocabulary.contracts import EntryContract, RunReport

Columns = tuple[tuple[str, str], ...]
Overlap = Callable[[str, str], float | None]
"""(field of the item, column of the delivery) → share of the column's values that the pool holds for the item."""

_ALIKE: Final = 0.6
_SOMEWHAT_ALIKE: Final = 0.34
_SHARED_VALUES: Final = 0.5
_FOREIGN_VALUES: Final = 0.2

_FAMILIES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "number"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "number"),
    **dict.fromkeys(("FLOAT", "DOUBLE", "DECIMAL"), "number"),
    **dict.fromkeys(("VARCHAR", "UUID", "ENUM"), "text"),
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "timestamp"),
    "DATE": "date",
    "TIME": "time",
    "BOOLEAN": "boolean",
    "BLOB": "binary",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One delivery against what is known of the entry."""

    contract: EntryContract
    mapping: Mapping[str, str] | None
    policy: CollectionPolicy
    mode: CollectionMode = CollectionMode.REPLACE
    before: RunReport | None = None
    """The newest successful run's report."""
    confirmed: tuple[DriftFinding, ...] = ()
    """What a person has seen and said yes to."""

    @property
    def columns_before(self) -> Columns:
        return self.before.columns if self.before else ()


def family(kind: str) -> str:
    """What a type is about: a whole number that became a decimal one is no drift, one that became text is.

    The text of files carries what it looks like: `VARCHAR:number`, `VARCHAR:date`; `""` where nothing is known.
    """
    base, _, looks = kind.partition(":")
    if looks:
        return "" if looks in {"empty", "mixed"} else looks
    word = base.split("(")[0].split(" ")[0].upper()
    return "list" if base.endswith("]") else _FAMILIES.get(word, word.lower())


def field_of(column: str, contract: EntryContract, mapping: Mapping[str, str] | None) -> str:
    """The item that `column` fills, by the mapping or by its name; empty: none."""
    if mapping and column in mapping:
        return mapping[column]
    taken = set((mapping or {}).values())
    name = normalise(column)
    for item in contract.items:
        if item.field not in taken and name in {normalise(item.field), normalise(item.name)}:
            return item.field
    return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renamed:
    """A column that stands under another name now, and what speaks for it."""

    before: str
    now: str
    field: str
    """The item that it fills; empty: none."""
    score: float


def gone_and_new(before: Columns, now: Sequence[str]) -> tuple[list[str], list[str]]:
    """Columns that are missing, columns that are new; spelling alone (width, case, blanks) does not count."""
    were = {normalise(name) for name, _ in before}
    are = {normalise(name) for name in now}
    gone = [name for name, _ in before if normalise(name) not in are]
    return gone, [name for name in now if normalise(name) not in were]


def renamed_columns(
    contract: EntryContract,
    mapping: Mapping[str, str] | None,
    before: Columns,
    now: Columns,
    overlap: Overlap,
) -> tuple[Renamed, ...]:
    """Pairs of a missing and a new column that are one: of like type, and alike in name, values or place."""
    gone, new = gone_and_new(before, [name for name, _ in now])
    kinds = {"before": dict(before), "now": dict(now)}
    places = {"before": [name for name, _ in before], "now": [name for name, _ in now]}
    found: list[Renamed] = []
    for old in gone:
        field = field_of(old, contract, mapping)
        for name in new:
            families = {family(kinds["before"][old]), family(kinds["now"][name])} - {""}
            if len(families) > 1:
                continue
            same_place = places["before"].index(old) == places["now"].index(name)
            score = _score(old, name, same_place=same_place, shared=overlap(field, name) if field else None)
            if score:
                found.append(Renamed(before=old, now=name, field=field, score=score))
    kept: list[Renamed] = []
    for pair in sorted(found, key=lambda pair: -pair.score):
        if all(pair.before != other.before and pair.now != other.now for other in kept):
            kept.append(pair)
    return tuple(kept)


def _score(old: str, new: str, *, same_place: bool, shared: float | None) -> float:
    """0: another column. Names alone suffice when they are alike; else values or place must speak for it too."""
    alike = SequenceMatcher(None, normalise(old), normalise(new)).ratio()
    if shared is not None and shared < _FOREIGN_VALUES and alike < _ALIKE:
        return 0.0
    speaks = (
        alike >= _ALIKE
        or (same_place and alike >= _SOMEWHAT_ALIKE)
        or (shared is not None and shared >= _SHARED_VALUES and (same_place or alike >= _SOMEWHAT_ALIKE))
    )
    return alike + same_place + (shared or 0.0) if speaks else 0.0


def column_findings(
    contract: EntryContract,
    mapping: Mapping[str, str] | None,
    before: Columns,
    now: Columns,
    renamed: Sequence[Renamed],
    policy: CollectionPolicy,
) -> tuple[DriftFinding, ...]:
    """What the columns show against the delivery before; nothing when nothing is known of it.

    A column that fills no item may come, go and change: that is told and accepted.
    """
    if not before:
        return ()
    gone, new = gone_and_new(before, [name for name, _ in now])
    olds, news = {pair.before for pair in renamed}, {pair.now for pair in renamed}
    found = [
        _finding(DriftKind.RENAMED_COLUMN, policy, pair.field, pair.field, pair.before, pair.now)
        for pair in renamed
    ]
    kinds = dict(before)
    found += [
        _finding(
            DriftKind.MISSING_COLUMN, policy, field_of(name, contract, mapping), name, family(kinds[name]), ""
        )
        for name in gone
        if name not in olds
    ]
    types = dict(now)
    found += [
        _finding(DriftKind.NEW_COLUMN, policy, name, name, "", family(types[name]))
        for name in new
        if name not in news
    ]
    known = {normalise(name): kind for name, kind in before}
    for name, kind in now:
        was, now_is = family(known.get(normalise(name), kind)), family(kind)
        if was and now_is and was != now_is:
            field = field_of(name, contract, mapping)
            found.append(_finding(DriftKind.RETYPED_COLUMN, policy, field, name, was, now_is))
    return tuple(found)


def _finding(
    kind: DriftKind, policy: CollectionPolicy, field: str, column: str, before: str, now: str
) -> DriftFinding:
    action = policy.action(kind)
    if not field:
        action = DriftAction.ACCEPT
    elif action is DriftAction.QUARANTINE:  # a column concerns every row: there are none to set aside
        action = DriftAction.STOP
    return DriftFinding(kind=kind, action=action, column=column, before=before, now=now)


def mapping_of(
    mapping: Mapping[str, str] | None, before: Columns, now: Sequence[str]
) -> dict[str, str] | None:
    """The mapping without columns that were there before and are gone: they are drift, not a wrong mapping."""
    gone, _ = gone_and_new(before, now)
    return {column: field for column, field in mapping.items() if column not in gone} if mapping else None


def mapping_after(mapping: Mapping[str, str] | None, renamed: Sequence[Renamed]) -> dict[str, str] | None:
    """The mapping with the new names of renamed columns; None where there was none and nothing was renamed."""
    pairs = [pair for pair in renamed if pair.field]
    if not pairs:
        return dict(mapping) if mapping else None
    old = {pair.before for pair in pairs}
    kept = {column: field for column, field in (mapping or {}).items() if column not in old}
    return kept | {pair.now: pair.field for pair in pairs}
