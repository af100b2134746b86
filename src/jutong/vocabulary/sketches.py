"""Sketches of columns: the smallest keyed hashes of its values, enough to estimate how far two columns hold the same.

A sketch keeps the `k` smallest of the distinct 64-bit hashes (bottom-k, KMV). The hashes are keyed with a secret of the
platform, so that nobody can try values out against a sketch; it says how much two columns share, never what.

Sources: Bar-Yossef et al., Counting Distinct Elements in a Data Stream (2002); Beyer et al., On Synopses for
Distinct-Value Estimation Under Multiset Operations (2007).
"""

import math
from array import array
from dataclasses import dataclass
from typing import Final, Self

HASH_BITS: Final = 64
SPACE: Final = 1 << HASH_BITS
DEFAULT_K: Final = 512
MIN_K, MAX_K = 16, 4096
Z: Final = 2.576
"""Bounds hold for 99 of 100 pairs of columns."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSketch:
    """The `k` smallest distinct hashes of a column's values, in rising order, and how many rows they came from."""

    field: str
    k: int = DEFAULT_K
    hashes: tuple[int, ...] = ()
    rows: int = 0
    empty: int = 0
    """Rows without a value."""

    @property
    def complete(self) -> bool:
        """Whether every distinct value is in it: counts are then exact."""
        return len(self.hashes) < self.k

    @property
    def limit(self) -> int:
        """Every distinct value whose hash is below is in the sketch."""
        return SPACE if self.complete else self.hashes[-1] + 1

    @property
    def distinct(self) -> float:
        """Estimated number of distinct values; exact while the sketch is complete."""
        if self.complete:
            return float(len(self.hashes))
        return (self.k - 1) * SPACE / (self.hashes[-1] + 1)

    @property
    def distinct_error(self) -> float:
        """Relative bound of `distinct`, 0 while exact."""
        return 0.0 if self.complete else Z / math.sqrt(self.k - 2)

    def to_bytes(self) -> bytes:
        return array("Q", self.hashes).tobytes()

    @classmethod
    def from_bytes(cls, raw: bytes, *, field: str, k: int, rows: int, empty: int) -> Self:
        hashes = array("Q")
        hashes.frombytes(raw)
        return cls(field=field, k=k, hashes=tuple(hashes), rows=rows, empty=empty)


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A share between 0 and 1 with the bounds within which it lies (99 %)."""

    share: float
    low: float
    high: float
    sampled: int
    """From how many values it is estimated."""

    @property
    def exact(self) -> bool:
        return self.low == self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """How far two columns hold the same values."""

    jaccard: Estimate
    """Common values among all values of both."""
    left_in_right: Estimate
    """Values of the left column that the right one holds too."""
    right_in_left: Estimate


def overlap(left: ColumnSketch, right: ColumnSketch) -> Overlap:
    """Estimates from two sketches under one key; the order of the two only swaps the answer."""
    limit = min(left.limit, right.limit)
    exact = limit == SPACE
    ours = {value for value in left.hashes if value < limit}
    theirs = {value for value in right.hashes if value < limit}
    common = len(ours & theirs)
    return Overlap(
        jaccard=_estimate(common, len(ours | theirs), exact=exact),
        left_in_right=_estimate(common, len(ours), exact=exact),
        right_in_left=_estimate(common, len(theirs), exact=exact),
    )


def _estimate(hits: int, sampled: int, *, exact: bool) -> Estimate:
    """Wilson's interval for `hits` of `sampled`."""
    if sampled == 0:
        return Estimate(share=0.0, low=0.0, high=0.0 if exact else 1.0, sampled=0)
    share = hits / sampled
    if exact:
        return Estimate(share=share, low=share, high=share, sampled=sampled)
    square = Z * Z
    middle = (share + square / (2 * sampled)) / (1 + square / sampled)
    margin = (
        Z
        * math.sqrt(share * (1 - share) / sampled + square / (4 * sampled * sampled))
        / (1 + square / sampled)
    )
    # Rounding must not put the estimate itself outside.
    low, high = min(max(0.0, middle - margin), share), max(min(1.0, middle + margin), share)
    return Estimate(share=share, low=low, high=high, sampled=sampled)


def merged(left: ColumnSketch, right: ColumnSketch) -> ColumnSketch:
    """The sketch of both columns' values together, as if they had been one column."""
    k = min(left.k, right.k)
    hashes = sorted({*left.hashes, *right.hashes})[:k]
    return ColumnSketch(
        field=left.field,
        k=k,
        hashes=tuple(hashes),
        rows=left.rows + right.rows,
        empty=left.empty + right.empty,
    )
