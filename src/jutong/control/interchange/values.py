"""Frozen values of the way in and out: what a workbook says, what is wrong with it, how a batch stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from jutong.control.catalogue.api import EntryDraft
from jutong.control.interchange.terms import BatchAction, BatchState, Outcome
from jutong.vocabulary.catalogue import Severity
from jutong.vocabulary.contracts import Frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class CellProblem(Frozen):
    """What is wrong with one cell; `cell` is such as C12, "" when it is about the whole sheet or file."""

    sheet: str
    cell: str
    code: str
    zh: str
    en: str
    warning: bool = False

    @property
    def place(self) -> str:
        """Such as 目录!C12."""
        return f"{self.sheet}!{self.cell}" if self.cell else self.sheet

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetEntry(Frozen):
    """An entry as the workbook gives it, with the rows (1 is the first) on which it and its items stand.

    `provider` and `draft.system` are as written: a code or a name; nothing was looked up yet.
    """

    provider: str
    provider_uscc: str = ""
    code: str
    service: str
    draft: EntryDraft
    sheet: str
    row: int
    item_rows: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkbookReading(Frozen):
    """A whole workbook read; entries that have problems are left out of `entries`."""

    entries: tuple[SheetEntry, ...]
    problems: tuple[CellProblem, ...]
    template_version: str
    """"" for a list that does not follow the template."""
    places: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    """Sheet → key of a column → its index (0 is A)."""

    def cell(self, sheet: str, key: str, row: int) -> str:
        """The address of a value, such as C12; "" when the sheet has no such column."""
        index = self.places.get(sheet, {}).get(key)
        return "" if index is None else f"{column_letters(index)}{row}"


def column_letters(index: int) -> str:
    """The letters of a column (0 is A)."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount(Frozen):
    """How many entries of a file break one rule of the linter."""

    rule: str
    severity: Severity
    zh: str
    en: str
    entries: int

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCounts(Frozen):
    """A batch in figures; `rules` are those that its entries break, the most frequent first."""

    entries: int = 0
    items: int = 0
    create: int = 0
    change: int = 0
    same: int = 0
    wrong: int = 0
    problems: int = 0
    notes: int = 0
    errors: int = 0
    warnings: int = 0
    rules: tuple[RuleCount, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnGuess(Frozen):
    """What a column of the list is taken for, how surely (0 to 100), and why."""

    index: int
    header: str
    element: str
    """A name of `ELEMENTS`, "" where the column is not read."""
    confidence: int
    zh: str
    en: str
    sample: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListMapping(Frozen):
    """How a foreign list is read; `department` provides what names no department that is registered."""

    columns: tuple[ColumnGuess, ...]
    has_header: bool
    department: str

    @property
    def confidence(self) -> int:
        """That of the weakest column that is read."""
        return min((one.confidence for one in self.columns if one.element), default=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchView:
    """One import as lists and pages show it."""

    code: str
    filename: str
    size_bytes: int
    state: BatchState
    by_account: str
    by_name: str
    confirmed_name: str
    created_at: datetime
    updated_at: datetime
    mapping: ListMapping | None
    """How the columns of a foreign list are read; None for the template."""
    department: str
    counts: BatchCounts
    failure_code: str
    failure_zh: str
    failure_en: str
    actions: tuple[BatchAction, ...]
    """What the asking actor may do now."""

    def failure(self, language: str = "zh") -> str:
        return self.failure_zh if language.startswith("zh") else self.failure_en


class WaitingImport(NamedTuple):
    """A batch that waits for the worker; `edition` changes with every step of it."""

    code: str
    edition: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchRowView:
    """What one entry of the file would do."""

    sheet_row: int
    title: str
    provider_name: str
    service: str
    outcome: Outcome
    items: int
    errors: int
    warnings: int
    differences: str
    """What changes, as `differences_of` writes it."""
