"""Frozen values of the three lists."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jutong.control.lists.terms import (
    Check,
    DemandAction,
    DemandStage,
    Fulfilment,
    ListKind,
    NegativeScope,
    NegativeState,
    Origin,
    Period,
    Urgency,
    Verdict,
)
from jutong.vocabulary.catalogue import SharingMethod, SharingType, UpdateFrequency


@dataclass(frozen=True, slots=True, kw_only=True)
class ListClock:
    """The running clock of a demand: which limit, due when, how much of it is used."""

    limit: str
    """Code of the time limit (`D1` to `D6`), "" when none runs."""
    due_on: date | None
    warning: int
    """0, 50, 80 or 100: the highest share (%) of the limit that is reached."""
    overdue: bool = False


NO_CLOCK: Final = ListClock(limit="", due_on=None, warning=0)


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandDraft:
    """What a department writes about the data that it needs (需求清单)."""

    name: str
    items: tuple[str, ...] = ()
    basis: str = ""
    scene: str = ""
    proposed: str = ""
    """Code of the department that may hold the data, "" when unknown."""
    duties: tuple[str, ...] = ()
    """Codes of the duties and service items that need the data (关联事项编码)."""
    sharing_method: SharingMethod = SharingMethod.API
    update_frequency: UpdateFrequency = UpdateFrequency.DAILY
    use_until: date | None = None
    urgency: Urgency = Urgency.NORMAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a match or a suggestion is made, in both languages."""

    zh: str
    en: str

    def text(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """An entry that may satisfy a demand, with the score (0 to 100) and the reasons behind it."""

    service: str
    title: str
    provider: str
    provider_name: str
    sharing_type: SharingType
    score: int
    found: tuple[tuple[str, str], ...]
    """(wanted item, item of the entry) pairs."""
    missing: tuple[str, ...]
    fields: tuple[str, ...]
    """Fields of the entry's items that were found: what an application asks for."""
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A department that may be the source of a demand, and why."""

    department: str
    name: str
    score: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandStepView:
    action: DemandAction
    before: DemandStage
    after: DemandStage
    by_name: str
    department: str
    at: datetime
    reason: str
    note: str
    due_on: date | None
    in_time: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandSummary:
    number: str
    name: str
    items: tuple[str, ...]
    department: str
    department_name: str
    filer_name: str
    proposed: str
    proposed_name: str
    duties: tuple[str, ...]
    basis: str
    scene: str
    sharing_method: SharingMethod
    update_frequency: UpdateFrequency
    use_until: date | None
    urgency: Urgency
    stage: DemandStage
    clock: ListClock
    assigned: str
    assigned_name: str
    service: str
    entry_title: str
    entry_live: bool
    application: str
    lead: str
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandView:
    """A demand whole."""

    summary: DemandSummary
    steps: tuple[DemandStepView, ...]
    merged: tuple[DemandSummary, ...]
    """Demands that were merged into this one."""
    responsibilities: tuple[str, ...]
    binding: bool
    """That the data is to be shared was decided in a dispute: it cannot be refused any more."""
    revision: int
    actions: tuple[DemandAction, ...] = ()
    """What the asking actor may do now."""
    editable: bool = False

    @property
    def number(self) -> str:
        return self.summary.number


@dataclass(frozen=True, slots=True, kw_only=True)
class DemandFilter:
    text: str = ""
    stage: DemandStage | None = None
    department: str = ""
    """The demanding department."""
    assigned: str = ""
    disputed: bool = False
    open_only: bool = False
    mine: bool = False
    """Only those that wait for the asking actor."""
    urgency: Urgency | None = None


EVERY_DEMAND: Final = DemandFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class StepData:
    """What a step of a demand carries besides its reason."""

    department: str = ""
    service: str = ""
    into: str = ""
    """Number of the demand to merge into."""
    due_on: date | None = None
    basis_document: str = ""
    basis_number: str = ""
    basis_article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    check: Check
    passed: bool | None
    """None: there is nothing to judge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityView:
    number: str
    department: str
    department_name: str
    origin: Origin
    service: str
    entry_code: str
    name: str
    items: tuple[str, ...]
    system: str
    sharing_type: SharingType | None
    methods: tuple[SharingMethod, ...]
    update_frequency: UpdateFrequency | None
    due_on: date | None
    person: str
    period: Period
    status: Fulfilment
    checks: tuple[CheckView, ...]
    confirmed: bool
    confirmed_by: str
    confirmed_at: datetime | None
    demand: str
    active: bool
    ended_because: str
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityFilter:
    text: str = ""
    department: str = ""
    status: Fulfilment | None = None
    origin: Origin | None = None
    unconfirmed: bool = False


EVERY_RESPONSIBILITY: Final = ResponsibilityFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class DutyDraft:
    """A responsibility that the authority adds before there is an entry."""

    department: str
    name: str
    items: tuple[str, ...] = ()
    due_on: date
    person: str = ""
    period: Period = Period.QUARTERLY


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentFulfilment:
    """How many responsibilities a department has at each status."""

    department: str
    department_name: str
    counts: dict[Fulfilment, int]
    confirmed: int

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def rate(self) -> float | None:
        """Share of fulfilled responsibilities, 0 to 1."""
        return self.counts.get(Fulfilment.FULFILLED, 0) / self.total if self.total else None


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeStatement:
    """The reason for a refusal and the law behind it, as the department states it."""

    reason: str
    basis_document: str = ""
    basis_number: str = ""
    basis_article: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeView:
    number: str
    scope: NegativeScope
    department: str
    department_name: str
    service: str
    entry_code: str
    name: str
    field: str
    statement: NegativeStatement
    declared: bool
    verdict: Verdict
    opinion: str
    reviewed_by: str
    reviewed_at: datetime | None
    examine_on: date | None
    expires_on: date | None
    state: NegativeState
    demand: str
    revision: int

    @property
    def basis(self) -> str:
        said = self.statement
        return " ".join(filter(None, (said.basis_document, said.basis_number, said.basis_article)))


@dataclass(frozen=True, slots=True, kw_only=True)
class NegativeFilter:
    text: str = ""
    department: str = ""
    scope: NegativeScope | None = NegativeScope.SHARING
    state: NegativeState | None = None


SHARING_REFUSED: Final = NegativeFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class EditionView:
    id: int
    kind: ListKind
    year: int
    issue: int
    title: str
    notice: str
    rows: int
    digest: str
    published_at: datetime
    published_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Waiting:
    """What of the three lists waits for somebody: the figures of the first page."""

    demands: tuple[DemandSummary, ...]
    """The most pressing ones."""
    count: int
    """Of all demands that wait."""
    overdue: int
    unconfirmed: int
    negative: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ResponsibilityFacts:
    """What the inspection of the catalogue asks (rule C40)."""

    without_entry: tuple[tuple[str, str, str], ...]
    """(number, department, name) of responsibilities that no published entry meets."""
    uncovered: tuple[str, ...]
    """Service names of live entries that no responsibility covers."""
