"""Frozen values of duties and service items."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jutong.control.duties.terms import (
    ChangeKind,
    CodeShape,
    DutyKind,
    DutyStatus,
    FindingKind,
    TaskType,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyRow:
    """One row of a list, read: texts as they stand, blanks at the ends cut."""

    number: int
    """Which record of the file, from 1."""
    code: str
    name: str
    task_type: TaskType | None = None
    main_item: str = ""
    parent_code: str = ""
    label: str = ""
    uscc: str = ""
    region: str = ""
    level: str = ""
    basis: str = ""
    basis_article: str = ""
    results: str = ""
    certificates: str = ""
    materials: str = ""
    link: str = ""


COMPARED: Final = (
    "name",
    "task_type",
    "main_item",
    "parent_code",
    "label",
    "region",
    "level",
    "basis",
    "basis_article",
    "results",
    "certificates",
    "materials",
)
"""Fields in which two editions of a duty are compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowFinding:
    """Something about one row: names, codes and places of the list, which is a public document."""

    row: int
    kind: FindingKind
    code: str = ""
    zh: str = ""
    en: str = ""

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """How an import ended; with `checked_only` nothing was written."""

    number: int | None
    series: str
    version: str
    rows: int
    counts: Mapping[str, int]
    """Of `ChangeKind` values, and `same`."""
    findings: tuple[RowFinding, ...]
    checked_only: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ListView:
    number: int
    series: str
    edition: int
    version: str
    kind: DutyKind
    file_name: str
    complete: bool
    rows: int
    counts: Mapping[str, int]
    findings: tuple[RowFinding, ...]
    imported_at: datetime
    imported_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyView:
    code: str
    name: str
    kind: DutyKind
    task_type: TaskType | None
    main_item: str
    parent_code: str
    department: str
    """Code of the department; "" where the list's name is not mapped yet."""
    department_name: str
    label: str
    uscc: str
    region: str
    level: str
    shape: CodeShape
    basic: str
    stem: str
    basis: str
    basis_article: str
    results: str
    certificates: str
    materials: str
    link: str
    status: DutyStatus
    series: str
    edition: int
    changed_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    id: int
    duty: str
    name: str
    department: str
    kind: ChangeKind
    series: str
    edition: int
    fields: Mapping[str, tuple[str, str]]
    """Field → (before, after)."""
    at: datetime
    settled_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyFilter:
    """Which duties a list shows; empty fields do not filter."""

    text: str = ""
    department: str = ""
    series: str = ""
    kind: DutyKind | None = None
    task_type: TaskType | None = None
    status: DutyStatus | None = None
    unmapped: bool = False


EVERY_DUTY: Final = DutyFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A department of the platform that a list's name may mean, and why."""

    department: str
    name: str
    score: float
    reason_zh: str
    reason_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelView:
    """A department as the lists write it."""

    region: str
    label: str
    usccs: tuple[str, ...]
    duties: int
    department: str
    department_name: str
    suggestions: tuple[Suggestion, ...]
