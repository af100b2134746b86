"""The extended hash functions of PostgreSQL (11 and later) over columns, in numpy.

`hash_any_extended` and its kin are Bob Jenkins' lookup3 with a 64-bit seed. PostgreSQL keeps their values over its
versions, because hash partitioning rests on them (src/common/hashfn.c). A property test compares with a real server.
"""

from collections.abc import Sequence
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

U32: TypeAlias = npt.NDArray[np.uint32]
U64: TypeAlias = npt.NDArray[np.uint64]

_START: Final = 0x9E3779B9 + 3923095
_ONES: Final = 0xFFFFFFFF
_PADDING: Final = 12


def _rotated(x: U32, bits: int) -> U32:
    return (x << np.uint32(bits)) | (x >> np.uint32(32 - bits))


def _mix(a: U32, b: U32, c: U32) -> None:
    """In place."""
    for x, y, z, bits in (
        (a, b, c, 4),
        (b, c, a, 6),
        (c, a, b, 8),
        (a, b, c, 16),
        (b, c, a, 19),
        (c, a, b, 4),
    ):
        np.subtract(x, z, out=x)
        np.bitwise_xor(x, _rotated(z, bits), out=x)
        np.add(z, y, out=z)


def _final(a: U32, b: U32, c: U32) -> U64:
    for x, y, bits in ((c, b, 14), (a, c, 11), (b, a, 25), (c, b, 16), (a, c, 4), (b, a, 14), (c, b, 24)):
        np.bitwise_xor(x, y, out=x)
        np.subtract(x, _rotated(y, bits), out=x)
    return (b.astype(np.uint64) << np.uint64(32)) | c


def _seeded(lengths: U32 | int, seed: int, rows: int) -> tuple[U32, U32, U32]:
    """The state before the first word; one state serves all rows of the same length."""
    with np.errstate(over="ignore"):
        start = np.atleast_1d(np.asarray(lengths, dtype=np.uint32) + np.uint32(_START & _ONES))
        a, b, c = start.copy(), start.copy(), start.copy()
        if seed:
            a += np.uint32(seed >> 32)
            b += np.uint32(seed & _ONES)
            _mix(a, b, c)
    if len(a) == rows:
        return a, b, c
    return np.full(rows, a[0]), np.full(rows, b[0]), np.full(rows, c[0])


def hash_uint32(values: U32, seed: int) -> U64:
    """`hash_uint32_extended`."""
    a, b, c = _seeded(4, seed, len(values))
    a += values
    return _final(a, b, c)


def hash_int8(values: npt.NDArray[np.int64], seed: int) -> U64:
    """`hashint8extended`; `timestamp_hash_extended` of the microseconds since 2000."""
    unsigned = values.view(np.uint64)
    high = (unsigned >> np.uint64(32)).astype(np.uint32)
    folded = unsigned.astype(np.uint32) ^ np.where(values >= 0, high, ~high)
    return hash_uint32(folded, seed)


def hash_float8(values: npt.NDArray[np.float64], seed: int) -> U64:
    """`hashfloat8extended`: zero of either sign is the seed itself."""
    words = np.ascontiguousarray(values).view(np.uint32).reshape(-1, 2)
    a, b, c = _seeded(8, seed, len(values))
    a += words[:, 0]
    b += words[:, 1]
    return np.where(values == 0, np.uint64(seed), _final(a, b, c))


def hash_text(data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int64], seed: int) -> U64:
    """`hashtextextended` under a deterministic collation: of the bytes `data[offsets[n]:offsets[n + 1]]` of each row."""
    rows = len(offsets) - 1
    lengths = np.diff(offsets)
    if rows == 0:
        return np.empty(0, dtype=np.uint64)
    first = int(lengths[0])
    if (lengths == first).all():
        start = int(offsets[0])
        table = data[start : start + rows * first].reshape(rows, first)
        return _hash_table(table, seed)
    hashes = np.empty(rows, dtype=np.uint64)
    padded = np.concatenate([data, np.zeros(_PADDING, dtype=np.uint8)])
    # The four bytes that begin at each place, so that a row's words are gathered instead of its bytes.
    windows = np.ndarray((len(padded) - 3,), dtype="<u4", buffer=padded, strides=(1,))
    order = np.argsort(lengths.astype(np.int32), kind="stable")  # rows of like length are hashed side by side
    sizes, starts = np.unique(lengths[order], return_index=True)
    for size, begin, end in zip(sizes, starts, [*starts[1:], rows], strict=True):
        chosen = order[begin:end]
        words = [windows[offsets[chosen] + at] for at in range(0, int(size), 4)]
        if size % 4:
            words[-1] &= np.uint32((1 << (int(size) % 4 * 8)) - 1)
        hashes[chosen] = _hash_words(words, int(size), len(chosen), seed)
    return hashes


def _hash_table(table: npt.NDArray[np.uint8], seed: int) -> U64:
    """Rows × bytes, all of one length."""
    rows, length = table.shape
    width = -(-length // 4) * 4
    if width != length:
        wide = np.zeros((rows, width), dtype=np.uint8)
        wide[:, :length] = table
        table = wide
    words = np.ascontiguousarray(table).view("<u4") if width else np.empty((rows, 0), dtype=np.uint32)
    return _hash_words([words[:, at] for at in range(words.shape[1])], length, rows, seed)


def _hash_words(words: Sequence[U32], length: int, rows: int, seed: int) -> U64:
    """Rows of `length` bytes as words, the last one filled up with zeros."""
    a, b, c = _seeded(length, seed, rows)
    at = 0
    while length - at * 4 >= 12:
        a += words[at]
        b += words[at + 1]
        c += words[at + 2]
        _mix(a, b, c)
        at += 3
    for state, word, shift in zip((a, b, c), words[at:], (0, 0, 8), strict=False):
        np.add(state, word << np.uint32(shift), out=state)  # the lowest byte of c is kept for the length
    return _final(a, b, c)


def hash_numeric4(units: npt.NDArray[np.int64], seed: int) -> U64:
    """`hash_numeric_extended` of numbers in units of 1/10,000; negative ones by the seed behind (the sign is not hashed).

    A numeric is kept in digits of base 10,000 without zeros at its ends: here up to five, the last after the point.
    """
    hashes = np.empty(len(units), dtype=np.uint64)
    magnitude = np.abs(units).astype(np.uint64)
    digits = np.stack(
        [(magnitude // np.uint64(10_000**power)) % np.uint64(10_000) for power in range(4, -1, -1)], axis=1
    )
    filled = digits != 0
    first = np.where(filled.any(axis=1), filled.argmax(axis=1), 5)
    last = 4 - filled[:, ::-1].argmax(axis=1)
    for sign, own_seed in ((units >= 0, seed), (units < 0, seed + 1)):
        hashes[sign & (first == 5)] = (own_seed - 1) & 0xFFFFFFFFFFFFFFFF
        for begin in range(5):
            for end in range(begin, 5):
                chosen = sign & (first == begin) & (last == end)
                if chosen.any():
                    words = digits[chosen, begin : end + 1].astype("<u2")
                    weight = np.int64(3 - begin).astype(np.uint64)
                    hashes[chosen] = (
                        _hash_table(np.ascontiguousarray(words).view(np.uint8), own_seed) ^ weight
                    )
    return hashes
