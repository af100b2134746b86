"""Counts and hashes that a MariaDB or MySQL server computes of its own rows: method `sha1_text_v1`.

SHA1 is the cheapest function with enough bits that the pool's side has as well: MD5 takes longer here, and two
checksums of independent bits only newer MariaDB has. The table is read in two sessions at the same time.
"""
# ruff: noqa: S608  # names stand in backticks, values are numbers or hexadecimal literals

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.mariadb_columns import MariadbColumn
from jutong.dataflow.connectors.mariadb_ranges import TableShape
from jutong.dataflow.connectors.mariadb_session import MariadbPlace, backticked, mariadb_session
from jutong.dataflow.connectors.mariadb_texts import WHOLE, canonical, key_text
from jutong.dataflow.connectors.protocol import Fingerprint, HashedColumn, KeyRange, Part
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.text_hashes import DIGITS, METHOD

_SAMPLE_ROWS: Final = 20_000
_AT_ONCE: Final = 2
_TEXT_RANGES: Final = 16
"""Each doubling costs one comparison of texts a row."""
_MODULUS: Final = 1 << 64


def row_hash(columns: Sequence[tuple[MariadbColumn, HashedColumn]]) -> str:
    """SQL of a row's hash, an unsigned number."""
    texts = [canonical(column, hashed.data_type) for column, hashed in columns]
    listed = "".join(f", IFNULL({text}, _utf8mb4 x'1e')" for text in texts)
    return f"CAST(CONV(LEFT(SHA1(CONCAT_WS(_utf8mb4 x'1f'{listed})), {DIGITS}), 16, 10) AS UNSIGNED)"


class ComputesProof:
    """What a MariaDB connector offers to the completeness proof."""

    hash_method = METHOD
    _columns: tuple[MariadbColumn, ...]
    _place: MariadbPlace
    _limits: ReadLimits
    _shape: TableShape

    def numeric_key(self, key: str) -> bool:
        column = self._named(key)
        return column.data_type in WHOLE and not (column.data_type == "bigint" and column.unsigned)

    def unhashed(self, columns: Sequence[HashedColumn]) -> tuple[str, ...]:
        """Columns whose values the server cannot write as the pool has them."""
        return tuple(one.name for one in columns if canonical(self._named(one.name), one.data_type) is None)

    def key_ranges(self, key: str, parts: int, within: KeyRange) -> tuple[KeyRange, ...]:
        """Numbers in even steps from the least to the greatest, which an index knows; else by a sample of the rows."""
        if not key or parts < 2 or self._key(key) is None:
            return (within,)
        if self.numeric_key(key):
            bounds = self._steps(key, parts, within)
        else:
            bounds = self._sample(key, min(parts, _TEXT_RANGES), within)
        edges = [within.lower, *(one for one in bounds if one != within.lower), within.upper]
        return tuple(KeyRange(lower=lower, upper=upper) for lower, upper in pairwise(edges))

    def fingerprints(
        self, key: str, columns: Sequence[HashedColumn], ranges: Sequence[KeyRange]
    ) -> tuple[Fingerprint, ...]:
        """In two halves by the key's index, each of one snapshot of the same moment or nearly."""
        middle = len(ranges) // 2
        if not key or not middle:
            halves = [self._half(key, columns, ranges, "")]
        else:
            name, bound = backticked(key), self._named(key).literal(ranges[middle].lower or "")
            split = (f"({name} < {bound} OR {name} IS NULL)", f"{name} >= {bound}")
            with ThreadPoolExecutor(max_workers=_AT_ONCE) as beside:
                halves = list(beside.map(lambda half: self._half(key, columns, ranges, half), split))
        return tuple(
            Fingerprint(
                range=one,
                rows=sum(half.get(n, (0, 0))[0] for half in halves),
                digest=sum(half.get(n, (0, 0))[1] for half in halves) % _MODULUS,
            )
            for n, one in enumerate(ranges)
        )

    def row_hashes(
        self, key: str, columns: Sequence[HashedColumn], within: KeyRange
    ) -> Iterator[pa.RecordBatch]:
        query = (
            f"SELECT CONVERT({self._key_text(key)} USING utf8mb4), {self._hashed(columns)} "
            f"FROM {backticked(self._place.table)}{self._within(key, within)}"
        )
        with mariadb_session(self._place, self._limits, streaming=True) as connection:
            cursor = connection.cursor()
            cursor.execute(query)
            while rows := cursor.fetchmany(self._limits.batch_rows):
                keys, hashes = zip(*rows, strict=True)
                yield pa.record_batch(
                    [pa.array(keys, pa.string()), pa.array(hashes, pa.uint64())], names=["key", "hash"]
                )

    def read_keys(self, key: str, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """As `read`, of the rows whose key is one of these texts; found by an index, told apart byte by byte."""
        column = self._named(key)
        if self.numeric_key(key):
            listed = ", ".join(str(int(one)) for one in keys)
            where = [f"{backticked(key)} IN ({listed})"]
        else:
            where = [f"{self._key_text(key)} IN ({', '.join(map(_literal, keys))})"]
            if column.data_type in {"char", "varchar"}:
                where.insert(0, f"{backticked(key)} IN ({', '.join(column.literal(one) for one in keys)})")
        yield from self._read_where(tuple(where), Part())

    def _read_where(self, where: Sequence[str], part: Part) -> Iterator[pa.RecordBatch]:
        raise NotImplementedError

    def _half(
        self, key: str, columns: Sequence[HashedColumn], ranges: Sequence[KeyRange], half: str
    ) -> dict[int, tuple[int, int]]:
        """Rows and sum of hashes by the number of the range; the halves are parted in the column's own order."""
        bounds = [one.lower or "" for one in ranges[1:]]
        where = self._within(key, KeyRange(lower=ranges[0].lower, upper=ranges[-1].upper))
        if half:
            where = f"{where} AND {half}" if where else f" WHERE {half}"
        query = (
            f"SELECT {self._place_of(key, bounds)} AS place, COUNT(*), SUM({self._hashed(columns)}) "
            f"FROM {backticked(self._place.table)}{where} GROUP BY place"
        )
        return {int(place): (int(rows), int(total)) for place, rows, total in self._rows(query)}

    def _place_of(self, key: str, bounds: Sequence[str]) -> str:
        """SQL of the number of the range that a key is in; no key is in the first."""
        if not key or not bounds:
            return "0"
        if self.numeric_key(key):
            listed = ", ".join(str(int(bound)) for bound in bounds)
            return f"IF({backticked(key)} IS NULL, 0, INTERVAL({backticked(key)}, {listed}))"
        return _tree(self._key_text(key), [_literal(bound) for bound in bounds], 0)

    def _within(self, key: str, bounds: KeyRange) -> str:
        """` WHERE …` of a range, or nothing; by an index where the key is a number."""
        if not key:
            return ""
        numeric = self.numeric_key(key)
        value = backticked(key) if numeric else self._key_text(key)
        conditions = [
            f"{value} {sign} {int(bound) if numeric else _literal(bound)}"
            for sign, bound in ((">=", bounds.lower), ("<", bounds.upper))
            if bound is not None
        ]
        if not conditions:
            return ""
        both = " AND ".join(conditions)
        return f" WHERE ({both} OR {backticked(key)} IS NULL)" if bounds.lower is None else f" WHERE {both}"

    def _steps(self, key: str, parts: int, within: KeyRange) -> list[str]:
        name = backticked(key)
        condition = self._within(key, within)
        query = f"SELECT MIN({name}), MAX({name}) FROM {backticked(self._place.table)}{condition}"
        ((least, most),) = self._rows(query)
        if least is None or most == least:
            return []
        steps = {int(least) + (int(most) - int(least)) * n // parts for n in range(1, parts)}
        return [str(bound) for bound in sorted(steps - {int(least)})]

    def _sample(self, key: str, parts: int, within: KeyRange) -> list[str]:
        share = min(1.0, _SAMPLE_ROWS / max(1, self._shape.rows)) if within == KeyRange() else 1.0
        condition = self._within(key, within) or " WHERE TRUE"
        query = (
            f"SELECT CONVERT({self._key_text(key)} USING utf8mb4) FROM {backticked(self._place.table)}"
            f"{condition} AND {backticked(key)} IS NOT NULL AND RAND(1) < {share:.8f} LIMIT 1000000"
        )
        found = sorted((row[0] for row in self._rows(query)), key=str.encode)
        picked = {found[len(found) * n // parts] for n in range(1, parts)} if found else set()
        return sorted(picked - set(found[:1]), key=str.encode)

    def _rows(self, query: str) -> tuple[Any, ...]:
        with mariadb_session(self._place, self._limits) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            return tuple(cursor.fetchall())

    def _named(self, name: str) -> MariadbColumn:
        return next(column for column in self._columns if column.name == name)

    def _key(self, key: str) -> str | None:
        return key_text(self._named(key))

    def _key_text(self, key: str) -> str:
        return self._key(key) or f"CAST({backticked(key)} AS BINARY)"

    def _hashed(self, columns: Sequence[HashedColumn]) -> str:
        return row_hash([(self._named(one.name), one) for one in columns])


def _literal(text: str | None) -> str:
    return f"x'{(text or '').encode().hex()}'"


def _tree(value: str, bounds: Sequence[str], first: int) -> str:
    """SQL of how many of the ascending `bounds` are not above a value, plus `first`, by halving."""
    if not bounds:
        return str(first)
    middle = len(bounds) // 2
    below = _tree(value, bounds[:middle], first)
    above = _tree(value, bounds[middle + 1 :], first + middle + 1)
    return f"IF({value} >= {bounds[middle]}, {above}, {below})"
