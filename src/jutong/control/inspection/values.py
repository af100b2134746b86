"""Frozen values of the inspection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from jutong.control.catalogue.api import PhysicalColumn
from jutong.control.inspection.terms import FindingState, FixOutcome, InspectionStatus
from jutong.vocabulary.catalogue import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Observations:
    """What only the data plane and the evidence know; the caller of an inspection has seen it."""

    calls: Mapping[str, date] | None = None
    """Service → day of its last call; None when nobody looked, and then no entry counts as unused."""
    columns: Mapping[str, tuple[PhysicalColumn, ...]] = field(default_factory=dict)
    """Service → columns of the hooked table."""


NOTHING_OBSERVED: Final = Observations()


@dataclass(frozen=True, slots=True, kw_only=True)
class InspectionView:
    """One inspection with its counts; `by_rule` and `by_department` hold (errors, warnings)."""

    key: str
    status: InspectionStatus
    requested_at: datetime
    requested_by: str
    done_at: datetime | None
    entries: int
    items: int
    clean: int
    """Entries without any finding."""
    errors: int
    warnings: int
    waived: int
    appeared: int
    gone: int
    by_rule: Mapping[str, tuple[int, int]]
    by_department: Mapping[str, tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    key: int
    service: str
    title: str
    provider: str
    provider_name: str
    rule: str
    severity: Severity
    place: str
    zh: str
    en: str
    fixable: bool
    state: FindingState
    first_seen_at: datetime
    due_on: date | None
    overdue: bool
    gone_at: datetime | None
    waived_until: date | None
    waive_reason: str
    waived_by: str

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingFilter:
    """Which findings a list shows; empty fields do not filter. Without a state those that stand unwaived."""

    rule: str = ""
    provider: str = ""
    service: str = ""
    severity: Severity | None = None
    state: FindingState | None = None
    overdue: bool = False
    fixable: bool = False
    text: str = ""


EVERY_FINDING: Final = FindingFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """How many findings of one rule stand unwaived, and in how many entries."""

    rule: str
    severity: Severity
    findings: int
    entries: int
    fixable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentCount:
    """What one department has to deal with."""

    department: str
    department_name: str
    errors: int
    warnings: int
    overdue: int
    entries: int
    """Entries with findings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands now, for the tiles of a page."""

    errors: int
    warnings: int
    overdue: int
    appeared: int
    waived: int
    fixable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FixReport:
    """What became of the safe repairs of one entry, and why it was left alone."""

    service: str
    title: str
    outcome: FixOutcome
    rules: tuple[str, ...] = ()
    reason_zh: str = ""
    reason_en: str = ""
