"""Why an entry is a hit, and where: marks in its title, abstract and items, worked out on the entry as it is shown."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import groupby
from typing import Final

from jutong.control.catalogue.search.block import WILD
from jutong.control.catalogue.search.documents import INITIALS, PLACES
from jutong.control.catalogue.search.folding import fold_with_places
from jutong.control.catalogue.search.matching import MATCH_WEIGHTS, PLACE_WEIGHTS, Variant, WordScores
from jutong.control.catalogue.search.pinyin import syllables
from jutong.control.catalogue.search.terms import Match, Place
from jutong.control.catalogue.search.values import Fragment, Fragments, Reason

SNIPPET: Final = 90
"""Characters of an abstract that a hit shows."""
LEAD: Final = 24
"""Of these so many before the first mark."""
SHOWN_ITEMS: Final = 6

NEARNESS: Final = {match: max(1, place) for place, match in enumerate(Match)}
"""A word and its synonyms are marked together; what is further away only where nothing nearer stands."""

Span = tuple[int, int]


def marked(text: str, words: Sequence[WordScores], place: Place) -> Fragments:
    """`text` in stretches, those where a word stands marked."""
    spans = sorted(span for word in words for span in _best_spans(text, word, place))
    return _fragments(text, spans)


def snippet(text: str, words: Sequence[WordScores]) -> Fragments:
    """The part of an abstract around its first mark; its beginning where nothing is marked."""
    spans = sorted(span for word in words for span in _best_spans(text, word, Place.ABSTRACT))
    start = max(0, spans[0][0] - LEAD) if spans and spans[0][1] > SNIPPET else 0
    end = min(len(text), start + SNIPPET)
    inside = [(max(a, start) - start, min(b, end) - start) for a, b in spans if a < end and b > start]
    fragments = _fragments(text[start:end], inside)
    before = (Fragment("…"),) if start else ()
    after = (Fragment("…"),) if end < len(text) else ()
    return (*before, *fragments, *after)


def marked_items(names: Iterable[str], words: Sequence[WordScores]) -> tuple[Fragments, ...]:
    """Names of the items in which a word stands."""
    found = (marked(name, words, Place.ITEM) for name in names)
    return tuple(fragments for fragments in found if any(part.marked for part in fragments))[:SHOWN_ITEMS]


def reasons(words: Sequence[WordScores], texts: Sequence[tuple[Place, str]]) -> tuple[Reason, ...]:
    """For each word the best place where it, or what stands for it, was found."""
    return tuple(reason for word in words if (reason := _reason(word, texts)) is not None)


def _reason(word: WordScores, texts: Sequence[tuple[Place, str]]) -> Reason | None:
    best, reason = 0, None
    for variant in word.variants:
        for place, text in texts:
            worth = PLACE_WEIGHTS[place] * MATCH_WEIGHTS[variant.match]
            if worth > best and (span := next(_spans(text, variant, place), None)):
                best = worth
                reason = Reason(word=word.word, found=text[slice(*span)], place=place, match=variant.match)
    return reason


def _best_spans(text: str, word: WordScores, place: Place) -> list[Span]:
    """Where the word stands, in the nearest of its forms that stands here at all; synonyms together with the word."""
    for _, variants in groupby(word.variants, key=lambda variant: NEARNESS[variant.match]):
        spans = [span for variant in variants for span in _spans(text, variant, place)]
        if spans:
            return spans
    return []


def _spans(text: str, variant: Variant, place: Place) -> Iterator[Span]:
    if variant.kinds is PLACES:
        folded, places = _folded(text)
        for found in _expression(variant.pattern).finditer(folded):
            yield places[found.start()], places[found.end() - 1] + 1
    elif place in variant.kinds.values():
        yield from _heard(text, variant.pattern, initials=variant.kinds is INITIALS)


def _heard(text: str, pattern: str, *, initials: bool) -> Iterator[Span]:
    """Where the characters stand whose sounds `pattern` gives."""
    folded, places = _folded(text)
    sounds = [syllable[:1] if initials else syllable for syllable in syllables(folded)]
    said = "".join(sounds)
    owners = [place for place, syllable in enumerate(sounds) for _ in syllable]
    start = said.find(pattern)
    if start >= 0 and len(sounds) == len(places):
        yield places[owners[start]], places[owners[start + len(pattern) - 1]] + 1


@lru_cache(maxsize=2000)
def _folded(text: str) -> tuple[str, list[int]]:
    return fold_with_places(text)


@lru_cache(maxsize=2000)
def _expression(pattern: str) -> re.Pattern[str]:
    return re.compile("".join("." if character == WILD else re.escape(character) for character in pattern))


def _fragments(text: str, spans: Sequence[Span]) -> Fragments:
    """`text` cut at the spans; overlapping ones become one."""
    fragments, reached = [], 0
    for start, end in _joined(spans):
        if start > reached:
            fragments.append(Fragment(text[reached:start]))
        fragments.append(Fragment(text[start:end], marked=True))
        reached = end
    if reached < len(text):
        fragments.append(Fragment(text[reached:]))
    return tuple(fragments)


def _joined(spans: Sequence[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined
