"""Frozen values of one source per item: facts of items, how like they are, cases, warnings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from jutong.control.one_source.terms import CaseAction, CaseStatus, ClaimKind, ItemRole, Part
from jutong.vocabulary.catalogue import DataType, Meaning

Place = tuple[str, str]
"""(service, field) of an item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemFact:
    """An item as detection sees it, with the entry and department that hold it."""

    service: str
    field: str
    name: str
    department: str
    department_name: str
    line: str
    """Code of the topmost department above: offices of one line (条线) hold one register together."""
    title: str
    live: bool = True
    data_type: DataType = DataType.TEXT
    length: int | None = None
    meaning: Meaning | None = None
    code_list: str = ""
    data_element: str = ""
    description: str = ""
    key: bool = False
    subject: str = ""
    """What the entry's rows are about: `person`, `organisation`, `estate`, `vehicle`, or the core of its title."""

    @property
    def place(self) -> Place:
        return self.service, self.field


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What an item is, as far as its name, bindings and entry tell."""

    key: str
    """Equal for items that are taken for the same until something speaks against it."""
    role: ItemRole
    concept: str
    """Code of the data element that it is, or ""."""
    qualifier: str
    """Whose it is, where the name says so: 法定代表人, 经办人."""
    bare: str
    generic: bool
    """Its name alone says little (状态, 日期): it is compared within entries of like titles only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PartScore:
    """What one part of the likeness says; `weight` 0 means that it could not be judged."""

    part: Part
    score: float
    weight: int
    zh: str
    en: str

    def reason(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Whether two items are the same, how sure that is (0 to 1), and why."""

    same: bool
    score: float
    parts: tuple[PartScore, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Items of several lines of departments that detection takes for the same."""

    key: str
    name: str
    role: ItemRole
    members: tuple[ItemFact, ...]
    score: float
    parts: tuple[PartScore, ...]
    overlap: float | None = None
    """The largest share of values that a member has in common with another; None without data."""

    @property
    def lines(self) -> frozenset[str]:
        return frozenset(member.line for member in self.members)

    @property
    def rank(self) -> float:
        return len(self.lines) * (self.overlap if self.overlap is not None else self.score * 0.5)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseItemView:
    service: str
    field: str
    name: str
    department: str
    department_name: str
    title: str
    live: bool
    excluded: bool
    """Taken out of the case: it is not the same item."""
    held: bool
    """False where the entry no longer has it."""
    is_source: bool
    data_type: DataType | None = None
    length: int | None = None
    meaning: Meaning | None = None
    code_list: str = ""
    data_element: str = ""
    description: str = ""
    distinct: float | None = None
    rows: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PairOverlap:
    """How far two items of a case share their values, by their sketches."""

    left: Place
    right: Place
    jaccard: float
    low: float
    high: float
    left_in_right: float
    right_in_left: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimView:
    department: str
    department_name: str
    kind: ClaimKind
    text: str
    by_name: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseStepView:
    action: CaseAction
    before: CaseStatus
    after: CaseStatus
    by_name: str
    at: datetime
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseSummary:
    """A case as a list shows it."""

    code: str
    name: str
    status: CaseStatus
    role: ItemRole
    score: float
    overlap: float | None
    department_count: int
    item_count: int
    rank: float
    changed: bool
    """Something was added to it, or taken from it, since it was decided."""
    source_department: str
    source_department_name: str
    updated_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseView:
    summary: CaseSummary
    parts: tuple[PartScore, ...]
    items: tuple[CaseItemView, ...]
    claims: tuple[ClaimView, ...]
    steps: tuple[CaseStepView, ...]
    overlaps: tuple[PairOverlap, ...]
    source: Place | None
    reason: str
    basis: str
    decided_at: datetime | None
    decided_by: str
    revision: int
    actions: tuple[CaseAction, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseFilter:
    """Which cases a list shows; empty fields do not filter."""

    text: str = ""
    status: CaseStatus | None = None
    role: ItemRole | None = ItemRole.SUBSTANTIVE
    department: str = ""
    changed: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDecision:
    """The source of an item as it was decided."""

    case: str
    name: str
    department: str
    department_name: str
    service: str
    field: str
    title: str
    reason: str
    basis: str
    decided_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFrom:
    """An item that a department must take from its source instead of collecting it (数源获取)."""

    service: str
    field: str
    name: str
    department: str
    source: SourceDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class RecollectionWarning:
    """A drafted item that another department already provides."""

    field: str
    name: str
    decided: bool
    """True: it is decided that it comes from there; False: it is published there, no decision yet."""
    department: str
    department_name: str
    service: str
    source_field: str
    title: str
    case: str
    zh: str
    en: str

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class UndecidedCase:
    case: str
    name: str
    departments: tuple[str, ...]
    """Names of the departments that hold the item."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionsIndex:
    """Every decision and open question at once, for looking tens of thousands of items up."""

    decided: Mapping[Place, SourceDecision] = field(default_factory=dict)
    """Held item → where it comes from; the source itself among them."""
    undecided: Mapping[Place, UndecidedCase] = field(default_factory=dict)
    by_key: Mapping[str, SourceDecision] = field(default_factory=dict)
    """`Identity.key` → decision, for items that are not in the catalogue yet."""
