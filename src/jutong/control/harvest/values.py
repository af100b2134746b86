"""Frozen values of the harvest."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jutong.control.harvest.terms import HarvestCycle, JobStage, JobStatus, RecordState
from jutong.vocabulary.harvest import CatalogueKind, CatalogueRecord, RecordFinding


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDraft:
    """What is said of an external catalogue when it is registered."""

    code: str
    name: str
    kind: CatalogueKind
    address: str
    cycle: HarvestCycle = HarvestCycle.DAILY
    shrink_limit: int = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class JobView:
    """One visit to a source and how far it is."""

    job_id: str
    source: str
    source_name: str
    status: JobStatus
    stage: JobStage
    pages: int
    announced: int | None
    seen: int
    added: int
    changed: int
    unchanged: int
    gone: int
    findings: tuple[RecordFinding, ...]
    """About pages, and what in them was no record."""
    requested_by_name: str
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    turn: int
    failures: int
    error_code: str
    error_detail: Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    """An external catalogue with its last visit and what is known of it."""

    code: str
    name: str
    kind: CatalogueKind
    address: str
    cycle: HarvestCycle
    shrink_limit: int
    active: bool
    next_run_at: datetime | None
    last_success_at: datetime | None
    present: int
    adopted: int
    last_job: JobView | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestTask:
    """What a worker needs to go on with a job."""

    job_id: str
    source: str
    kind: CatalogueKind
    address: str
    stage: JobStage
    cursor: str
    validators: Mapping[str, str]
    """Of the last visit, on its first page alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StagedView:
    """A record that waits to be mapped."""

    key: int
    identifier: str
    raw: str
    findings: tuple[RecordFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MappedRecord:
    key: int
    record: CatalogueRecord
    findings: tuple[RecordFinding, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestedView:
    """An entry of another catalogue as a list shows it."""

    key: int
    source: str
    source_name: str
    record: CatalogueRecord
    findings: tuple[RecordFinding, ...]
    state: RecordState
    first_seen_at: datetime
    changed_at: datetime
    gone_at: datetime | None
    adopted_service: str
    proposes: bool
    """The source changed since the entry was adopted: someone has to say what becomes of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestedFilter:
    """Which harvested entries a list shows; empty fields do not filter."""

    text: str = ""
    source: str = ""
    state: RecordState | None = RecordState.PRESENT
    adopted: bool | None = None
    proposes: bool | None = None
    side: str = ""
    """`ours` or `theirs`: entries with a finding on that side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Adoption:
    """What became of one entry that was to be adopted: its service, or why not."""

    key: int
    title: str
    service: str = ""
    error_zh: str = ""
    error_en: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingCount:
    side: str
    code: str
    zh: str
    en: str
    records: int
