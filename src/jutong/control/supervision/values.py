"""Frozen values of supervision."""

from dataclasses import dataclass
from datetime import date

from jutong.vocabulary.terms import Term


class Indicator(Term):
    """考核指标 (domain §9.1); `official` is the weight."""

    CATALOGUE = "catalogue", "15", "目录发布率", "Entries published"
    HOOKED = "hooked", "20", "数据挂接归集率", "Entries with data"
    ON_TIME = "on_time", "20", "更新及时率", "Deliveries on time"
    QUALITY = "quality", "20", "数据质量得分", "Quality score"
    ANSWERED = "answered", "15", "申请按时答复率", "Applications answered in time"
    USED = "used", "10", "数据使用率", "Entries in use"

    @property
    def weight(self) -> int:
        return int(self.official)


@dataclass(frozen=True, slots=True, kw_only=True)
class IndicatorScore:
    """One figure: numerator / denominator, and its rate from 0 to 1; None when there is nothing to judge."""

    indicator: Indicator
    numerator: float
    denominator: float

    @property
    def rate(self) -> float | None:
        return None if self.denominator == 0 else min(1.0, self.numerator / self.denominator)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentScore:
    rank: int
    department: str
    department_name: str
    score: float
    """0 to 100: weighted mean over the indicators that can be judged."""
    indicators: tuple[IndicatorScore, ...]
    published: int
    with_data: int
    calls: int

    def of(self, indicator: Indicator) -> IndicatorScore:
        return next(score for score in self.indicators if score.indicator is indicator)


@dataclass(frozen=True, slots=True, kw_only=True)
class CityFigures:
    """Figures of the whole city at an instant."""

    departments: int
    entries_published: int
    entries_with_data: int
    rows: int
    applications: int
    applications_granted: int
    applications_overdue: int
    grants_live: int
    datasets_open: int
    runs_failed: int
    entries_late: int
    calls: int
    on: date
