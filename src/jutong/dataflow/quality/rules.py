"""Ten kinds of rule, each a value that says which rows are wrong as one expression of the rule dialect.

Dimensions follow GB/T 36344-2018. An empty value passes every rule but `Required`.
"""

import re
from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from sqlglot import exp

from jutong.dataflow.quality import dialect as d
from jutong.kernel.errors import Language
from jutong.vocabulary.catalogue import QualityDimension
from jutong.vocabulary.divisions import valid_codes

EARLIEST: Final = date(1900, 1, 1)
LATEST: Final = date(2100, 12, 31)
_UNPORTABLE: Final = re.compile(r"\(\?(?:[=!>]|<[=!])|\\[1-9]|\(\?P=")
# Days that systems write when they know none (domain reference §3.6).
SENTINELS: Final = ("1900-01-01", "9999-12-31")


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityRule(ABC):
    """What every rule has: a code that is unique within its entry, and whether a row that breaks it may land."""

    kind: ClassVar[str]
    title_zh: ClassVar[str]
    title_en: ClassVar[str]
    dimension: ClassVar[QualityDimension]

    code: str
    blocking: bool = False

    @property
    @abstractmethod
    def fields(self) -> tuple[str, ...]:
        """English names of the items that the rule reads; the first is the one judged."""

    @abstractmethod
    def violation(self) -> exp.Expr:
        """True for a row that breaks the rule; false or null for one that keeps it."""

    @abstractmethod
    def describe(self, language: Language = "zh") -> str:
        """The rule as a sentence for people, from its parameters."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemRule(QualityRule):
    """A rule about one item."""

    item: str

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.item,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Required(ItemRule):
    """Neither null nor blank (非空)."""

    kind = "required"
    title_zh, title_en = "非空", "Not empty"
    dimension = QualityDimension.COMPLETENESS

    def violation(self) -> exp.Expr:
        return d.is_blank(self.item)

    def describe(self, language: Language = "zh") -> str:
        return f"{self.item} 不能为空" if language == "zh" else f"{self.item} must not be empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Length(ItemRule):
    """At least `least` and at most `most` characters (长度); a Chinese character counts as one."""

    kind = "length"
    title_zh, title_en = "长度", "Length"
    dimension = QualityDimension.CONFORMITY

    least: int = 0
    most: int | None = None

    def violation(self) -> exp.Expr:
        size = d.sql("length(:t)", t=d.text_of(self.item))
        faults = [d.sql(":size < :least", size=size, least=self.least)] if self.least else []
        if self.most is not None:
            faults.append(d.sql(":size > :most", size=size, most=self.most))
        return d.wrong(self.item, exp.or_(*faults) if faults else exp.false())

    def describe(self, language: Language = "zh") -> str:
        if self.most is None:
            zh, en = f"不少于 {self.least} 个字符", f"at least {self.least} characters"
        else:
            zh, en = f"{self.least} 到 {self.most} 个字符", f"{self.least} to {self.most} characters"
        return f"{self.item} 应为{zh}" if language == "zh" else f"{self.item} has {en}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pattern(ItemRule):
    """The whole value fits a regular expression (格式), without look-around, which engines read differently."""

    kind = "pattern"
    title_zh, title_en = "格式", "Format"
    dimension = QualityDimension.CONFORMITY

    pattern: str
    meaning: str = ""
    """What the pattern stands for, in words."""

    def __post_init__(self) -> None:
        if _UNPORTABLE.search(self.pattern):
            raise ValueError("look-around and back references are not understood by every engine")
        try:
            re.compile(self.pattern)
        except re.error as error:
            raise ValueError(f"not a regular expression: {error}") from error

    def violation(self) -> exp.Expr:
        whole = exp.Literal.string(f"^(?:{self.pattern})$")
        return d.wrong(self.item, d.sql("NOT regexp_matches(:t, :p)", t=d.text_of(self.item), p=whole))

    def describe(self, language: Language = "zh") -> str:
        shape = self.meaning or self.pattern
        return (
            f"{self.item} 应符合格式：{shape}" if language == "zh" else f"{self.item} fits the format {shape}"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class InCodeList(ItemRule):
    """One of the codes of a code list (值域)."""

    kind = "code_list"
    title_zh, title_en = "代码集", "Code list"
    dimension = QualityDimension.CONFORMITY

    codes: tuple[str, ...]
    code_list: str = ""
    """Name of the list in the vocabulary; empty for codes that stand with the rule."""

    def violation(self) -> exp.Expr:
        return d.wrong(self.item, exp.not_(d.one_of(d.text_of(self.item), self.codes)))

    def describe(self, language: Language = "zh") -> str:
        listed = self.code_list or "、".join(self.codes[:12])
        if language == "zh":
            return f"{self.item} 应取自代码集 {listed}"
        return f"{self.item} is a code of {listed}"


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinRange(ItemRule):
    """`low <= item <= high`, in the item's unit (数值范围); what is no number breaks it too."""

    kind = "range"
    title_zh, title_en = "数值范围", "Range"
    dimension = QualityDimension.ACCURACY

    low: float
    high: float

    def violation(self) -> exp.Expr:
        number = d.as_number(d.trimmed(self.item))
        inside = d.sql(":n BETWEEN :low AND :high", n=number, low=_number(self.low), high=_number(self.high))
        return d.wrong(self.item, d.sql("NOT coalesce(:inside, FALSE)", inside=inside))

    def describe(self, language: Language = "zh") -> str:
        if language == "zh":
            return f"{self.item} 应在 {self.low:g} 到 {self.high:g} 之间"
        return f"{self.item} lies between {self.low:g} and {self.high:g}"


@dataclass(frozen=True, slots=True, kw_only=True)
class DateSense(ItemRule):
    """A day of the calendar from `earliest` to `latest`, and none that stands for "unknown" (日期合理性)."""

    kind = "date"
    title_zh, title_en = "日期合理", "Sensible date"
    dimension = QualityDimension.ACCURACY

    latest: date
    earliest: date = EARLIEST
    sentinels: tuple[str, ...] = SENTINELS

    def violation(self) -> exp.Expr:
        day = d.as_date(d.trimmed(self.item))
        fine = d.sql(
            ":day BETWEEN :earliest AND :latest",
            day=day,
            earliest=d.date_literal(self.earliest),
            latest=d.date_literal(self.latest),
        )
        unknown = [d.date_literal(date.fromisoformat(sentinel)) for sentinel in self.sentinels]
        if unknown:
            fine = exp.and_(fine, exp.not_(exp.In(this=day.copy(), expressions=unknown)))
        return d.wrong(self.item, d.sql("NOT coalesce(:fine, FALSE)", fine=exp.paren(fine)))

    def describe(self, language: Language = "zh") -> str:
        if language == "zh":
            return f"{self.item} 应为 {self.earliest} 至 {self.latest} 之间的真实日期，不得用占位日期"
        return f"{self.item} is a real date from {self.earliest} to {self.latest}, not one that means unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionValidAt(ItemRule):
    """A division in force on the day `at` (区划有效): 6 digits, or 9 or 12 of which the first 6 are."""

    kind = "region"
    title_zh, title_en = "行政区划有效", "Region in force"
    dimension = QualityDimension.ACCURACY

    at: date

    def violation(self) -> exp.Expr:
        pattern = f"^{d.tree_pattern(sorted(valid_codes(self.at)))}([0-9]{{3}}|[0-9]{{6}})?$"
        fault = d.sql("NOT regexp_matches(:t, :p)", t=d.text_of(self.item), p=exp.Literal.string(pattern))
        return d.wrong(self.item, fault)

    def describe(self, language: Language = "zh") -> str:
        if language == "zh":
            return f"{self.item} 应为 {self.at} 有效的行政区划代码"
        return f"{self.item} is a division code in force on {self.at}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Unique(QualityRule):
    """No two rows share the values of `items` (唯一): the first row of the delivery keeps the rule."""

    kind = "unique"
    title_zh, title_en = "唯一", "Unique"
    dimension = QualityDimension.ACCURACY

    items: tuple[str, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return self.items

    def filled(self) -> exp.Expr:
        """Whether the row takes part: a row without any of the values is for `Required` to judge."""
        return exp.or_(*(exp.not_(d.is_blank(item)) for item in self.items))

    def violation(self) -> exp.Expr:
        place = exp.Window(
            this=exp.RowNumber(),
            partition_by=[d.text_of(item) for item in self.items],
            order=exp.Order(expressions=[exp.Ordered(this=exp.column(d.ROW_NUMBER, quoted=True))]),
        )
        return exp.and_(d.sql(":place > 1", place=place), self.filled())

    def describe(self, language: Language = "zh") -> str:
        listed = " + ".join(self.items)
        return f"{listed} 不得重复" if language == "zh" else f"{listed} must not repeat"


def _number(value: float) -> exp.Expr:
    return exp.cast(exp.Literal.number(repr(float(value))), "double")
