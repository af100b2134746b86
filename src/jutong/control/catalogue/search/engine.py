"""The index in memory: who may see what, which conditions hold, how many are left of each, in which order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import reduce
from typing import Any, Final, Self, TypeAlias

import numpy as np

from jutong.control.catalogue.search.block import Block, Booleans, Integers
from jutong.control.catalogue.search.documents import stretches_of
from jutong.control.catalogue.search.matching import WordScores, score_word
from jutong.control.catalogue.search.terms import SearchFacet, SortOrder
from jutong.control.catalogue.search.wording import Wording

COLUMNS: Final = (
    "entry__provider__code",
    "entry__live",
    "entry__updated_at",
    "entry__status",
    "entry__classification_id",
    "entry__resource_class",
    "entry__sharing_type",
    "entry__open_type",
    "entry__level",
    "entry__update_frequency",
    "entry__format_class",
    "entry__provider__name",
)
FACETS: Final = {
    SearchFacet.DEPARTMENT: 2,
    SearchFacet.STATUS: 5,
    SearchFacet.THEME: 6,
    SearchFacet.RESOURCE_CLASS: 7,
    SearchFacet.SHARING: 8,
    SearchFacet.OPEN: 9,
    SearchFacet.LEVEL: 10,
    SearchFacet.CYCLE: 11,
    SearchFacet.FORMAT: 12,
}
"""Where in a row the value of each facet stands."""
THEME_WIDTH: Final = 3
"""Entries are counted by 类 and 项 of their classification."""

REMEMBERED: Final = 100

Row: TypeAlias = tuple[Any, ...]
"""(key of the entry, its document's text, *COLUMNS)."""
Conditions: TypeAlias = Mapping[SearchFacet, frozenset[str]]


@dataclass(frozen=True, slots=True)
class Column:
    """The value of one facet in every document, as a number in the list of values."""

    values: tuple[str, ...]
    numbers: Integers

    @classmethod
    def of(cls, texts: Sequence[str]) -> Self:
        known: dict[str, int] = {}
        numbers = np.array([known.setdefault(text, len(known)) for text in texts], np.int64)
        return cls(tuple(known), numbers)

    def among(self, wanted: frozenset[str], *, below: bool = False) -> Booleans:
        """Where the value is one of those wanted; with `below`, or begins with one."""
        beginnings = tuple(wanted) if below else ()
        chosen = np.array(
            [value in wanted or (below and value.startswith(beginnings)) for value in self.values], np.bool_
        )
        return chosen[self.numbers] if len(chosen) else np.zeros(0, np.bool_)

    def count(self, mask: Booleans) -> dict[str, int]:
        counted = np.bincount(self.numbers[mask], minlength=len(self.values))
        return {value: int(count) for value, count in zip(self.values, counted, strict=True) if count}

    def cut(self, width: int) -> Self:
        """The values cut to their beginning."""
        short = self.of([value[:width] for value in self.values])
        return type(self)(short.values, short.numbers[self.numbers])


@dataclass(frozen=True, slots=True)
class Listed:
    """What was found: keys of entries in order with their scores, counts, and the words as they were looked for."""

    keys: tuple[int, ...]
    scores: tuple[int, ...]
    orders: tuple[tuple[int, int], ...]
    """The sort keys of each, for the cursor."""
    total: int
    more: bool
    counts: Mapping[SearchFacet, Mapping[str, int]]
    words: tuple[WordScores, ...]
    partly: bool


@dataclass(frozen=True)
class Engine:
    """Documents with their conditions. Changed ones stand in an overlay beside the block and hide their old state."""

    base: tuple[Row, ...]
    overlay: tuple[Row, ...]
    wording: Wording
    blocks: tuple[Block, ...]
    keys: Integers
    hidden: Booleans
    live: Booleans
    updated: Integers
    facets: Mapping[SearchFacet, Column]
    themes: Column
    """The classification by 类 and 项."""
    departments: Mapping[str, str]
    """Code → name."""
    scored: dict[str, WordScores] = field(default_factory=dict)
    """Words looked for since the index was made."""

    @classmethod
    def of(cls, rows: Sequence[Row], wording: Wording) -> Self:
        return cls._joined(tuple(rows), (), wording, Block([stretches_of(row[1]) for row in rows]))

    def with_changed(self, rows: Sequence[Row], wording: Wording) -> Self:
        """The same with these documents in their present state."""
        changed = {row[0]: row for row in (*self.overlay, *rows)}
        return self._joined(self.base, tuple(changed.values()), wording, self.blocks[0])

    @classmethod
    def _joined(cls, base: tuple[Row, ...], overlay: tuple[Row, ...], wording: Wording, block: Block) -> Self:
        rows = (*base, *overlay)
        replaced = {row[0] for row in overlay}
        blocks = (block, Block([stretches_of(row[1]) for row in overlay])) if overlay else (block,)
        facets = {facet: Column.of([row[place] or "" for row in rows]) for facet, place in FACETS.items()}
        return cls(
            base=base,
            overlay=overlay,
            wording=wording,
            blocks=blocks,
            keys=np.array([row[0] for row in rows], np.int64),
            hidden=np.array([row[0] in replaced for row in base] + [False] * len(overlay), np.bool_),
            live=np.array([row[3] for row in rows], np.bool_),
            updated=np.array([_second(row[4]) for row in rows], np.int64),
            facets=facets,
            themes=facets[SearchFacet.THEME].cut(THEME_WIDTH),
            departments={row[2]: row[13] for row in rows},
        )

    @property
    def overlaid(self) -> int:
        return len(self.overlay)

    def visible(self, reach: frozenset[str] | None) -> Booleans:
        """Live entries, and all of the departments in `reach`; None: all."""
        seen = ~self.hidden
        return (
            seen if reach is None else seen & (self.live | self.facets[SearchFacet.DEPARTMENT].among(reach))
        )

    def words(self, words: Sequence[str]) -> tuple[WordScores, ...]:
        """What each word is worth; those asked for lately are remembered as long as the index holds."""
        known = {word: self.scored.get(word) or score_word(word, self.blocks, self.wording) for word in words}
        if len(self.scored) > REMEMBERED:
            self.scored.clear()
        self.scored.update(known)
        return tuple(known.values())

    def find(
        self,
        words: Sequence[str],
        conditions: Conditions,
        seen: Booleans,
        *,
        sort: SortOrder,
        limit: int,
        after: tuple[int, int] | None = None,
    ) -> Listed:
        """Documents among `seen` that hold every word (or else most of them) and meet the conditions, in order."""
        looked_for = self.words(words)
        scores, partly = combined(looked_for, seen)
        masks = {
            facet: self.facets[facet].among(wanted, below=facet is SearchFacet.THEME)
            for facet, wanted in conditions.items()
        }
        found = seen & (scores > 0) if looked_for else seen
        counts = {
            facet: (self.themes if facet is SearchFacet.THEME else column).count(
                _all(found, [mask for other, mask in masks.items() if other is not facet])
            )
            for facet, column in self.facets.items()
        }
        places = np.flatnonzero(_all(found, list(masks.values())))
        first = self._order(places, scores, sort)
        ordered = np.lexsort((-self.keys[places], -first))
        if after is not None:
            ordered = ordered[_follows(first[ordered], self.keys[places[ordered]], after)]
        page = places[ordered[:limit]]
        return Listed(
            keys=tuple(self.keys[page].tolist()),
            scores=tuple(scores[page].tolist()) if looked_for else (0,) * len(page),
            orders=tuple(zip(first[ordered[:limit]].tolist(), self.keys[page].tolist(), strict=True)),
            total=len(places),
            more=len(ordered) > limit,
            counts=counts,
            words=looked_for,
            partly=partly,
        )

    def _order(self, places: Integers, scores: Integers, sort: SortOrder) -> Integers:
        """The first sort key, highest first; equal ones go by the entry's key, newest first."""
        if sort is SortOrder.RELEVANCE:
            return (scores[places] << 34) | (self.live[places].astype(np.int64) << 33) | self.updated[places]
        if sort is SortOrder.UPDATED:
            return self.updated[places]
        if sort is SortOrder.DEPARTMENT:
            column = self.facets[SearchFacet.DEPARTMENT]
            ranks = {code: -rank for rank, code in enumerate(sorted(column.values))}
            return np.array([ranks[code] for code in column.values], np.int64)[column.numbers[places]]
        return np.zeros(len(places), np.int64)


def combined(words: Sequence[WordScores], seen: Booleans) -> tuple[Integers, bool]:
    """The sum over all words where every one stands; if there is no such document, where all but one do."""
    if not words:
        return np.zeros(len(seen), np.int64), False
    held = sum((one.scores > 0).astype(np.int64) for one in words)
    total: Integers = sum((one.scores for one in words), np.zeros(len(seen), np.int64))
    whole = held == len(words)
    if len(words) == 1 or (whole & seen).any():
        return np.where(whole, total, 0), False
    return np.where(held >= len(words) - 1, total, 0), True


def _all(found: Booleans, masks: Sequence[Booleans]) -> Booleans:
    return reduce(np.logical_and, masks, found)


def _follows(first: Integers, keys: Integers, after: tuple[int, int]) -> Booleans:
    following: Booleans = (first < after[0]) | ((first == after[0]) & (keys < after[1]))
    return following


def _second(at: datetime) -> int:
    return int(at.timestamp())
