"""Rules and casts over columns that have types already: the same verdicts, without a text in between.

The rules speak of values as text, since a delivery may be anything. Where the engine knows a column's type, parts of
an expression are exchanged for parts that mean the same for every value of that type; what has no such twin stays.
"""

from collections.abc import Mapping, Sequence
from typing import Final

from sqlglot import exp

from jutong.dataflow.quality import dialect as d
from jutong.dataflow.quality.casts import TEXTS, cast_of
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import InformationItem

_WHOLE: Final = frozenset({"TINYINT", "SMALLINT", "INTEGER", "BIGINT"})
_MOST_DIGITS: Final = 10**18 - 1  # the casts take 18 digits
_MOST_MONEY: Final = 10**14 - 1
# A decimal of so many digits turns into a double as its text does: both parts are exact, the division rounds once.
_EXACT_DIGITS: Final = 15

Types = Mapping[str, str]
"""Field of an item → type of its column, as the engine names it."""


def typed(item: InformationItem, kind: str) -> exp.Expr:
    """As `cast_of`, for a column of the type `kind`."""
    return _native(item.field, item.data_type, kind) or cast_of(item.field, item.data_type)


def keeps_filled(item: InformationItem, kind: str) -> bool:
    """Whether `typed` gives a value for whatever is not null: text may be blank or not fit, a date always fits."""
    if item.data_type in TEXTS:
        return True
    return kind == "BOOLEAN" and item.data_type is DataType.BOOLEAN


def simplified(violations: Sequence[exp.Expr], types: Types) -> list[exp.Expr]:
    """The same conditions, with the twins of what they say of typed columns."""
    twins = {part: twin for field, kind in types.items() for part, twin in _twins(field, kind)}
    if not twins:
        return list(violations)

    def exchanged(part: exp.Expr) -> exp.Expr:
        twin = twins.get(part) if isinstance(part, _EXCHANGED) else None
        return part if twin is None else twin.copy()

    return [violation.transform(exchanged) for violation in violations]


_EXCHANGED: Final = (exp.Case, exp.Coalesce, exp.NEQ)


def _twins(field: str, kind: str) -> list[tuple[exp.Expr, exp.Expr]]:
    if kind == "VARCHAR" or not _known(kind):
        return []
    column = exp.column(field, quoted=True)
    filled = exp.Not(this=exp.Is(this=column.copy(), expression=exp.null()))
    text = d.trimmed(field)
    pairs: list[tuple[exp.Expr, exp.Expr]] = [
        (d.is_blank(field), exp.Is(this=column.copy(), expression=exp.null())),
        (d.is_filled(field), filled),
    ]
    forms = (
        (DataType.DATE, d.as_date(text)),
        (DataType.TIMESTAMP, d.as_timestamp(text)),
        (DataType.DOUBLE, d.as_number(text)),
        *(
            (kind_of, cast_of(field, kind_of))
            for kind_of in (DataType.INTEGER, DataType.MONEY, DataType.BOOLEAN)
        ),
    )
    for data_type, form in forms:
        twin = _native(field, data_type, kind)
        if twin is not None:
            pairs.append((form, twin))
    return pairs


def _known(kind: str) -> bool:
    return kind in {"BOOLEAN", "DOUBLE", "DATE", "TIMESTAMP"} | _WHOLE or kind.startswith("DECIMAL(")


def _native(field: str, data_type: DataType, kind: str) -> exp.Expr | None:  # noqa: PLR0911  # a line a type
    """The item's value from a column of this type; null where `cast_of` gives null; None: no twin is known."""
    column = exp.column(field, quoted=True)
    if data_type in TEXTS:
        return column if kind == "VARCHAR" else exp.cast(column, "text") if _known(kind) else None
    if data_type is DataType.DATE and kind in {"DATE", "TIMESTAMP"}:
        # Days whose text is not four digits, two and two: beyond year 9999, before year 1, infinity.
        return _within(
            column,
            exp.cast(column.copy(), "date"),
            "DATE '0001-01-01'",
            "TIMESTAMP '9999-12-31 23:59:59.999999'",
        )
    if data_type is DataType.TIMESTAMP and kind in {"DATE", "TIMESTAMP"}:
        return _within(
            column,
            exp.cast(column.copy(), "timestamp"),
            "DATE '0001-01-01'",
            "TIMESTAMP '9999-12-31 23:59:59.999999'",
        )
    if data_type is DataType.BOOLEAN and kind == "BOOLEAN":
        return column
    if data_type is DataType.INTEGER and kind in _WHOLE:
        return _bounded(column, "bigint", _MOST_DIGITS, whole=kind != "BIGINT")
    if data_type is DataType.MONEY:
        return _as_money(column, kind)
    if data_type in _NUMBERS:
        return _as_double(column, kind)
    return None


_NUMBERS: Final = (
    frozenset(DataType)
    - TEXTS
    - {
        DataType.DATE,
        DataType.TIMESTAMP,
        DataType.BOOLEAN,
        DataType.INTEGER,
        DataType.MONEY,
    }
)


def _as_money(column: exp.Expr, kind: str) -> exp.Expr | None:
    if kind in _WHOLE:
        return _bounded(
            column, "decimal(18, 4)", _MOST_MONEY, whole=kind in {"TINYINT", "SMALLINT", "INTEGER"}
        )
    precision, scale = _digits(kind)
    if precision and scale <= 4 and precision - scale <= 14:
        return exp.cast(column, "decimal(18, 4)")
    return None


def _as_double(column: exp.Expr, kind: str) -> exp.Expr | None:
    if kind == "DOUBLE":
        return d.sql("CASE WHEN isfinite(:c) THEN :c END", c=column)
    precision, _scale = _digits(kind)
    if kind in _WHOLE or 0 < precision <= _EXACT_DIGITS:
        return exp.cast(column, "double")
    return None


def _bounded(column: exp.Expr, kind: str, most: int, *, whole: bool) -> exp.Expr:
    value = exp.cast(column.copy(), kind)
    if whole:  # every value of the type fits
        return value
    return d.sql(":v", v=_within(column, value, str(-most), str(most)))


def _within(column: exp.Expr, value: exp.Expr, low: str, high: str) -> exp.Expr:
    return d.sql(f"CASE WHEN :c BETWEEN {low} AND {high} THEN :v END", c=column, v=value)


def _digits(kind: str) -> tuple[int, int]:
    """Precision and scale of `DECIMAL(p,s)`; zeros for another type."""
    if not kind.startswith("DECIMAL("):
        return 0, 0
    precision, scale = kind[8:-1].split(",")
    return int(precision), int(scale)
