"""Frozen values of drafting."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from jutong.control.catalogue.api import EntryDraft
from jutong.control.drafting.terms import Origin, ProposalStatus, SurveyStatus, TableOutcome
from jutong.control.duties.api import DutyView
from jutong.vocabulary.catalogue import EntryStatus, OpenType, SharingType, UpdateFrequency
from jutong.vocabulary.surveys import ColumnSurvey, Evidence

FOUR: Final = ("title", "sharing_type", "open_type", "update_frequency")
"""What a department confirms (沈阳 2020: name, sharing attribute, opening attribute, update cycle)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggested:
    """An entry that was thought of: its draft, why each element is so, the columns behind its items."""

    origin: Origin
    origin_key: str
    provider: str
    draft: EntryDraft
    evidence: Mapping[str, Evidence]
    columns: tuple[ColumnSurvey, ...] = ()

    @property
    def confidence(self) -> float:
        """That of the least sure of the four elements to confirm."""
        known = [self.evidence[name].confidence for name in FOUR if name in self.evidence]
        return round(min(known, default=0.0), 3)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    number: int
    origin: Origin
    origin_key: str
    provider: str
    provider_name: str
    source: str
    source_name: str
    confidence: float
    draft: EntryDraft
    evidence: Mapping[str, Evidence]
    columns: tuple[ColumnSurvey, ...]
    status: ProposalStatus
    service: str
    reason: str
    made_at: datetime
    decided_at: datetime | None
    decided_by: str

    def evidence_of(self, name: str) -> Evidence | None:
        return self.evidence.get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What an officer confirms of one proposal; None leaves what was proposed."""

    number: int
    title: str | None = None
    sharing_type: SharingType | None = None
    open_type: OpenType | None = None
    update_frequency: UpdateFrequency | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChoiceResult:
    """What became of one row of a bulk confirmation; `code` is an error's, "" where a draft was made."""

    number: int
    title: str
    service: str = ""
    code: str = ""
    zh: str = ""
    en: str = ""
    warnings: tuple[tuple[str, str], ...] = ()
    """(zh, en): items that another department provides already."""

    @property
    def done(self) -> bool:
        return not self.code


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalFilter:
    """Which proposals a list shows; empty fields do not filter."""

    department: str = ""
    status: ProposalStatus | None = None
    origin: Origin | None = None
    source: str = ""
    text: str = ""
    sure: bool | None = None
    """True: at least 0.5 sure of each of the four; False: the others."""


EVERY_PROPOSAL: Final = ProposalFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """How many proposals a round of drafting made, left, renewed or did not need."""

    made: int = 0
    same: int = 0
    covered: int = 0
    """Duties whose data an entry holds already."""
    without_data: int = 0
    """Duties that give no data of their own: advice, enquiries."""
    unmapped: int = 0
    """Duties whose department is not mapped yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableView:
    name: str
    outcome: TableOutcome
    reason_zh: str
    reason_en: str
    rows: int
    column_count: int
    proposal: int | None

    def reason(self, language: str = "zh") -> str:
        return self.reason_zh if language.startswith("zh") else self.reason_en


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyView:
    survey_id: str
    source: str
    source_name: str
    department: str
    status: SurveyStatus
    requested_by: str
    requested_at: datetime
    ended_at: datetime | None
    error_zh: str
    error_en: str
    counts: Mapping[str, int] = field(default_factory=dict)
    """Tables by outcome."""

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def waiting(self) -> int:
        return self.counts.get(TableOutcome.WAITING.value, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkSuggestion:
    """An entry and a duty that seem to belong together, and why."""

    service: str
    title: str
    duty: str
    duty_name: str
    score: float
    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseEntry:
    """An entry that names no known duty."""

    service: str
    title: str
    provider: str
    status: EntryStatus
    unknown: tuple[str, ...]
    """Duties that it names but no list holds, or that were abolished."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gaps:
    """Both directions of the comparison of duties with the catalogue, of a department or of all."""

    duties: int
    covered: int
    without_data: int
    """Duties that need no data of their own, not counted as gaps."""
    bare_duties: tuple[DutyView, ...]
    """Duties without data: no entry names them and no proposal stands for them."""
    proposed_duties: int
    entries: int
    loose_entries: tuple[LooseEntry, ...]
    open_proposals: int
    suggestions: tuple[LinkSuggestion, ...]

    @property
    def coverage(self) -> float | None:
        """Share of the duties that need data and have an entry; None without any."""
        needing = self.duties - self.without_data
        return round(self.covered / needing, 4) if needing else None
