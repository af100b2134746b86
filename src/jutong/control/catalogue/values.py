"""Frozen values of the catalogue: what an officer writes (`EntryDraft`), what lists and pages show."""

from dataclasses import dataclass
from datetime import date, datetime
from operator import attrgetter
from typing import Final

from jutong.control.catalogue.terms import Assignment, EntryAction, Provision
from jutong.vocabulary.catalogue import (
    DataGrade,
    EntryStatus,
    FormatClass,
    Level,
    OpenType,
    ResourceClass,
    Severity,
    SharingMethod,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.contracts import Frozen, InformationItem, RuleSpec

_RANK: Final = attrgetter("rank")


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryDraft(Frozen):
    """Everything that a department writes about an entry: metadata, items, look-up keys, rules."""

    title: str
    resource_class: ResourceClass = ResourceClass.DEPARTMENT
    classification: str = ""
    """Code of the 项/目/细目 in the classification tree."""
    provider_unit: str = ""
    abstract: str = ""
    format_class: FormatClass = FormatClass.DATABASE
    format: str = "sqlite"
    items: tuple[InformationItem, ...] = ()
    sharing_type: SharingType = SharingType.CONDITIONAL
    sharing_condition: str = ""
    sharing_reason: str = ""
    basis_document: str = ""
    basis_number: str = ""
    basis_article: str = ""
    sharing_methods: tuple[SharingMethod, ...] = (SharingMethod.API,)
    open_type: OpenType = OpenType.NOT_OPEN
    open_condition: str = ""
    update_frequency: UpdateFrequency = UpdateFrequency.DAILY
    related_codes: tuple[str, ...] = ()
    declared_level: Level = Level.L1
    system: str = ""
    """Code of the IT system that the data comes from."""
    contact_name: str = ""
    contact_phone: str = ""
    contact_email: str = ""
    domain_area: str = ""
    scene: str = ""
    business_frequency: UpdateFrequency | None = None
    assignment: Assignment = Assignment.PROVIDER
    without_key: bool = False
    is_result: bool = False
    is_certificate: bool = False
    assessment: str = ""
    """保密风险和个人信息保护影响评估 result; needed where items of level 3 or 4 are in the entry."""
    duties: tuple[str, ...] = ()
    """Codes of the duties and service items (权责事项、政务服务事项) that the data comes from."""
    secret: bool = False
    """涉密: such data must not be on this platform; declared so that the linter can say so."""
    provision: Provision = Provision.PERIODIC
    data_grade: DataGrade = DataGrade.GENERAL
    storage_mb: int | None = None
    """存储量 in megabytes, as surveyed."""
    row_count: int | None = None
    """记录数, as surveyed."""
    query_keys: tuple[tuple[str, ...], ...] = ()
    rules: tuple[RuleSpec, ...] = ()

    @property
    def level(self) -> Level:
        """敏感级别: the declared one, or that of the strictest item when it is higher."""
        return max([self.declared_level, *[item.level for item in self.items]], key=_RANK)


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What the linter says of a draft: which rule, how bad, what to do; `place` is an element or item."""

    rule: str
    severity: Severity
    place: str
    zh: str
    en: str
    fixable: bool = False
    """Whether the rule has a safe repair (`apply_fixes`)."""

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class EntrySummary:
    """An entry as a list shows it."""

    service: str
    code: str
    title: str
    abstract: str
    provider: str
    provider_name: str
    resource_class: ResourceClass
    classification: str
    sharing_type: SharingType
    open_type: OpenType
    level: Level
    update_frequency: UpdateFrequency
    status: EntryStatus
    live: bool
    version: int
    published_version: int | None
    published_on: date | None
    item_count: int
    review_due_on: date | None
    updated_at: datetime
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StepView:
    action: EntryAction
    before: EntryStatus
    after: EntryStatus
    by_name: str
    at: datetime
    reason: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionView:
    number: int
    published_at: datetime
    published_by: str
    reason: str
    draft: EntryDraft


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryView:
    """An entry whole. `present` is what holds (published state or first draft); `working` is what is being
    edited: the same, or the pending change of a published entry.
    """

    summary: EntrySummary
    provider_uscc: str
    classification_path: tuple[tuple[str, str], ...]
    """(code, name) of 类, 项, 目, 细目."""
    present: EntryDraft
    working: EntryDraft
    revision: int
    """Give it back when saving: a later change by someone else is then noticed."""
    steps: tuple[StepView, ...]
    actions: tuple[EntryAction, ...]
    """What the asking actor may do now."""

    @property
    def service(self) -> str:
        return self.summary.service

    @property
    def has_pending_change(self) -> bool:
        return self.present != self.working


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryFilter:
    """Which entries a list shows; empty fields do not filter."""

    text: str = ""
    status: EntryStatus | None = None
    provider: str = ""
    sharing_type: SharingType | None = None
    open_type: OpenType | None = None
    resource_class: ResourceClass | None = None
    classification: str = ""
    level: Level | None = None
    update_frequency: UpdateFrequency | None = None
    format_class: FormatClass | None = None
    live: bool | None = None


EVERY_ENTRY: Final = EntryFilter()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationView:
    code: str
    name: str
    depth: int
    resource_class: ResourceClass
    parent: str | None
