"""Frozen values of retention and destruction."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from jutong.control.retention.terms import DestructionAction, DestructionStage, RetentionBasis
from jutong.kernel.clock import SHANGHAI
from jutong.vocabulary.catalogue import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleDraft:
    """A rule as it is set: for one entry, else for a department (and level), else for a level of the whole city."""

    service: str = ""
    department: str = ""
    level: Level | None = None
    months: int | None = None
    """None: kept for good."""
    basis: RetentionBasis = RetentionBasis.COLLECTED
    item: str = ""
    """Field of the item whose date counts, with basis ITEM."""
    legal_basis: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleView:
    scope: str
    service: str
    title: str
    department: str
    department_name: str
    level: Level | None
    months: int | None
    basis: RetentionBasis
    item: str
    legal_basis: str
    set_by: str
    set_at: datetime

    def cutoff(self, today: date) -> date | None:
        """Rows of days before this one are past their time; None: kept for good."""
        return None if self.months is None else months_before(today, self.months)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A collected entry with the rule that holds for it, what protects it, and the destruction that is open."""

    entry_id: int
    service: str
    title: str
    department: str
    department_name: str
    level: Level
    rows: int | None
    rule: RuleView | None
    hold: str
    """Number of a hold that stands, empty without."""
    destruction: str
    """Number of the open destruction, empty without."""
    due: int | None
    """Rows past their time by the last count; None: not counted yet."""
    live: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HoldView:
    number: str
    service: str
    title: str
    department: str
    department_name: str
    reason: str
    document: str
    until: date | None
    placed_by: str
    placed_at: datetime
    lifted_by: str
    lifted_at: datetime | None
    lift_reason: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class DestructionView:
    number: str
    service: str
    title: str
    department: str
    department_name: str
    stage: DestructionStage
    months: int
    basis: RetentionBasis
    item: str
    legal_basis: str
    cutoff: date
    note: str
    counted: Mapping[str, int]
    proposed_by: str
    proposed_at: datetime
    reviewed_by: str
    reviewed_at: datetime | None
    approved_by: str
    approved_at: datetime | None
    declined_by: str
    decline_reason: str
    started_at: datetime | None
    ended_at: datetime | None
    error_code: str
    progress: Mapping[str, Any]
    sequence: int | None
    proof: str
    previous: str
    digest: str
    signature: str
    actions: tuple[DestructionAction, ...] = field(default=())
    """What the asking actor may do now."""

    @property
    def proved(self) -> Mapping[str, Any]:
        """What the proof says; empty before there is one."""
        found: Mapping[str, Any] = json.loads(self.proof) if self.proof else {}
        return found

    @property
    def cutoff_at(self) -> datetime:
        """The instant (UTC) at which the day of the cutoff begins in Shanghai."""
        return day_begins(self.cutoff)


def day_begins(day: date) -> datetime:
    """The instant (UTC) at which a day begins in Shanghai."""
    return datetime.combine(day, time.min, SHANGHAI).astimezone(UTC)


def months_before(day: date, months: int) -> date:
    """The same day that many months earlier, the last of the month where there is none."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    for candidate in range(day.day, 27, -1):
        try:
            return date(year, month + 1, candidate)
        except ValueError:
            continue
    return date(year, month + 1, min(day.day, 28))
