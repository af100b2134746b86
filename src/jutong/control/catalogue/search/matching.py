"""Scores of documents for one word: as written, by another name, by sound, with a slip (product ranking)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from jutong.control.catalogue.search.block import WILD, Block, Integers
from jutong.control.catalogue.search.documents import INITIALS, PLACES, SOUNDS
from jutong.control.catalogue.search.pinyin import is_chinese, sound
from jutong.control.catalogue.search.terms import Match, Place
from jutong.control.catalogue.search.wording import Wording

PLACE_WEIGHTS: Final[Mapping[Place, int]] = {
    Place.TITLE: 100,
    Place.CODE: 90,
    Place.ITEM: 60,
    Place.FIELD: 50,
    Place.DEPARTMENT: 40,
    Place.KEYWORD: 30,
    Place.ABSTRACT: 20,
}
MATCH_WEIGHTS: Final[Mapping[Match, int]] = {
    Match.EXACT: 10,
    Match.SYNONYM: 8,
    Match.PINYIN: 6,
    Match.SOUND: 5,
    Match.SLIP: 4,
    Match.WRONG: 3,
    Match.PIECES: 2,
}
WHOLE_BONUS, LEADING_BONUS = 500, 100
"""Added where an exact match is the whole of a title, code or item, or its beginning."""
FEW: Final = 3
"""With fewer exact finds than these, near ones are looked for as well."""
LONGEST_SLIP: Final = 12
LONGEST_PIECE: Final = 10

Kinds = Mapping[str, Place]


@dataclass(frozen=True, slots=True)
class Variant:
    """One way in which a word may stand in an entry; `?` in `pattern` is any character."""

    pattern: str
    match: Match
    kinds: Kinds


@dataclass(frozen=True, slots=True)
class WordScores:
    """What a word is worth in each document, nought where it is not, and the variants that stand anywhere."""

    word: str
    scores: Integers
    variants: tuple[Variant, ...]


def score_word(word: str, blocks: Sequence[Block], wording: Wording) -> WordScores:
    """Look for `word` as written and by other names; with few finds also for what is near; at last in pieces."""
    scores = np.zeros(sum(block.size for block in blocks), np.int64)
    used: list[Variant] = []
    for step in (_as_written, _nearly, _wrongly):
        if np.count_nonzero(scores) >= FEW:
            break
        for variant in step(word, wording):
            worth = _score(variant, blocks)
            if worth.any():
                used.append(variant)
                np.maximum(scores, worth, out=scores)
    if not scores.any() and len(word) >= 4:
        return _in_pieces(word, blocks, wording)
    return WordScores(word, scores, tuple(used))


def _as_written(word: str, wording: Wording) -> Iterator[Variant]:
    yield Variant(word, Match.EXACT, PLACES)
    for other in wording.others(word):
        yield Variant(other, Match.SYNONYM, PLACES)
    if word.isascii() and word.isalpha():
        if len(word) >= 3:
            yield Variant(word, Match.PINYIN, INITIALS)
        if len(word) >= 4:
            yield Variant(word, Match.PINYIN, SOUNDS)


def _nearly(word: str, wording: Wording) -> Iterator[Variant]:
    """The same sound, and one character missing, too many or changed about."""
    if meant := wording.meant(word):
        for term in (meant, *wording.others(meant)):
            yield Variant(term, Match.SOUND if sound(meant) == sound(word) else Match.SLIP, PLACES)
    if is_chinese(word) and len(word) >= 2:
        yield Variant(sound(word), Match.SOUND, SOUNDS)
    if 3 <= len(word) <= LONGEST_SLIP:
        for place in range(1, len(word)):
            yield Variant(word[:place] + WILD + word[place:], Match.SLIP, PLACES)
            changed = word[: place - 1] + word[place] + word[place - 1] + word[place + 1 :]
            if changed != word:
                yield Variant(changed, Match.SLIP, PLACES)
        if len(word) >= 4:
            for place in range(len(word)):
                yield Variant(word[:place] + word[place + 1 :], Match.SLIP, PLACES)


def _wrongly(word: str, wording: Wording) -> Iterator[Variant]:  # noqa: ARG001 - one signature a step
    if 3 <= len(word) <= LONGEST_SLIP:
        for place in range(len(word)):
            yield Variant(word[:place] + WILD + word[place + 1 :], Match.WRONG, PLACES)


def _score(variant: Variant, blocks: Sequence[Block]) -> Integers:
    """What finding the variant is worth in each document."""
    parts = []
    for block in blocks:
        scores = np.zeros(block.size, np.int64)
        found = block.find(variant.pattern)
        kinds = block.kinds[found.stretches]
        for kind, place in variant.kinds.items():
            here = kinds == ord(kind)
            worth = PLACE_WEIGHTS[place] * MATCH_WEIGHTS[variant.match]
            _raise(scores, block, found.stretches[here], worth)
            if variant.match is Match.EXACT:
                _raise(scores, block, found.stretches[here & found.leading], worth + LEADING_BONUS)
                _raise(scores, block, found.stretches[here & found.whole], worth + WHOLE_BONUS)
        parts.append(scores)
    return np.concatenate(parts)


def _raise(scores: Integers, block: Block, stretches: Integers, worth: int) -> None:
    if len(stretches):
        holders = block.holders(stretches)
        scores[holders] = np.maximum(scores[holders], worth)


def _in_pieces(word: str, blocks: Sequence[Block], wording: Wording) -> WordScores:
    """A long word that stands nowhere as such, cut into the longest parts that do; an entry needs most of them."""
    pieces = list(
        cut(word, lambda part: wording.knows(part) or any(len(b.find(part).stretches) for b in blocks))
    )
    size = sum(block.size for block in blocks)
    total, held = np.zeros(size, np.int64), np.zeros(size, np.int64)
    variants: list[Variant] = []
    for piece in pieces:
        scores = np.zeros(size, np.int64)
        for variant in _as_written(piece, wording):
            variants.append(Variant(variant.pattern, Match.PIECES, variant.kinds))
            np.maximum(scores, _score(variants[-1], blocks), out=scores)
        total += scores
        held += scores > 0
    needed = max(1, -(-len(pieces) * 2 // 3))
    return WordScores(word, np.where(held >= needed, total, 0), tuple(variants))


def cut(word: str, stands: Callable[[str], bool]) -> Iterator[str]:
    """The longest parts of `word`, from its beginning, for which `stands` holds; of two characters or more."""
    start = 0
    while start < len(word) - 1:
        ends = range(min(len(word), start + LONGEST_PIECE), start + 1, -1)
        end = next((end for end in ends if stands(word[start:end])), None)
        if end is None:
            start += 1
        else:
            yield word[start:end]
            start = end
