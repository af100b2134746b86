"""Synonyms as the search uses them: the platform's own and the city's, looked up by any of their terms."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Self

from jutong.control.catalogue.search.folding import fold
from jutong.control.catalogue.search.pinyin import is_chinese, sound
from jutong.vocabulary.wording import synonyms

MOST: Final = 12
"""So many other names of a word are looked for at most."""


@dataclass(frozen=True)
class Wording:
    """Groups of folded terms that mean the same."""

    groups: tuple[tuple[str, ...], ...]

    @classmethod
    def with_city(cls, groups: Iterable[Iterable[str]]) -> Self:
        """The platform's groups and the city's; groups that share a term become one."""
        merged: list[list[str]] = []
        for group in (*groups, *synonyms()):
            terms = [folded for folded in map(fold, group) if folded]
            touching = [known for known in merged if not set(known).isdisjoint(terms)]
            merged = [known for known in merged if known not in touching]
            merged.append(list(dict.fromkeys([*(term for known in touching for term in known), *terms])))
        return cls(tuple(tuple(group) for group in merged if len(group) > 1))

    @cached_property
    def _by_term(self) -> Mapping[str, tuple[str, ...]]:
        return {term: group for group in self.groups for term in group}

    @cached_property
    def _by_sound(self) -> Mapping[str, str]:
        return {
            sound(term): term
            for group in reversed(self.groups)
            for term in reversed(group)
            if is_chinese(term)
        }

    def others(self, word: str) -> tuple[str, ...]:
        """Other names of `word`, or `word` with a part of it said otherwise: 社保缴费 → 社会保险缴费."""
        whole = [term for term in self._by_term.get(word, ()) if term != word]
        return tuple(dict.fromkeys([*whole, *self._said_otherwise(word)]))[:MOST]

    def _said_otherwise(self, word: str) -> list[str]:
        """The longest term within `word` replaced; not by one that the word holds already."""
        inner = [
            (end - start, start, end)
            for start in range(len(word))
            for end in range(start + 2, len(word) + 1)
            if end - start < len(word) and word[start:end] in self._by_term
        ]
        if not inner:
            return []
        _, start, end = max(inner, key=lambda part: (part[0], -part[1]))
        term = word[start:end]
        return [
            word[:start] + other + word[end:]
            for other in self._by_term[term]
            if other not in word and word[start:].find(other) < 0
        ]

    def knows(self, term: str) -> bool:
        return term in self._by_term

    def meant(self, word: str) -> str:
        """The known term that sounds like `word` or is one slip away from it; "" when there is none."""
        if is_chinese(word) and (heard := self._by_sound.get(sound(word))):
            return heard if heard != word else ""
        if len(word) < 3:
            return ""
        return next((term for term in self._by_term if term != word and one_slip(word, term)), "")


def one_slip(word: str, term: str) -> bool:
    """One character wrong, missing, too many, or two neighbours changed about."""
    if abs(len(word) - len(term)) > 1 or len(term) < 3:
        return False
    start = 0
    while start < min(len(word), len(term)) and word[start] == term[start]:
        start += 1
    one, other = word[start:], term[start:]
    return (
        one[1:] in (other[1:], other)
        or one == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )
