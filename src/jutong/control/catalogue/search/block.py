"""Finds character sequences in many documents at once: pairs of characters in order, with where each stands.

A stretch of text that many documents share (an item's name, a department's) is kept once.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from jutong.control.catalogue.search.documents import Stretch

Integers: TypeAlias = NDArray[np.int64]
Booleans: TypeAlias = NDArray[np.bool_]
WILD: Final = "?"
"""Any one character, in a pattern: no folded text has it."""
_SHIFT: Final = 21
_NOTHING: Final = np.empty(0, np.int64)


@dataclass(frozen=True, slots=True)
class Found:
    """Stretches that hold a pattern: which, and whether it is the whole of them or their beginning."""

    stretches: Integers
    whole: Booleans
    leading: Booleans


class Block:
    """An index of documents, numbered from nought; never changed once made."""

    def __init__(self, documents: Sequence[Sequence[Stretch]]) -> None:
        numbers: dict[Stretch, int] = {}
        pairs = [
            (numbers.setdefault(stretch, len(numbers)), number)
            for number, stretches in enumerate(documents)
            for stretch in dict.fromkeys(stretches)
        ]
        self.size = len(documents)
        self.kinds = np.array([ord(kind) for kind, _ in numbers], np.uint32)
        lengths = np.array([len(text) + 1 for _, text in numbers], np.int64)
        self._begins = np.concatenate(([0], np.cumsum(lengths)))
        self._characters = _characters("".join(f"{text}\0" for _, text in numbers))
        self._stretch_at = np.repeat(np.arange(len(numbers)), lengths)
        self._index()
        self._share(np.array(pairs, np.int64).reshape(-1, 2), len(numbers))

    def _index(self) -> None:
        """Every pair of neighbours as one number, in order, with its places."""
        following = np.append(self._characters[1:], 0)
        codes = (self._characters.astype(np.int64) << _SHIFT) | following
        self._places = np.argsort(codes, kind="stable")
        self._codes = codes[self._places]

    def _share(self, pairs: Integers, stretches: int) -> None:
        """Which documents hold each stretch, one after another."""
        order = np.argsort(pairs[:, 0], kind="stable")
        self._holders = pairs[order, 1]
        self._first_holder = np.concatenate(
            ([0], np.cumsum(np.bincount(pairs[:, 0], minlength=stretches)))
        ).astype(np.int64)

    def find(self, pattern: str) -> Found:
        """The stretches in which `pattern` stands; `?` in it is any one character."""
        points = [0 if character == WILD else ord(character) for character in pattern]
        starts = self._candidates(points)
        starts = starts[(starts >= 0) & (starts + len(points) <= len(self._characters))]
        for offset, point in enumerate(points):
            here = self._characters[starts + offset]
            starts = starts[here == point] if point else starts[here != 0]
        stretches = self._stretch_at[starts]
        leading = starts == self._begins[stretches]
        whole = leading & (self._begins[stretches + 1] - starts == len(points) + 1)
        return Found(stretches, whole, leading)

    def _candidates(self, points: list[int]) -> Integers:
        """Where the pattern may begin, by its rarest pair; by its rarest character where it has no pair."""
        ranges = [
            (offset, one << _SHIFT | other, (one << _SHIFT | other) + 1)
            for offset, (one, other) in enumerate(pairwise(points))
            if one and other
        ] or [(offset, one << _SHIFT, (one + 1) << _SHIFT) for offset, one in enumerate(points) if one]
        if not ranges or not len(self._codes):
            return _NOTHING
        low = np.searchsorted(self._codes, [first for _, first, _ in ranges])
        high = np.searchsorted(self._codes, [after for _, _, after in ranges])
        best = int(np.argmin(high - low))
        return self._places[low[best] : high[best]] - ranges[best][0]

    def holders(self, stretches: Integers) -> Integers:
        """The documents that hold any of the stretches, some perhaps more than once."""
        begins = self._first_holder[stretches]
        counts = self._first_holder[stretches + 1] - begins
        skipped = np.repeat(begins - np.concatenate(([0], np.cumsum(counts)[:-1])), counts)
        places = skipped + np.arange(len(skipped))
        holders: Integers = self._holders[places]
        return holders


def _characters(text: str) -> NDArray[np.uint32]:
    return np.frombuffer(text.encode("utf-32-le", "surrogatepass"), np.uint32)
