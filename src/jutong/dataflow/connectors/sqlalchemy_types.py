"""SQLAlchemy's types as Arrow's, values of any driver as rows of Arrow, and bounds as values to bind."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import pyarrow as pa
from sqlalchemy import types

from jutong.dataflow.connectors.errors import BoundInvalid

_MOST_DIGITS: Final = 38
_PLAIN: Final = (
    (types.Boolean, pa.bool_()),
    (types.Integer, pa.int64()),
    (types.Float, pa.float64()),
    (types.Date, pa.date32()),
    (types.LargeBinary, pa.binary()),
)
_TRUTHS: Final = {"true": True, "t": True, "1": True, "false": False, "f": False, "0": False}


def arrow_type(kind: types.TypeEngine[Any], *, wide_integers: bool = False) -> pa.DataType:
    """Whatever has no faithful twin is text; `wide_integers` may have up to 38 digits (Oracle)."""
    if wide_integers and isinstance(kind, types.Integer):
        return pa.decimal128(_MOST_DIGITS, 0)
    if isinstance(kind, types.BigInteger) and getattr(kind, "unsigned", False):
        return pa.uint64()
    if isinstance(kind, types.Numeric) and not isinstance(kind, types.Float):
        return _decimal(kind.precision, kind.scale)
    if isinstance(kind, types.DateTime):
        return pa.timestamp("us", tz="UTC" if kind.timezone else None)
    return next((arrow for family, arrow in _PLAIN if isinstance(kind, family)), pa.string())


def _decimal(precision: int | None, scale: int | None) -> pa.DataType:
    if precision is None or not 0 < precision <= _MOST_DIGITS or not 0 <= (scale or 0) <= precision:
        return pa.string()
    return pa.decimal128(precision, scale or 0)


def reader_of(kind: pa.DataType) -> Callable[[Any], Any]:
    """How a driver's value becomes one that Arrow takes for a column of this type."""
    if kind == pa.string():
        return value_text
    if pa.types.is_decimal(kind):
        return _as_decimal
    if pa.types.is_boolean(kind):
        return _as_bool
    if pa.types.is_timestamp(kind) and kind.tz:
        return _as_instant
    return _as_it_is


def value_text(value: Any) -> str | None:
    """Any value as text: numbers without exponents, documents as JSON, bytes in hexadecimal."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bytes | bytearray | memoryview):
        return bytes(value).hex()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime):
        return value.isoformat(sep=" ")
    return str(value)


def _as_it_is(value: Any) -> Any:
    return value


def _as_decimal(value: Any) -> Any:
    return value if value is None or isinstance(value, Decimal) else Decimal(str(value))


def _as_bool(value: Any) -> Any:
    return value if value is None else bool(value)


def _as_instant(value: Any) -> Any:
    if not isinstance(value, datetime):
        return value
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


_BOUNDS: Final[tuple[tuple[Callable[[pa.DataType], bool], Callable[[str], Any]], ...]] = (
    (pa.types.is_integer, int),
    (pa.types.is_decimal, Decimal),
    (pa.types.is_floating, float),
    (pa.types.is_boolean, lambda text: _TRUTHS[text.lower()]),
    (pa.types.is_date, lambda text: datetime.fromisoformat(text).date()),
    (pa.types.is_binary, bytes.fromhex),
)


def bound_value(name: str, kind: pa.DataType, text: str) -> Any:
    """A bound as the value that is bound to the statement.

    Raises:
        BoundInvalid: it is no value of the column's type.
    """
    try:
        if pa.types.is_timestamp(kind):
            return _instant(kind, text)
        return next((made(text) for fits, made in _BOUNDS if fits(kind)), text)
    except (ValueError, KeyError, InvalidOperation) as error:
        raise BoundInvalid(column=name) from error


def _instant(kind: pa.DataType, text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if kind.tz:
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    if at.tzinfo is not None:
        raise ValueError("a time zone in a column without one")
    return at
