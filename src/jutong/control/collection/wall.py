"""Every source and hooked entry at a glance (数据源一览): a fixed number of queries, however many there are."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import OuterRef, Q, QuerySet, Subquery

from jutong.control.collection.models import Binding, CollectionRun, Source
from jutong.control.collection.schedule import punctuality
from jutong.control.collection.terms import Punctuality, RunStatus
from jutong.control.directory.api import Actor, Permission, require, scope
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.terms import Term


class WallState(Term):
    """How a source or a hooked entry stands; the first that holds, in this order, but for the last four."""

    BROKEN = "broken", "1", "异常", "Broken"
    HELD = "held", "2", "待确认", "Held for confirmation"
    LATE = "late", "3", "逾期", "Late"
    RUNNING = "running", "4", "执行中", "Running"
    PAUSED = "paused", "5", "已暂停", "Paused"
    WAITING = "waiting", "6", "待首次归集", "Waiting for the first delivery"
    UNHOOKED = "unhooked", "7", "未挂接", "Not hooked to an entry"
    GREEN = "green", "8", "正常", "In order"


@dataclass(frozen=True, slots=True, kw_only=True)
class WallFilter:
    """What of the wall is looked at; empty: everything within the actor's reach."""

    department: str = ""
    state: WallState | None = None
    kind: str = ""
    mode: CollectionMode | None = None
    search: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallCell:
    """One hooked entry, or a source that fills none (then `service` is empty)."""

    service: str
    title: str
    department: str
    department_name: str
    source: str
    source_name: str
    kind: str
    state: WallState
    mode: CollectionMode | None = None
    last_success_at: datetime | None = None
    due_at: datetime | None = None
    rows: int | None = None
    lag_s: float | None = None
    proved_at: datetime | None = None
    proof_complete: bool | None = None
    run_id: str = ""
    error_code: str = ""
    """Why it is broken: of the newest run, or of the connection test."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WallEvent:
    """A run that ended or waits for a person, the newest first."""

    run_id: str
    title: str
    department_name: str
    status: RunStatus
    at: datetime
    rows: int
    error_code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wall:
    """What the page shows. `counts` are of all that the filters but the state's leave."""

    cells: Sequence[WallCell]
    counts: Mapping[WallState, int]
    entries: int
    sources: int
    rows: int
    proved: int
    """Entries whose newest proof was complete."""
    kinds: Sequence[str]
    reach: frozenset[str] | None
    """Departments within the actor's scope; None: all."""
    events: Sequence[WallEvent] = field(default=())


EVENTS = 12
_ENDED = (
    RunStatus.SUCCEEDED.value,
    RunStatus.FAILED.value,
    RunStatus.HELD.value,
    RunStatus.CANCELLED.value,
)
_BINDING_COLUMNS = (
    "pk", "entry__service", "entry__title", "entry__provider__code", "entry__provider__name", "source__code",
    "source__name", "source__kind", "source__active", "source__test_code", "mode", "paused", "last_success_at",
    "due_at", "last_rows", "lag_s", "proved_at", "proof_complete",
)  # fmt: skip


def wall(actor: Actor, where: WallFilter, *, now: datetime) -> Wall:
    """The sources and hooked live entries within the actor's scope at the instant `now`; five queries."""
    require(actor, Permission.SOURCE_READ, where.department or None)
    reach = scope(actor, Permission.SOURCE_READ)
    bindings = Binding.objects.filter(active=True, entry__live=True)
    idle = Source.objects.exclude(bindings__active=True)
    if reach is not None:
        bindings = bindings.filter(entry__provider__code__in=reach)
        idle = idle.filter(department__code__in=reach)
    cells = [*_entry_cells(bindings, now), *_idle_cells(idle)]
    shown = [cell for cell in cells if _fits(cell, where)]
    counts = Counter(cell.state for cell in shown)
    return Wall(
        cells=[cell for cell in shown if where.state in {None, cell.state}],
        counts={state: counts[state] for state in WallState},
        entries=sum(1 for cell in shown if cell.service),
        sources=len({cell.source for cell in shown}),
        rows=sum(cell.rows or 0 for cell in shown),
        proved=sum(1 for cell in shown if cell.proof_complete),
        kinds=sorted({cell.kind for cell in cells}),
        reach=reach,
        events=_events(reach, where),
    )


def _entry_cells(bindings: QuerySet[Binding], now: datetime) -> list[WallCell]:
    mine = CollectionRun.objects.filter(binding=OuterRef("pk"), dry_run=False).order_by("-pk")
    newest_keys = bindings.annotate(newest=Subquery(mine.values("pk")[:1])).values("newest")
    newest = {
        row["binding_id"]: row
        for row in CollectionRun.objects.filter(pk__in=newest_keys).values(
            "binding_id", "run_id", "status", "error_code", "retries"
        )
    }
    rows = bindings.order_by("entry__provider__code", "entry__service").values(*_BINDING_COLUMNS)
    return [_entry_cell(row, newest.get(row["pk"], {}), now) for row in rows]


def _entry_cell(row: Mapping[str, Any], run: Mapping[str, Any], now: datetime) -> WallCell:
    state = _state(row, run, now)
    return WallCell(
        service=row["entry__service"],
        title=row["entry__title"],
        department=row["entry__provider__code"],
        department_name=row["entry__provider__name"],
        source=row["source__code"],
        source_name=row["source__name"],
        kind=row["source__kind"],
        state=state,
        mode=CollectionMode(row["mode"]),
        last_success_at=row["last_success_at"],
        due_at=row["due_at"],
        rows=row["last_rows"],
        lag_s=row["lag_s"],
        proved_at=row["proved_at"],
        proof_complete=row["proof_complete"],
        run_id=run.get("run_id", ""),
        error_code=run.get("error_code", "") if state is WallState.BROKEN else "",
    )


def _state(row: Mapping[str, Any], run: Mapping[str, Any], now: datetime) -> WallState:
    if row["paused"] or not row["source__active"]:
        return WallState.PAUSED
    status = RunStatus(run["status"]) if run else None
    if status is RunStatus.HELD:
        return WallState.HELD
    # A run that is tried again was broken a moment ago and may be again.
    retried = status is RunStatus.QUEUED and run["retries"] > 0
    if status is RunStatus.FAILED or retried or row["proof_complete"] is False:
        return WallState.BROKEN
    if status in {RunStatus.QUEUED, RunStatus.RUNNING}:
        return WallState.RUNNING
    standing = punctuality(due_at=row["due_at"], last_success_at=row["last_success_at"], now=now)
    if standing is Punctuality.LATE:
        return WallState.LATE
    return WallState.WAITING if row["last_success_at"] is None and _collected(row) else WallState.GREEN


def _collected(row: Mapping[str, Any]) -> bool:
    """Whether rows come into the pool at all: what stays at its source has no first delivery."""
    return bool(row["mode"] != CollectionMode.LOGICAL.value)


def _idle_cells(sources: QuerySet[Source]) -> list[WallCell]:
    columns = ("code", "name", "kind", "active", "test_code", "department__code", "department__name")
    return [
        WallCell(
            service="",
            title=row["name"],
            department=row["department__code"],
            department_name=row["department__name"],
            source=row["code"],
            source_name=row["name"],
            kind=row["kind"],
            state=WallState.BROKEN
            if row["test_code"]
            else WallState.UNHOOKED
            if row["active"]
            else WallState.PAUSED,
            error_code=row["test_code"],
        )
        for row in sources.values(*columns)
    ]


def _fits(cell: WallCell, where: WallFilter) -> bool:
    if where.department and cell.department != where.department:
        return False
    if where.kind and cell.kind != where.kind:
        return False
    if where.mode is not None and cell.mode is not where.mode:
        return False
    wanted = where.search.strip().casefold()
    named = (cell.title, cell.service, cell.source, cell.source_name, cell.department_name)
    return not wanted or any(wanted in name.casefold() for name in named)


def _events(reach: frozenset[str] | None, where: WallFilter) -> list[WallEvent]:
    runs = CollectionRun.objects.filter(status__in=_ENDED).order_by("-pk")
    if reach is not None:
        runs = runs.filter(binding__entry__provider__code__in=reach)
    if where.department:
        runs = runs.filter(binding__entry__provider__code=where.department)
    if where.search.strip():
        wanted = where.search.strip()
        runs = runs.filter(Q(binding__entry__title__icontains=wanted) | Q(binding__entry__service=wanted))
    columns = (
        "run_id", "status", "ended_at", "requested_at", "rows_landed", "error_code", "binding__entry__title",
        "binding__entry__provider__name",
    )  # fmt: skip
    return [
        WallEvent(
            run_id=row["run_id"],
            title=row["binding__entry__title"],
            department_name=row["binding__entry__provider__name"],
            status=RunStatus(row["status"]),
            at=row["ended_at"] or row["requested_at"],
            rows=row["rows_landed"],
            error_code=row["error_code"],
        )
        for row in runs.values(*columns)[:EVENTS]
    ]
