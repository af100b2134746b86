"""Types: how the text of a delivery becomes the type that the entry promises, and which values cannot."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlglot import exp

from jutong.dataflow.quality import dialect as d
from jutong.dataflow.quality.rules import ItemRule
from jutong.kernel.errors import Language
from jutong.vocabulary.catalogue import DataType, QualityDimension

# Text that needs no cast; whatever a register holds stands as it was written.
TEXTS: Final = frozenset({DataType.TEXT, DataType.MEMO, DataType.GENERAL})

_TRUE: Final = ("1", "true", "t", "y", "yes", "是")
_FALSE: Final = ("0", "false", "f", "n", "no", "否")


def cast_of(item: str, data_type: DataType) -> exp.Expr:
    """The item's value in its promised type; null where it is empty or cannot be had without loss."""
    if data_type in TEXTS:
        return d.text_of(item)
    return _CASTS.get(data_type, d.as_number)(d.trimmed(item))


def _as_boolean(text: exp.Expr) -> exp.Expr:
    lower = d.sql("lower(:t)", t=text)
    yes, no = d.one_of(lower, _TRUE), d.one_of(lower.copy(), _FALSE)
    return d.sql("CASE WHEN :yes THEN TRUE WHEN :no THEN FALSE END", yes=yes, no=no)


def _as_integer(text: exp.Expr) -> exp.Expr:
    # 12.0 is how spreadsheets and JSON write the whole number 12; 12.5 would be rounded, so it is none.
    return d.sql(
        "CASE WHEN regexp_matches(:t, '^[+-]?[0-9]{1,18}([.]0*)?$') "
        "THEN try_cast(regexp_replace(:t, '[.]0*$', '') AS bigint) END",
        t=text,
    )


def _as_money(text: exp.Expr) -> exp.Expr:
    return d.sql(
        "CASE WHEN regexp_matches(:t, '^[+-]?[0-9]{1,14}([.][0-9]{0,4}0*)?$') "
        "THEN try_cast(:t AS decimal(18, 4)) END",
        t=text,
    )


_CASTS: Final[Mapping[DataType, Callable[[exp.Expr], exp.Expr]]] = {
    DataType.DATE: d.as_date,
    DataType.TIMESTAMP: d.as_timestamp,
    DataType.BOOLEAN: _as_boolean,
    DataType.INTEGER: _as_integer,
    DataType.MONEY: _as_money,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class CastsTo(ItemRule):
    """The value has the type that the entry promises (类型), without rounding or guessing."""

    kind = "type"
    title_zh, title_en = "数据类型", "Data type"
    dimension = QualityDimension.CONFORMITY

    data_type: DataType

    def violation(self) -> exp.Expr:
        return d.wrong(self.item, d.sql(":value IS NULL", value=cast_of(self.item, self.data_type)))

    def describe(self, language: Language = "zh") -> str:
        if language == "zh":
            return f"{self.item} 应为{self.data_type.zh}"
        return f"{self.item} is of the type {self.data_type.en.lower()}"
