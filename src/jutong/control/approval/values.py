"""Frozen values of applications."""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Final

from jutong.control.approval.terms import Action, Stage
from jutong.vocabulary.catalogue import Level, MaskMethod, SharingType
from jutong.vocabulary.contracts import Frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationRequest(Frozen):
    """What an applicant writes (国令第809号 chapter 4): items, basis, purpose, scene, term, client systems."""

    service: str
    items: tuple[str, ...]
    """Fields of the entry's items."""
    basis: str = ""
    """使用依据: the law, duty or document that the use rests on."""
    purpose: str = ""
    scene: str = ""
    valid_from: date
    valid_until: date
    clients: tuple[str, ...] = ()
    """client_ids of the applicant department's systems."""
    lookup: bool = True
    verification: bool = False
    daily_quota: int = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemTerms(Frozen):
    """How one item goes out: whole, masked, for verification only, or not at all."""

    field: str
    mask: MaskMethod | None = None
    verification_only: bool = False
    refused: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms(Frozen):
    """What a reviewer lets out: terms for each item, rows, quota."""

    items: tuple[ItemTerms, ...]
    row_filter: tuple[tuple[str, tuple[str, ...]], ...] = ()
    daily_quota: int = 1_000
    rate_per_second: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LimitClock:
    """The running clock of an application: which limit, since when, due when, how much of it is used."""

    limit: str
    """Code of the time limit (`T4`, `T5`, `T7`), "" when none runs."""
    since: datetime
    due_on: date | None
    warning: int
    """0, 50, 80 or 100: the highest share (%) of the limit that is reached."""
    overdue: bool = False
    """The due day is over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    action: Action
    before: Stage
    after: Stage
    by_name: str
    department: str
    at: datetime
    reason: str
    limit: str
    due_on: date | None
    in_time: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSummary:
    code: str
    service: str
    entry_title: str
    provider: str
    provider_name: str
    consumer: str
    consumer_name: str
    applicant_name: str
    sharing_type: SharingType
    level: Level
    stage: Stage
    clock: LimitClock
    submitted_at: datetime | None
    created_at: datetime
    grant_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationView:
    summary: ApplicationSummary
    request: ApplicationRequest
    terms: Terms
    """The terms decided so far; before a decision those that the levels propose."""
    decisions: tuple[DecisionView, ...]
    route: tuple[Stage, ...]
    """The reviews that this application passes through, in order."""
    revision: int
    actions: tuple[Action, ...] = field(default=())
    """What the asking actor may do now."""

    @property
    def code(self) -> str:
        return self.summary.code


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationFilter:
    stage: Stage | None = None
    service: str = ""
    consumer: str = ""
    provider: str = ""
    mine_to_decide: bool = False
    """Only those that wait for a decision which the asking actor may take."""
    overdue: bool = False


EVERY_APPLICATION: Final = ApplicationFilter()
