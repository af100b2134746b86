"""The pool's side of a completeness proof: counts and order-free hashes per key range, of the values as they are now.

The recipes are those of the connectors' `hash_method`; a value is hashed in the form that the entry gives it.
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlglot import exp

from jutong.dataflow.connectors.protocol import Fingerprint, KeyRange
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.pipelines import lookup3, text_hashes
from jutong.dataflow.quality.casts import TEXTS
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import InformationItem

U64: TypeAlias = npt.NDArray[np.uint64]

_BATCH_ROWS: Final = 1 << 17
_AT_ONCE: Final = 2
_DAYS_TO_2000: Final = 10_957
_MICROSECONDS_TO_2000: Final = 946_684_800_000_000
_SAMPLE: Final = 4096
_LONG_BYTES: Final = 24
_BOUND_BYTES: Final = 24
"""Text keys are told apart by so many bytes when they are sorted into ranges: bounds are no longer than that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolSide:
    """Which rows of the pool are compared, and by what."""

    lake: Lake
    table: TableName
    version: int
    items: tuple[InformationItem, ...]
    """In the order of the hashed columns."""
    key: str
    """Field of the key's item; empty: the table has none."""
    numeric: bool
    where: Mapping[str, Any]
    method: str = ""
    """The source's `hash_method`."""

    def fingerprints(self, ranges: Sequence[KeyRange]) -> tuple[Fingerprint, ...]:
        """One for each of these adjoining ranges."""
        rows = np.zeros(len(ranges), dtype=np.int64)
        digests = np.zeros(len(ranges), dtype=np.uint64)
        edges = self._edges(ranges)
        within = KeyRange(lower=ranges[0].lower, upper=ranges[-1].upper)

        def one(batch: pa.RecordBatch) -> tuple[npt.NDArray[np.int64], U64]:
            hashes = self.row_hashes(batch)
            counted = np.zeros(len(ranges), dtype=np.int64)
            summed = np.zeros(len(ranges), dtype=np.uint64)
            if len(ranges) == 1:
                counted[0], summed[0] = batch.num_rows, hashes.sum(dtype=np.uint64)
                return counted, summed
            places = self._places(batch.column(0), edges)
            digits = places.astype(np.uint16)  # so short, they are sorted by their digits
            order = np.argsort(digits, kind="stable")
            found, starts = np.unique(places[order], return_index=True)
            summed[found] = np.add.reduceat(hashes[order], starts)
            counted[found] = np.diff([*starts, len(order)])
            return counted, summed

        with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
            for counted, summed in _mapped(pool, one, self.batches(within)):
                rows += counted
                digests += summed
        return tuple(
            Fingerprint(range=bounds, rows=int(count), digest=int(digest))
            for bounds, count, digest in zip(ranges, rows, digests, strict=True)
        )

    def batches(self, within: KeyRange) -> Iterator[pa.RecordBatch]:
        """The key, then the items or the hash that the engine computed of them, of the rows of a range."""
        selected = [exp.alias_(self._key_column(), "_key")]
        if self.method == text_hashes.METHOD:
            selected.append(exp.alias_(text_hashes.row_hash(self.items), "_hashed"))
        else:
            selected += [exp.alias_(_column(item), f"v{n}") for n, item in enumerate(self.items)]
        query = exp.select(*selected).from_(self.lake.at(self.table, self.version))
        parameters: list[Any] = []
        for name, value in self.where.items():
            query = query.where(exp.EQ(this=exp.column(name, quoted=True), expression=exp.Placeholder()))
            parameters.append(value)
        for sign, bound in ((exp.GTE, within.lower), (exp.LT, within.upper)):
            if bound is not None:
                condition: exp.Expr = sign(this=self._key_column(), expression=exp.Placeholder())
                if sign is exp.LT and within.lower is None:
                    condition = exp.or_(condition, exp.Is(this=self._key_column(), expression=exp.null()))
                query = query.where(condition)
                parameters.append(int(bound) if self.numeric else bound)
        yield from self.lake.engine.batches(query, parameters, _BATCH_ROWS)

    def row_hashes(self, batch: pa.RecordBatch) -> U64:
        """The hash of each row of a batch of `batches`."""
        if self.method == text_hashes.METHOD:
            return np.asarray(batch.column(1), dtype=np.uint64)
        total = np.zeros(batch.num_rows, dtype=np.uint64)
        for place, item in enumerate(self.items, start=1):
            total ^= _hashed(batch.column(place), item.data_type, 2 * place)
        return total

    def _key_column(self) -> exp.Expr:
        if not self.key:
            return exp.cast(exp.null(), "text")
        column = exp.column(self.key, quoted=True)
        return exp.cast(column, "bigint") if self.numeric else exp.cast(column, "text")

    def _edges(self, ranges: Sequence[KeyRange]) -> npt.NDArray[Any]:
        bounds = [one.lower or "" for one in ranges[1:]]
        if self.numeric:
            return np.array([int(bound) for bound in bounds], dtype=np.int64)
        return np.array([bound.encode() for bound in bounds], dtype=f"S{_BOUND_BYTES}")

    def _places(self, keys: pa.Array, edges: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
        """Which range each key is in; no key is in the first."""
        if self.numeric:
            filled = pc.fill_null(keys, np.iinfo(np.int64).min)
            found = filled.to_numpy(zero_copy_only=False)
        else:
            found = _prefixes(keys)
        places: npt.NDArray[np.int64] = np.searchsorted(edges, found, side="right").astype(np.int64)
        return places


def shortened(ranges: Sequence[KeyRange]) -> tuple[KeyRange, ...]:
    """The ranges with bounds that `_prefixes` tells apart."""
    bounds = sorted({_cut(one.lower) for one in ranges[1:] if one.lower}, key=str.encode)
    edges = [ranges[0].lower, *bounds, ranges[-1].upper]
    return tuple(KeyRange(lower=lower, upper=upper) for lower, upper in pairwise(edges))


def _cut(text: str) -> str:
    return text.encode()[:_BOUND_BYTES].decode(errors="ignore")


def _prefixes(keys: pa.Array) -> npt.NDArray[Any]:
    data, offsets = _bytes_of(keys)
    rows = len(keys)
    lengths = np.minimum(np.diff(offsets), _BOUND_BYTES)
    table = np.zeros((rows, _BOUND_BYTES), dtype=np.uint8)
    size = int(lengths[0]) if rows else 0
    if (np.diff(offsets) == size).all():
        start = int(offsets[0]) if rows else 0
        table[:, :size] = data[start : start + rows * size].reshape(rows, size)
        return table.view(f"S{_BOUND_BYTES}").reshape(rows)
    for size in np.unique(lengths):
        chosen = np.flatnonzero(lengths == size)
        table[chosen, :size] = data[offsets[chosen][:, None] + np.arange(size)]
    return table.view(f"S{_BOUND_BYTES}").reshape(rows)


def _mapped(pool: ThreadPoolExecutor, work: Any, batches: Iterator[pa.RecordBatch]) -> Iterator[Any]:
    """`map` that reads ahead by no more than is worked on: the table must not gather in memory."""
    waiting: list[Any] = []
    for batch in batches:
        waiting.append(pool.submit(work, batch))
        if len(waiting) > _AT_ONCE:
            yield waiting.pop(0).result()
    for one in waiting:
        yield one.result()


def _column(item: InformationItem) -> exp.Expr:
    column = exp.column(item.field, quoted=True)
    return exp.cast(column, "int") if item.data_type is DataType.BOOLEAN else column


def _hashed(values: pa.Array, data_type: DataType, seed: int) -> U64:
    """The hash of each value, 0 for none."""
    if data_type in TEXTS:
        if (named := _named(values)) is not None:
            places: npt.NDArray[np.int32] = named.indices.to_numpy(zero_copy_only=False)
            return _hashed(named.dictionary, data_type, seed)[places]
        data, offsets = _bytes_of(values)
        hashes = lookup3.hash_text(data, offsets, seed)
    elif data_type is DataType.INTEGER:
        hashes = lookup3.hash_int8(_numbers(values, np.int64), seed)
    elif data_type is DataType.MONEY:
        hashes = lookup3.hash_numeric4(_units(values), seed)
    elif data_type is DataType.BOOLEAN:
        hashes = lookup3.hash_uint32(_numbers(values, np.int32).view(np.uint32), seed)
    elif data_type is DataType.DATE:
        days = _numbers(values.view(pa.int32()), np.int32) - np.int32(_DAYS_TO_2000)
        hashes = lookup3.hash_uint32(days.view(np.uint32), seed)
    elif data_type is DataType.TIMESTAMP:
        moments = _numbers(values.view(pa.int64()), np.int64) - _MICROSECONDS_TO_2000
        hashes = lookup3.hash_int8(moments, seed)
    else:
        hashes = lookup3.hash_float8(_numbers(values, np.float64), seed)
    if values.null_count:
        hashes[values.is_null().to_numpy(zero_copy_only=False)] = 0
    return hashes


def _named(values: pa.Array) -> pa.DictionaryArray | None:
    """Long texts of which each comes many times, so that each is hashed once; None: they do not repeat."""
    rows = len(values)
    if rows <= _SAMPLE or values.nbytes < _LONG_BYTES * rows:
        return None
    if len(pc.unique(values.slice(0, _SAMPLE))) * 2 > _SAMPLE:
        return None
    return values.dictionary_encode(null_encoding="encode")


def _numbers(values: pa.Array, kind: Any) -> npt.NDArray[Any]:
    filled = pc.fill_null(values, pa.scalar(0, values.type)) if values.null_count else values
    return np.ascontiguousarray(filled.to_numpy(zero_copy_only=False), dtype=kind)


def _units(values: pa.Array) -> npt.NDArray[np.int64]:
    """Decimals with four places as whole numbers of 1/10,000: the lower half of each, which holds 18 digits."""
    words = np.frombuffer(values.buffers()[1], dtype=np.int64)
    units = words[2 * values.offset : 2 * (values.offset + len(values)) : 2].copy()
    if values.null_count:
        units[values.is_null().to_numpy(zero_copy_only=False)] = 0
    return units


def _bytes_of(values: pa.Array) -> tuple[npt.NDArray[np.uint8], npt.NDArray[np.int64]]:
    """The UTF-8 bytes of all texts, and where each begins and the last ends."""
    _, offsets, data = values.buffers()
    kind = np.int64 if pa.types.is_large_string(values.type) else np.int32
    places = np.frombuffer(offsets, dtype=kind)[values.offset : values.offset + len(values) + 1]
    found = np.frombuffer(data, dtype=np.uint8) if data is not None else np.empty(0, dtype=np.uint8)
    return found, places.astype(np.int64)
