"""Frozen values of quarantine."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jutong.control.quarantine.terms import CorrectionState, OrderAction, OrderStatus
from jutong.vocabulary.collection import ReadmitReport


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderEventView:
    at: datetime
    by: str
    action: OrderAction
    status: OrderStatus
    rows: int
    run_id: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderView:
    """A work order; `events` only where one order is read."""

    code: str
    service: str
    title: str
    department: str
    department_name: str
    reason: str
    """The code of a blocking rule, of a fault of a line, or of drift."""
    status: OrderStatus
    rows_open: int
    rows_most: int
    samples: tuple[int, ...]
    first_run: str
    last_run: str
    limit_code: str
    opened_at: datetime
    due_on: date
    closed_at: datetime | None
    overdue: bool
    actions: tuple[OrderAction, ...]
    """What the reader may do now."""
    events: tuple[OrderEventView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionView:
    code: str
    service: str
    file_name: str
    state: CorrectionState
    received_at: datetime
    received_by: str
    ended_at: datetime | None
    report: ReadmitReport | None


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilter:
    service: str = ""
    department: str = ""
    status: OrderStatus | None = None
    standing: bool = False
    """Only those that are not closed."""


EVERY_ORDER: Final = OrderFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCounts:
    """How a department's work orders stand: what supervision reads."""

    standing: int = 0
    overdue: int = 0
    closed: int = 0
    rows_open: int = 0
