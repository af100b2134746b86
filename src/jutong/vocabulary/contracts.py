"""The frozen nouns that the planes exchange: entry contract down, run report up, grant policy to the gateway.

Each is whole from the start, comparable, and turns into JSON and back without loss (`to_json`, `from_json`).
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Self

import msgspec

from jutong.vocabulary.catalogue import (
    DataGrade,
    DataType,
    Level,
    MaskMethod,
    Meaning,
    OpenType,
    QualityDimension,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.grading import DEFAULT_CONTROLS, LevelControls

FIELD_PATTERN: Final = r"^[A-Za-z][A-Za-z0-9_]{0,63}$"


class Frozen:
    """JSON in and out for the dataclasses of this module."""

    __slots__ = ()

    def to_json(self) -> str:
        return msgspec.json.encode(self).decode()

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Raises `msgspec.ValidationError` when `text` is not this noun."""
        return msgspec.json.decode(text, type=cls)


@dataclass(frozen=True, slots=True, kw_only=True)
class InformationItem(Frozen):
    """A field of an entry (信息项)."""

    name: str
    field: str
    data_type: DataType = DataType.TEXT
    length: int | None = None
    scale: int | None = None
    """Digits after the decimal point."""
    required: bool = False
    key: bool = False
    level: Level = Level.L1
    sharing_type: SharingType = SharingType.UNCONDITIONAL
    sharing_condition: str = ""
    """Only where it differs from the entry's."""
    open_type: OpenType = OpenType.UNCONDITIONAL
    meaning: Meaning | None = None
    code_list: str = ""
    data_element: str = ""
    """Code of the data element (数据元) that the item binds to."""
    mask: MaskMethod | None = None
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSpec(Frozen):
    """A quality rule as plain data: its kind, the items it reads and its parameters.

    `kind` is one of those that `jutong.dataflow.quality` knows; `fields` are the English names of the items.
    """

    code: str
    kind: str
    fields: tuple[str, ...]
    parameters: dict[str, Any] = field(default_factory=dict)
    blocking: bool = False
    """A row that breaks a blocking rule goes to quarantine; otherwise it is kept and counted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryContract(Frozen):
    """What a published entry promises, as the data plane needs it (目录条目契约).

    `service` is the name of the entry's table in the department pool and in gateway addresses: lower-case
    ASCII, unique in the catalogue, never reused.
    """

    code: str
    version: int
    title: str
    service: str
    provider: str
    provider_name: str
    items: tuple[InformationItem, ...]
    sharing_type: SharingType
    open_type: OpenType
    update_frequency: UpdateFrequency
    level: Level
    query_keys: tuple[tuple[str, ...], ...] = ()
    """Sets of items by which a consumer may look rows up; each becomes an index of the serving snapshot."""
    rules: tuple[RuleSpec, ...] = ()
    level_controls: tuple[LevelControls, ...] = ()
    """What the levels that occur demand in this city; a level without its own has the platform's defaults."""
    data_grade: DataGrade = DataGrade.GENERAL

    def item(self, name: str) -> InformationItem:
        """The item whose English name is `name`; KeyError when there is none."""
        for item in self.items:
            if item.field == name:
                return item
        raise KeyError(name)

    def controls_of(self, level: Level) -> LevelControls:
        """What `level` demands of this entry's data."""
        own = next((one for one in self.level_controls if one.level is level), None)
        return own or DEFAULT_CONTROLS[level]

    @property
    def controls(self) -> LevelControls:
        """What the entry's own level, that of its strictest item, demands."""
        return self.controls_of(self.level)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleOutcome(Frozen):
    """What one rule found in one run: counts, and keys of a few rows (never their values)."""

    code: str
    kind: str
    dimension: QualityDimension
    fields: tuple[str, ...]
    checked: int
    failed: int
    blocking: bool
    sample_keys: tuple[str, ...] = ()
    """Row numbers of the delivery, as text: enough to find the row at its source, nothing that names a person."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunReport(Frozen):
    """How one collection run ended: counts that add up, the version it made, what the rules found.

    `read == landed + quarantined` always holds for a successful run.
    """

    run_id: str
    service: str
    source: str
    started_at: datetime
    ended_at: datetime
    outcome: str
    """`succeeded` or `failed`."""
    read: int = 0
    landed: int = 0
    quarantined: int = 0
    version: int | None = None
    delivered_at: datetime | None = None
    """When the source delivered what was read (a file's time); None where it is always as of now (a database)."""
    error_code: str = ""
    error_detail: dict[str, Any] = field(default_factory=dict)
    rules: tuple[RuleOutcome, ...] = ()
    quarantine_reasons: dict[str, int] = field(default_factory=dict)
    """Reason (the code of a blocking rule, or why a line could not be read) → rows; a row may have several."""
    missing_columns: tuple[str, ...] = ()
    """Items that the delivery has no column for; they landed empty."""
    extra_columns: tuple[str, ...] = ()
    """Columns of the source that no item asks for; they did not land."""
    mode: str = "replace"
    """How it was collected: a `CollectionMode`."""
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    """Rows of the pool that an incremental run or a change log put in, changed and took out."""
    position: str = ""
    """Where the next run goes on: a cursor's value, an LSN, a GTID, an offset; stored with the rows, in one commit."""
    waiting: int = 0
    """Files that wait for a run of their own: it is due at once."""
    columns: tuple[tuple[str, str], ...] = ()
    """The source's columns and their types as delivered: what the next delivery's drift is told by."""
    drift: tuple[dict[str, Any], ...] = ()
    """Drift findings (`jutong.vocabulary.collection.DriftFinding` as plain JSON)."""
    cost: dict[str, float] = field(default_factory=dict)
    """`seconds`, `cpu_s`, `peak_mb` of the run."""

    @property
    def score(self) -> float | None:
        """Quality score from 0 to 100 (GB/T 36344-2018 dimensions, product weights); None without rules."""
        return quality_score(self.rules)


def quality_score(rules: tuple[RuleOutcome, ...]) -> float | None:
    """Weighted mean over the dimensions that were checked of their share of passed checks, times 100."""
    from jutong.vocabulary.catalogue import QUALITY_WEIGHTS

    total = weight_sum = 0.0
    for dimension, weight in QUALITY_WEIGHTS.items():
        outcomes = [rule for rule in rules if rule.dimension is dimension]
        checked = sum(rule.checked for rule in outcomes)
        if checked == 0:
            continue
        failed = sum(rule.failed for rule in outcomes)
        total += weight * (1 - failed / checked)
        weight_sum += weight
    return None if weight_sum == 0 else round(100 * total / weight_sum, 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantedItem(Frozen):
    """One item that a grant lets out, and how."""

    field: str
    name: str
    mask: MaskMethod | None = None
    verification_only: bool = False
    """True: the item may be compared with a claim (核验), its value is never returned."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantPolicy(Frozen):
    """What was approved, frozen: the gateway executes this and nothing else (授权策略)."""

    grant_id: str
    application_id: str
    consumer: str
    consumer_name: str
    clients: tuple[str, ...]
    entry: str
    entry_title: str
    service: str
    provider_name: str
    items: tuple[GrantedItem, ...]
    query_keys: tuple[tuple[str, ...], ...]
    purpose: str
    basis: str
    valid_from: datetime
    valid_until: datetime
    lookup: bool = True
    verification: bool = False
    row_filter: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """(item, allowed values) pairs that every row must satisfy; empty lets every row through."""
    daily_quota: int = 10_000
    rate_per_second: int = 20
    suspended: bool = False
    provider: str = ""
    """Code of the department that provides the entry; evidence carries it, so that a provider finds its calls."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientKey(Frozen):
    """A client system that may sign calls; its secret is sealed with the platform's key (base64)."""

    client_id: str
    consumer: str
    name: str
    sealed_secret: str
    active: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePolicy(Frozen):
    """What the gateway must know of a published entry to tell "unknown service" from "not granted"."""

    service: str
    entry: str
    title: str
    provider_name: str
    live: bool = False
    """The rows stay at their source and are asked for there (逻辑集中)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicySnapshot(Frozen):
    """Everything the gateway obeys, replaced as one file; `version` only grows."""

    version: int
    made_at: datetime
    clients: tuple[ClientKey, ...]
    services: tuple[ServicePolicy, ...]
    grants: tuple[GrantPolicy, ...]


def canonical_json(value: Any) -> str:
    """JSON with sorted keys and no spaces: the same value always gives the same text (for digests)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
