"""Frozen values of collection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final

from jutong.control.collection.terms import Punctuality, RunStatus
from jutong.kernel.paging import Page
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy, DriftFinding
from jutong.vocabulary.contracts import EntryContract, RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDraft:
    """A source as it is registered. `options` go to the connector; those in `secret_options` are sealed at rest
    and never shown again (for example `{"password": …}` or `{"dsn": …}`).
    """

    code: str
    name: str
    department: str
    kind: str
    options: Mapping[str, Any] = field(default_factory=dict)
    secret_options: Mapping[str, str] = field(default_factory=dict, repr=False)
    system: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceView:
    code: str
    name: str
    department: str
    department_name: str
    system: str
    kind: str
    options: Mapping[str, Any]
    has_secrets: bool
    active: bool
    max_concurrent: int
    windows: tuple[Mapping[str, Any], ...]
    tested_at: datetime | None
    test_code: str
    """Why the newest connection test failed; empty after one that passed."""
    test_detail: Mapping[str, Any]
    services: tuple[str, ...]
    """Service names of the entries that it fills."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BindingView:
    """A hooked entry (挂接) with the state of its deliveries."""

    service: str
    title: str
    provider: str
    provider_name: str
    source: str
    source_name: str
    mapping: Mapping[str, str] | None
    mode: CollectionMode
    policy: CollectionPolicy
    priority: int
    cron: str
    paused: bool
    position: str
    lag_s: float | None
    proved_at: datetime | None
    proof_complete: bool | None
    update_frequency: UpdateFrequency
    active: bool
    next_run_at: datetime | None
    due_at: datetime | None
    last_success_at: datetime | None
    last_version: int | None
    last_rows: int | None
    last_score: float | None
    punctuality: Punctuality


@dataclass(frozen=True, slots=True, kw_only=True)
class SourcePage(Page[SourceView]):
    """Sources, `total` of them over all pages, and the hooked entries that those of this page fill."""

    total: int
    hooked: tuple[BindingView, ...]
    reach: frozenset[str] | None
    """Departments within the reader's scope; None: all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastDelivery:
    """How the newest ended run of an entry went: why it failed, what did not match."""

    error_code: str = ""
    missing_columns: tuple[str, ...] = ()
    """Items that the delivery had no column for."""
    extra_columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RunView:
    run_id: str
    service: str
    title: str
    source: str
    department: str
    department_name: str
    status: RunStatus
    requested_by: str
    requested_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    attempt: int
    mode: CollectionMode
    priority: int
    dry_run: bool
    confirmed_drift: bool
    confirmed_by: str
    cancel_requested: bool
    not_before: datetime | None
    retries: int
    inserted: int
    updated: int
    deleted: int
    stage: str
    rows_done: int
    rows_total: int | None
    read: int
    landed: int
    quarantined: int
    version: int | None
    score: float | None
    on_time: bool | None
    error_code: str
    error_detail: Mapping[str, Any]
    report: RunReport | None

    @property
    def progress(self) -> float | None:
        """Share of rows done, 0 to 1; None while the total is unknown."""
        return min(1.0, self.rows_done / self.rows_total) if self.rows_total else None

    def rate(self, now: datetime) -> float | None:
        """Rows a second since it started; None when nothing has been read, or while it is not running."""
        if self.status is not RunStatus.RUNNING or self.started_at is None or not self.rows_done:
            return None
        return self.rows_done / max((now - self.started_at).total_seconds(), 1.0)

    def remaining_s(self, now: datetime) -> float | None:
        """About how many seconds reading still takes, at the rate so far; None while the total is not known."""
        rate = self.rate(now)
        if rate is None or not self.rows_total or self.stage != "read":
            return None
        return max(self.rows_total - self.rows_done, 0) / rate


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectionJob:
    """Everything that the data plane needs for one run; `options` hold opened secrets: never store or log it."""

    run_id: str
    contract: EntryContract
    source: str
    kind: str
    options: Mapping[str, Any] = field(repr=False)
    mapping: Mapping[str, str] | None
    mode: CollectionMode
    department: str
    system: str
    policy: CollectionPolicy = field(default_factory=CollectionPolicy)
    dry_run: bool = False
    confirmed_drift: bool = False
    """A person said yes to what this delivery differs in."""
    confirmed: tuple[DriftFinding, ...] = ()
    """What that person saw: nothing else passes."""
    before: RunReport | None = None
    """The entry's newest successful run: what drift is told by."""
    position: str = ""
    """Where the last run ended; empty: reading starts from the beginning."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFilter:
    service: str = ""
    source: str = ""
    department: str = ""
    status: RunStatus | None = None
    mode: CollectionMode | None = None
    since: date | None = None
    """Asked for on this day (Asia/Shanghai) or later."""
    until: date | None = None
    """Asked for on this day or earlier."""


EVERY_RUN: Final = RunFilter()
