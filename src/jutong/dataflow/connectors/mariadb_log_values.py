"""Values of rows in a MariaDB binlog, decoded to what a snapshot of the table gives.

The decoder of mysql-replication loses some (sets without order, negative fractions of times, dates that end the
reading), so row images are read here, by the formats of the server's row events.
"""

import ipaddress
import re
import socket
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, TypeAlias
from uuid import UUID

import numpy as np
import pyarrow as pa
from pymysqlreplication.column import Column
from pymysqlreplication.constants import FIELD_TYPE

from jutong.dataflow.connectors.mariadb_columns import MariadbColumn

Decode: TypeAlias = Callable[[bytes, int], tuple[Any, int]]
"""Row image and place in it; the value and the place after it."""

_EPOCH: Final = date(1970, 1, 1).toordinal()
_DAY_US: Final = 86_400_000_000
_DIGIT_BYTES: Final = (0, 1, 1, 2, 2, 3, 3, 4, 4, 4)
_SIZES: Final = {
    FIELD_TYPE.TINY: 1,
    FIELD_TYPE.SHORT: 2,
    FIELD_TYPE.INT24: 3,
    FIELD_TYPE.LONG: 4,
    FIELD_TYPE.LONGLONG: 8,
}
_CODECS: Final = {"utf8mb4": "utf-8", "utf8mb3": "utf-8", "utf8": "utf-8", "ascii": "ascii", "gbk": "gbk"}
_STORED: Final = {
    **dict.fromkeys(("tinyint", "smallint", "mediumint", "int", "bigint"), frozenset(_SIZES)),
    **dict.fromkeys(("enum",), frozenset({FIELD_TYPE.ENUM})),
    **dict.fromkeys(("set",), frozenset({FIELD_TYPE.SET})),
    "year": frozenset({FIELD_TYPE.YEAR}),
    "bit": frozenset({FIELD_TYPE.BIT}),
    "decimal": frozenset({FIELD_TYPE.NEWDECIMAL}),
    "float": frozenset({FIELD_TYPE.FLOAT}),
    "double": frozenset({FIELD_TYPE.DOUBLE, FIELD_TYPE.FLOAT}),
    "date": frozenset({FIELD_TYPE.DATE}),
    "time": frozenset({FIELD_TYPE.TIME2}),
    "datetime": frozenset({FIELD_TYPE.DATETIME2}),
    "timestamp": frozenset({FIELD_TYPE.TIMESTAMP2}),
}
_BYTES: Final = frozenset(
    {FIELD_TYPE.VARCHAR, FIELD_TYPE.STRING, FIELD_TYPE.VAR_STRING, FIELD_TYPE.BLOB, FIELD_TYPE.GEOMETRY}
)
_FIXED: Final = {"uuid": 16, "inet6": 16, "inet4": 4}
_VALUE: Final = re.compile(r"'((?:[^'\\]|''|\\.)*)'", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedColumn:
    """A column of the table with what only its log needs."""

    column: MariadbColumn
    declared: str
    """Its type as declared, values of an enumeration in their own case."""
    charset: str = ""

    @property
    def readable(self) -> bool:
        """Not compressed, and no time in the format of servers before 10.1."""
        declared = self.declared.lower()
        return (
            "compressed" not in declared
            and "mariadb-5.3" not in declared
            and self.column.data_type != "vector"
        )

    @property
    def at_server(self) -> str:
        """SQL that turns the logged bytes `{}` into text; empty: done here."""
        if self.column.arrow != pa.string() or self.column.data_type in {*_STORED, *_FIXED}:
            return ""
        if not self.charset:
            return "ST_AsText(ST_GeomFromWKB({}))"
        return "" if self.charset in _CODECS else f"CONVERT(CONVERT({{}} USING {self.charset}) USING utf8mb4)"

    def fits(self, logged: Column) -> bool:
        """Whether a row image with `logged` has values of this column's kind."""
        return logged.type in _STORED.get(self.column.data_type, _BYTES)

    def values(self) -> tuple[str, ...]:
        """Of an enumeration or a set."""
        return tuple(
            re.sub(r"\\(.)", r"\1", value.replace("''", "'")) for value in _VALUE.findall(self.declared)
        )

    def array(self, values: Sequence[Any]) -> pa.Array:
        """As `read` gives the column; raises `pa.ArrowInvalid` for values that do not fit its type."""
        column = self.column
        if column.data_type == "date":
            return pa.array(values, pa.int32()).view(pa.date32())
        if column.dated:
            return pa.array(values, pa.int64()).view(column.arrow)
        return column.decode([pa.array(values, column.carried()[0])])[0]


def decoder(logged: Column, wanted: LoggedColumn | None) -> Decode:
    """How a column of a row image is read; `wanted` is None for a column that nobody asks for.

    Raises:
        KeyError: a type that row images of MariaDB 10.5 and later do not have.
    """
    kind = logged.type
    if kind in _BYTES:
        return _text(_sized(logged), wanted)
    if kind in _SIZES:
        return _whole(_SIZES[kind], signed=wanted is None or not wanted.column.unsigned)
    if kind == FIELD_TYPE.BIT:
        return lambda data, at: (int.from_bytes(data[at : at + logged.bytes], "big"), at + logged.bytes)
    listed = wanted.values() if wanted else ()
    return _OTHERS[kind](logged, listed)


def row(data: bytes, at: int, decoders: Sequence[Decode]) -> tuple[list[Any], int]:
    """A row image with every column; its values and the place after it."""
    width = (len(decoders) + 7) // 8
    nulls = int.from_bytes(data[at : at + width], "little")
    at += width
    values: list[Any] = []
    for decode in decoders:
        if nulls & 1:
            values.append(None)
        else:
            value, at = decode(data, at)
            values.append(value)
        nulls >>= 1
    return values, at


def _sized(logged: Column) -> int:
    """How many bytes say the length of a value."""
    if logged.type in {FIELD_TYPE.BLOB, FIELD_TYPE.GEOMETRY}:
        return int(logged.length_size)
    return 2 if logged.max_length > 255 else 1


def _text(size: int, wanted: LoggedColumn | None) -> Decode:
    turn = _turning(wanted)

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        start = at + size
        end = start + int.from_bytes(data[at:start], "little")
        return turn(data[start:end]), end

    return decode


def _turning(wanted: LoggedColumn | None) -> Callable[[bytes], Any]:
    if wanted is None:
        return _nothing
    kind = wanted.column.data_type
    if kind in _FIXED:
        width = _FIXED[kind]
        turn = {"uuid": _uuid, "inet6": _inet6, "inet4": _inet4}[kind]
        return lambda raw: turn(raw.ljust(width, b"\0"))
    if kind == "binary":
        width = int("".join(re.findall(r"\d+", wanted.declared)) or 1)
        return lambda raw: raw.ljust(width, b"\0")
    codec = _CODECS.get(wanted.charset)
    if wanted.column.arrow == pa.string() and codec:
        return lambda raw: raw.decode(codec, "replace")
    if not wanted.charset and wanted.at_server:
        return lambda raw: raw[4:]  # without the reference system, which `ST_AsText` does not show
    return lambda raw: raw


def _nothing(_: bytes) -> None:
    return None


def _uuid(raw: bytes) -> str:
    """Versions 1 to 5 are kept with their groups in reverse, so that they sort by time."""
    turned = raw[12:16] + raw[10:12] + raw[8:10] + raw[6:8] + raw[:6]
    return str(UUID(bytes=turned if raw[6] & 0x80 and 0 < turned[6] < 0x60 else raw))


def _inet4(raw: bytes) -> str:
    return str(ipaddress.IPv4Address(raw))


def _inet6(raw: bytes) -> str:
    return socket.inet_ntop(socket.AF_INET6, raw)


def _whole(size: int, *, signed: bool) -> Decode:
    def decode(data: bytes, at: int) -> tuple[Any, int]:
        return int.from_bytes(data[at : at + size], "little", signed=signed), at + size

    return decode


def _one(size: int, values: Sequence[str]) -> Decode:
    listed = dict(enumerate(values, 1))

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        return listed.get(int.from_bytes(data[at : at + size], "little"), ""), at + size

    return decode


def _many(size: int, values: Sequence[str]) -> Decode:
    def decode(data: bytes, at: int) -> tuple[Any, int]:
        mask = int.from_bytes(data[at : at + size], "little")
        return ",".join(value for place, value in enumerate(values) if mask >> place & 1), at + size

    return decode


def _float(data: bytes, at: int) -> tuple[Any, int]:
    return np.float32(struct.unpack_from("<f", data, at)[0]), at + 4


def _double(data: bytes, at: int) -> tuple[Any, int]:
    return struct.unpack_from("<d", data, at)[0], at + 8


def _year(data: bytes, at: int) -> tuple[Any, int]:
    return data[at] and data[at] + 1900, at + 1


def _decimal(precision: int, scale: int) -> Decode:
    """Groups of nine digits in four bytes, big-endian; a negative number has all its bits turned."""
    whole, rest = divmod(precision - scale, 9)
    groups = [*([rest] if rest else []), *[9] * whole]
    fraction, rest = divmod(scale, 9)
    after = [*[9] * fraction, *([rest] if rest else [])]
    sizes = [(digits, _DIGIT_BYTES[digits]) for digits in (*groups, *after)]
    total = sum(size for _, size in sizes)
    integral = precision - scale

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        raw = bytearray(data[at : at + total])
        negative = not raw[0] & 0x80
        raw[0] ^= 0x80
        if negative:
            raw = bytearray(byte ^ 0xFF for byte in raw)
        digits, place = "", 0
        for count, size in sizes:
            digits += f"{int.from_bytes(raw[place : place + size], 'big'):0{count}d}"
            place += size
        text = digits[:integral].lstrip("0") or "0"
        if scale:
            text += "." + digits[integral:]
        return ("-" + text if negative else text), at + total

    return decode


def _date(data: bytes, at: int) -> tuple[Any, int]:
    packed = int.from_bytes(data[at : at + 3], "little")
    return _days(packed >> 9, packed >> 5 & 15, packed & 31), at + 3


def _days(year: int, month: int, day: int) -> int | None:
    try:
        return date(year, month, day).toordinal() - _EPOCH
    except ValueError:
        return None


def _timestamp(fsp: int) -> Decode:
    size = (fsp + 1) // 2
    unit = 100 ** (3 - size)

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        seconds = int.from_bytes(data[at : at + 4], "big")
        micro = int.from_bytes(data[at + 4 : at + 4 + size], "big") * unit
        return (seconds * 1_000_000 + micro) or None, at + 4 + size

    return decode


def _datetime(fsp: int) -> Decode:
    size = (fsp + 1) // 2
    unit = 100 ** (3 - size)

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        packed = int.from_bytes(data[at : at + 5], "big") - 0x8000000000
        micro = int.from_bytes(data[at + 5 : at + 5 + size], "big") * unit
        after = at + 5 + size
        year, month = divmod(packed >> 22, 13)
        days = _days(year, month, packed >> 17 & 31)
        if days is None:
            return None, after
        seconds = (packed >> 12 & 31) * 3600 + (packed >> 6 & 63) * 60 + (packed & 63)
        return days * _DAY_US + seconds * 1_000_000 + micro, after

    return decode


def _time(fsp: int) -> Decode:
    size = (fsp + 1) // 2
    bits = 8 * size
    unit = 100 ** (3 - size)

    def decode(data: bytes, at: int) -> tuple[Any, int]:
        packed = int.from_bytes(data[at : at + 3 + size], "big") - (0x800000 << bits)
        sign, packed = ("-", -packed) if packed < 0 else ("", packed)
        micro = (packed & ((1 << bits) - 1)) * unit
        packed >>= bits
        text = f"{sign}{packed >> 12 & 1023:02d}:{packed >> 6 & 63:02d}:{packed & 63:02d}"
        return (f"{text}.{micro:06d}"[: len(text) + 1 + fsp] if fsp else text), at + 3 + size

    return decode


_OTHERS: Final[dict[int, Callable[[Column, Sequence[str]], Decode]]] = {
    FIELD_TYPE.ENUM: lambda logged, listed: _one(logged.size, listed),
    FIELD_TYPE.SET: lambda logged, listed: _many(logged.size, listed),
    FIELD_TYPE.NEWDECIMAL: lambda logged, _: _decimal(logged.precision, logged.decimals),
    FIELD_TYPE.TIMESTAMP2: lambda logged, _: _timestamp(logged.fsp),
    FIELD_TYPE.DATETIME2: lambda logged, _: _datetime(logged.fsp),
    FIELD_TYPE.TIME2: lambda logged, _: _time(logged.fsp),
    FIELD_TYPE.FLOAT: lambda _, __: _float,
    FIELD_TYPE.DOUBLE: lambda _, __: _double,
    FIELD_TYPE.YEAR: lambda _, __: _year,
    FIELD_TYPE.DATE: lambda _, __: _date,
}
