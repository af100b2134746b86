"""Counts and hashes of a SQLite file's rows: method `sha1_text_v1`.

SQLite has no hash function and no server. The source's side is what a second reading of the file finds, by code of
its own and without the entry's casts, and not what somebody else computed.
"""
# ruff: noqa: S608  # names are quoted, values are bound

import hashlib
import re
from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from itertools import islice, pairwise
from math import floor, isfinite
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.protocol import Fingerprint, HashedColumn, KeyRange
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sqlite_texts import as_text, quoted
from jutong.dataflow.connectors.text_hashes import DIGITS, FIELD, METHOD, NOTHING
from jutong.vocabulary.catalogue import DataType

_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}([.]0*)?")
_MONEY: Final = re.compile(r"[+-]?[0-9]{1,14}([.][0-9]{0,4}0*)?")
_NUMBER: Final = re.compile(r"[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?")
_MOMENT: Final = re.compile(
    r"([0-9]{4})[-/]?([0-9]{1,2})[-/]?([0-9]{1,2})"
    r"(?:[ T]?([0-9]{1,2}):?([0-9]{2}):?([0-9]{2})?(?:[.]([0-9]{1,6}))?)?(?:Z|[+-][0-9:]+)?"
)
_TRUE: Final = frozenset({"1", "true", "t", "y", "yes", "是"})
_FALSE: Final = frozenset({"0", "false", "f", "n", "no", "否"})
_LIKE_TEXT: Final = frozenset({DataType.TEXT, DataType.MEMO, DataType.GENERAL})
_SAMPLE_ROWS: Final = 20_000
_KEYS_AT_ONCE: Final = 500
_MODULUS: Final = 1 << 64


def _integer(text: str) -> str | None:
    return str(int(text.partition(".")[0])) if _WHOLE.fullmatch(text) else None


def _money(text: str) -> str | None:
    if not _MONEY.fullmatch(text):
        return None
    units = int(Decimal(text).scaleb(4))
    return f"{'-' * (units < 0)}{abs(units) // 10_000}.{abs(units) % 10_000:04d}"


def _boolean(text: str) -> str | None:
    lower = text.lower()
    return "1" if lower in _TRUE else "0" if lower in _FALSE else None


def _day(text: str) -> str | None:
    found = _MOMENT.fullmatch(text)
    try:
        return date(*map(int, found.groups()[:3])).isoformat() if found else None
    except ValueError:
        return None


def _moment(text: str) -> str | None:
    found = _MOMENT.fullmatch(text)
    if not found:
        return None
    *parts, fraction = found.groups()
    try:
        at = datetime(*(int(part or 0) for part in parts), int((fraction or "").ljust(6, "0")))  # type: ignore[arg-type,call-arg]  # noqa: DTZ001  # as written
    except ValueError:
        return None
    return at.isoformat(sep=" ", timespec="microseconds")


def _double(text: str) -> str | None:
    number = float(text) if _NUMBER.fullmatch(text) else float("nan")
    if not isfinite(number):
        return None
    size = abs(number)
    if number == 0:
        return "0"
    if not 1e-20 <= size <= 9e18:
        return repr(number).replace("e+", "e")
    whole = floor(size)
    return f"{'-' * (number < 0)}{whole}:{floor((size - whole) * (1 << 62))}"


_FORMS: Final[dict[DataType, Callable[[str], str | None]]] = {
    DataType.INTEGER: _integer,
    DataType.MONEY: _money,
    DataType.BOOLEAN: _boolean,
    DataType.DATE: _day,
    DataType.TIMESTAMP: _moment,
}


def form_of(data_type: DataType) -> Callable[[Any], str]:
    """How a value of the file is written for the hash."""
    if data_type in _LIKE_TEXT:
        return lambda value: NOTHING if value is None else str(as_text(value))
    form = _FORMS.get(data_type, _double)

    def written(value: Any) -> str:
        found = None if value is None else form(str(as_text(value)).strip(" "))
        return NOTHING if found is None else found

    return written


def hash_of(texts: Sequence[str]) -> int:
    """The row's hash, an unsigned number of 64 bits."""
    body = FIELD.join(texts).encode(errors="surrogatepass")
    return int(hashlib.sha1(body, usedforsecurity=False).hexdigest()[:DIGITS], 16)


class ComputesProof:
    """What a SQLite connector offers to the completeness proof."""

    hash_method = METHOD
    _schema: pa.Schema
    _limits: ReadLimits

    def _selected(self, query: str, values: Sequence[Any] = ()) -> Iterator[list[Any]]:
        raise NotImplementedError

    def _read_where(
        self, where: str, values: Sequence[Any], names: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        raise NotImplementedError

    def _source(self) -> str:
        raise NotImplementedError

    def numeric_key(self, key: str) -> bool:
        return bool(self._schema.field(key).type == pa.int64())

    def unhashed(self, columns: Sequence[HashedColumn]) -> tuple[str, ...]:
        """Bytes, and doubles that the entry has as texts, are not written alike everywhere."""
        return tuple(
            one.name
            for one in columns
            if (kind := self._schema.field(one.name).type) == pa.binary()
            or (kind == pa.float64() and one.data_type in _LIKE_TEXT)
        )

    def key_ranges(self, key: str, parts: int, within: KeyRange) -> tuple[KeyRange, ...]:
        """By a sample of the keys."""
        if not key or parts < 2:
            return (within,)
        where, bound = self._within(key, within)
        source = f"FROM {self._source()}{where or ' WHERE TRUE'}"
        ((rows,),) = next(self._selected(f"SELECT count(*) {source}", bound))
        sampled = f"SELECT {self._key(key)} {source} AND abs(random() % ?) = 0"
        step = max(1, rows // _SAMPLE_ROWS)
        kind = int if self.numeric_key(key) else str
        found = sorted(
            one
            for rows in self._selected(sampled, [*bound, step])
            for (one,) in rows
            if isinstance(one, kind)
        )
        bounds = {found[len(found) * n // parts] for n in range(1, parts)} if found else set()
        edges = [str(one) for one in sorted(bounds - set(found[:1]))]
        return tuple(
            KeyRange(lower=lower, upper=upper)
            for lower, upper in pairwise((within.lower, *edges, within.upper))
        )

    def fingerprints(
        self, key: str, columns: Sequence[HashedColumn], ranges: Sequence[KeyRange]
    ) -> tuple[Fingerprint, ...]:
        """In one reading of the file."""
        rows, sums = [0] * len(ranges), [0] * len(ranges)
        kind: Any = int if key and self.numeric_key(key) else str
        edges = [kind(one.lower) for one in ranges[1:]]
        for found, hashed in self._hashed(
            key, columns, KeyRange(lower=ranges[0].lower, upper=ranges[-1].upper)
        ):
            # Texts that strayed into a column of numbers sort above them all.
            place = (
                bisect_right(edges, found) if isinstance(found, kind) else len(edges) * (found is not None)
            )
            rows[place] += 1
            sums[place] += hashed
        return tuple(
            Fingerprint(range=one, rows=count, digest=total % _MODULUS)
            for one, count, total in zip(ranges, rows, sums, strict=True)
        )

    def row_hashes(
        self, key: str, columns: Sequence[HashedColumn], within: KeyRange
    ) -> Iterator[pa.RecordBatch]:
        hashed = self._hashed(key, columns, within)
        while rows := list(islice(hashed, self._limits.batch_rows)):
            keys = [None if one is None else str(one) for one, _ in rows]
            hashes = pa.array([one for _, one in rows], pa.uint64())
            yield pa.record_batch([pa.array(keys, pa.string()), hashes], names=["key", "hash"])

    def read_keys(self, key: str, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """As `read`, of the rows whose key is one of these texts."""
        values: Sequence[Any] = [int(one) for one in keys] if self.numeric_key(key) else keys
        for start in range(0, len(values), _KEYS_AT_ONCE):
            some = values[start : start + _KEYS_AT_ONCE]
            marks = ", ".join("?" * len(some))
            yield from self._read_where(f" WHERE {self._key(key)} IN ({marks})", some, self._schema.names)

    def _hashed(
        self, key: str, columns: Sequence[HashedColumn], within: KeyRange
    ) -> Iterator[tuple[Any, int]]:
        where, bound = self._within(key, within)
        names = "".join(f", {quoted(one.name)}" for one in columns)
        query = f"SELECT {self._key(key) if key else 'NULL'}{names} FROM {self._source()}{where}"
        forms = [form_of(one.data_type) for one in columns]
        for rows in self._selected(query, bound):
            for found, *values in rows:
                yield found, hash_of([form(value) for form, value in zip(forms, values, strict=True)])

    def _key(self, key: str) -> str:
        """As it is compared: a number, or a text in no language's order."""
        return quoted(key) if self.numeric_key(key) else f"CAST({quoted(key)} AS TEXT) COLLATE BINARY"

    def _within(self, key: str, bounds: KeyRange) -> tuple[str, list[Any]]:
        """` WHERE …` of a range, or nothing, and its values."""
        kind: Callable[[str], Any] = int if key and self.numeric_key(key) else str
        asked = [
            (sign, kind(bound))
            for sign, bound in ((">=", bounds.lower), ("<", bounds.upper))
            if bound is not None
        ]
        if not asked:
            return "", []
        both = " AND ".join(f"{self._key(key)} {sign} ?" for sign, _ in asked)
        if bounds.lower is None:
            both = f"({both} OR {quoted(key)} IS NULL)"
        return f" WHERE {both}", [bound for _, bound in asked]
