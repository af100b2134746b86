"""Filling as others see it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from jutong.control.filling.terms import CellFault, SubmissionState, TaskState

Row = Mapping[str, str]
"""Item's field → text, "" for an empty cell."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem:
    """What is wrong with one cell; rows count from 0. It never holds the cell's value."""

    row: int
    field: str
    name: str
    fault: CellFault

    def message(self, language: str = "zh") -> str:
        text = self.fault.label(language)
        return f"“{self.name}”{text}" if language.startswith("zh") else f"{self.name} {text}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """The rows of a submission with what is wrong in them."""

    rows: tuple[Row, ...] = field(repr=False)
    problems: tuple[CellProblem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """填报回执: proof that the rows were handed in; `digest` is the SM3 of the rows as canonical JSON, in hex."""

    number: str
    service: str
    title: str
    department_name: str
    period: str
    rows: int
    digest: str
    submitted_at: datetime
    submitted_by: str
    late: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmissionView:
    """One submission without its rows."""

    number: str
    state: SubmissionState
    rows: int
    from_workbook: bool
    saved_at: datetime
    submitted_at: datetime | None
    submitted_by: str
    decided_at: datetime | None
    decided_by: str
    reason: str
    handed_on_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskView:
    """One task with its submissions, the newest first, and what the actor may do now."""

    key: int
    service: str
    title: str
    department: str
    department_name: str
    period: str
    due_on: date
    state: TaskState
    asked_by: str
    overdue: bool
    may_fill: bool
    may_decide: bool
    may_withdraw: bool
    may_close: bool
    submissions: tuple[SubmissionView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDelivery:
    """An accepted submission whose rows are not in the spool yet."""

    number: str
    service: str
    source: str
