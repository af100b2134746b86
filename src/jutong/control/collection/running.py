"""Runs (归集任务): asked for, started under a lease, reported; one at a time for an entry."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F

from jutong.control.catalogue.api import contract_of
from jutong.control.collection.errors import (
    LeaseLost,
    LeftAtSource,
    NotHooked,
    RunActive,
    RunConflict,
    RunNotFound,
)
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.schedule import next_run, promised_by
from jutong.control.collection.sources import opened_options, policy_of
from jutong.control.collection.terms import RunAction, RunStatus
from jutong.control.collection.transitions import ENDED, after
from jutong.control.collection.values import EVERY_RUN, CollectionJob, RunFilter, RunView
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require, scope
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport

LEASE_S: Final = 300


def request_run(actor: Actor, service: str, *, clock: Clock) -> RunView:
    """Queue a run for a hooked entry.

    Raises:
        EntryNotFound: the entry is not published, or withdrawn: it takes no deliveries.
        NotHooked: no source fills the entry.
        LeftAtSource: its rows stay at the source (逻辑集中).
        RunActive: one is queued or running already.
    """
    contract = contract_of(service)
    require(actor, Permission.RUN_REQUEST, contract.provider)
    binding = (
        Binding.objects.select_related("entry__provider", "source")
        .filter(entry__service=service, active=True)
        .first()
    )
    if binding is None:
        raise NotHooked(service=service)
    if binding.mode == CollectionMode.LOGICAL.value:
        raise LeftAtSource(service=service)
    now = clock.now()
    try:
        with transaction.atomic():
            run = CollectionRun.objects.create(
                run_id=new_id("run"),
                binding=binding,
                active_key=binding.pk,
                status=RunStatus.QUEUED.value,
                requested_by_id=actor.person_id,
                requested_by_name=actor.display_name,
                requested_at=now,
                due_at=binding.due_at,
                mode=binding.mode,
                priority=binding.priority,
            )
            _record(actor, AuditAction.RUN_REQUEST, run, clock)
    except IntegrityError as error:
        raise RunActive(service=service) from error
    return _view(run)


def start_run(
    actor: Actor, run_id: str, *, worker: str, home: DataHome, clock: Clock, lease_s: int = LEASE_S
) -> CollectionJob:
    """Queued → running, for `lease_s` seconds at a time; the job says all that the data plane needs.

    The worker that holds the lease, or any when it has ended, may start again.

    Raises:
        RunConflict: the run has ended, or another worker holds it.
    """
    require(actor, Permission.RUN_EXECUTE)
    run = _find(run_id)
    status, now = RunStatus(run.status), clock.now()
    held = status is RunStatus.RUNNING and run.lease_until is not None and run.lease_until > now
    if after(status, RunAction.START) is None or (held and run.lease_owner != worker):
        raise _conflict(run)
    binding = run.binding
    contract = contract_of(binding.entry.service)
    moved = CollectionRun.objects.filter(pk=run.pk, status=status.value, attempt=run.attempt).update(
        status=RunStatus.RUNNING.value,
        started_at=now,
        attempt=F("attempt") + 1,
        lease_owner=worker,
        lease_until=now + timedelta(seconds=lease_s),
    )
    if not moved:
        raise _conflict(_find(run_id))
    source = binding.source
    return CollectionJob(
        run_id=run_id,
        contract=contract,
        source=source.code,
        kind=source.kind,
        options=opened_options(source, home),
        mapping=binding.mapping,
        mode=CollectionMode(run.mode),
        department=source.department.code,
        system=source.system.code if source.system else "",
        policy=policy_of(binding),
        dry_run=run.dry_run,
        confirmed_drift=run.confirmed_drift,
        before=_newest_report(binding),
    )


def _newest_report(binding: Binding) -> RunReport | None:
    rows = binding.runs.filter(status=RunStatus.SUCCEEDED.value, dry_run=False).order_by("-pk")
    text = rows.values_list("report", flat=True).first()
    return RunReport.from_json(text) if text else None


def record_progress(
    actor: Actor,
    run_id: str,
    *,
    stage: str,
    rows_done: int,
    rows_total: int | None,
    clock: Clock,
    lease_s: int = LEASE_S,
) -> None:
    """Note how far a running run is, and renew its lease.

    Raises:
        RunConflict: it is not running any more.
    """
    require(actor, Permission.RUN_EXECUTE)
    moved = CollectionRun.objects.filter(run_id=run_id, status=RunStatus.RUNNING.value).update(
        stage=stage[:40],
        rows_done=rows_done,
        rows_total=rows_total,
        lease_until=clock.now() + timedelta(seconds=lease_s),
    )
    if not moved:
        raise _conflict(_find(run_id))


def record_report(actor: Actor, run_id: str, report: RunReport, *, clock: Clock) -> RunView:
    """Running → succeeded or failed, as the report says; the same report again changes nothing.

    Raises:
        RunConflict: the run ended otherwise before.
    """
    require(actor, Permission.RUN_EXECUTE)
    succeeded = report.outcome == RunStatus.SUCCEEDED.value
    action = RunAction.SUCCEED if succeeded else RunAction.FAIL
    values: dict[str, Any] = {
        "rows_read": report.read,
        "rows_landed": report.landed,
        "rows_quarantined": report.quarantined,
        "rows_done": report.read,
        "rows_inserted": report.inserted,
        "rows_updated": report.updated,
        "rows_deleted": report.deleted,
        "lake_version": report.version,
        "score": report.score,
        "error_code": report.error_code,
        "error_detail": report.error_detail,
        "report": report.to_json(),
    }
    return _end(actor, run_id, action, values, clock, delivered_at=report.delivered_at)


def record_failure(
    actor: Actor, run_id: str, *, error_code: str, error_detail: Mapping[str, Any], clock: Clock
) -> RunView:
    """Queued or running → failed, with the error's code and detail (names and counts, never a row's value)."""
    require(actor, Permission.RUN_EXECUTE)
    values = {"error_code": error_code, "error_detail": dict(error_detail)}
    return _end(actor, run_id, RunAction.FAIL, values, clock)


def _end(
    actor: Actor,
    run_id: str,
    action: RunAction,
    values: Mapping[str, Any],
    clock: Clock,
    *,
    delivered_at: datetime | None = None,
) -> RunView:
    run = _find(run_id)
    status = RunStatus(run.status)
    target = after(status, action)
    if status in ENDED and run.report and run.report == values.get("report"):
        return _view(run)
    if target is None:
        raise _conflict(run)
    now = clock.now()
    # Only a delivery is on time or late: a failure leaves the promise open.
    on_time: bool | None = None
    if target is RunStatus.SUCCEEDED and run.due_at is not None:
        next_due = _next_due(run, delivered_at, now)
        on_time = now <= run.due_at and (next_due is None or now <= next_due)
    with transaction.atomic():
        moved = CollectionRun.objects.filter(pk=run.pk, status=status.value).update(
            **values,
            status=target.value,
            ended_at=now,
            active_key=None,
            lease_until=None,
            stage="",
            on_time=on_time,
        )
        if not moved:
            raise _conflict(_find(run_id))
        run = _find(run_id)
        _move_binding_on(run, delivered_at, succeeded=target is RunStatus.SUCCEEDED)
        detail = {"status": target.value, "landed": run.rows_landed, "error": run.error_code}
        _record(actor, AuditAction.RUN_END, run, clock, detail=detail)
    return _view(run)


def _next_due(run: CollectionRun, delivered_at: datetime | None, ended: datetime) -> datetime | None:
    """By when the next delivery is promised: counted from what was delivered, not from when it was fetched.

    An old file that is fetched again is no newer for it.
    """
    frequency = UpdateFrequency(run.binding.entry.update_frequency)
    return promised_by(frequency, min(delivered_at or ended, ended))


def _move_binding_on(run: CollectionRun, delivered_at: datetime | None, *, succeeded: bool) -> None:
    """Plan the next fetch; a success also starts the next promise."""
    binding, ended = run.binding, run.ended_at
    if ended is None:
        return
    frequency = UpdateFrequency(binding.entry.update_frequency)
    values: dict[str, Any] = {"next_run_at": next_run(frequency, ended) if binding.active else None}
    if succeeded:
        values |= {
            "due_at": _next_due(run, delivered_at, ended),
            "last_success_at": ended,
            "last_version": run.lake_version,
            "last_rows": run.rows_landed,
            "last_score": run.score,
            "position": run.report and RunReport.from_json(run.report).position[:400],
        }
    Binding.objects.filter(pk=binding.pk).update(**values)


def end_lost_runs(actor: Actor, *, clock: Clock) -> tuple[str, ...]:
    """Fail the running runs whose lease has ended: no run stays running for ever. Their ids."""
    require(actor, Permission.RUN_EXECUTE)
    lost = CollectionRun.objects.filter(status=RunStatus.RUNNING.value, lease_until__lt=clock.now())
    ended = []
    for run_id in list(lost.values_list("run_id", flat=True)):
        record_failure(actor, run_id, error_code=LeaseLost.code, error_detail={}, clock=clock)
        ended.append(run_id)
    return tuple(ended)


def due_services(actor: Actor, *, clock: Clock) -> tuple[str, ...]:
    """Service names whose scheduled run has come and that have none queued or running."""
    require(actor, Permission.RUN_READ)
    rows = Binding.objects.filter(active=True, entry__live=True, next_run_at__lte=clock.now())
    rows = rows.exclude(mode=CollectionMode.LOGICAL.value)
    rows = rows.exclude(pk__in=CollectionRun.objects.filter(active_key__isnull=False).values("active_key"))
    return tuple(rows.order_by("next_run_at").values_list("entry__service", flat=True))


def runs(
    actor: Actor,
    where: RunFilter = EVERY_RUN,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[RunView]:
    """Runs within the actor's scope, the newest first."""
    require(actor, Permission.RUN_READ)
    rows = _runs().order_by("-pk")
    reach = scope(actor, Permission.RUN_READ)
    if reach is not None:
        rows = rows.filter(binding__entry__provider__code__in=reach)
    exact = {
        "binding__entry__service": where.service,
        "binding__source__code": where.source,
        "binding__entry__provider__code": where.department,
        "status": where.status,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(_view(row) for row in found[:limit]), next_cursor=following)


def run(actor: Actor, run_id: str) -> RunView:
    """One run.

    Raises:
        RunNotFound: there is none.
    """
    row = _find(run_id)
    require(actor, Permission.RUN_READ, row.binding.entry.provider.code)
    return _view(row)


def _runs() -> Any:
    return CollectionRun.objects.select_related(
        "binding__entry__provider", "binding__source__department", "binding__source__system"
    )


def _find(run_id: str) -> CollectionRun:
    row: CollectionRun | None = _runs().filter(run_id=run_id).first()
    if row is None:
        raise RunNotFound(run_id=run_id)
    return row


def _conflict(run: CollectionRun) -> RunConflict:
    status = RunStatus(run.status)
    return RunConflict(run_id=run.run_id, status_zh=status.zh, status_en=status.en)


def _record(
    actor: Actor,
    action: AuditAction,
    run: CollectionRun,
    clock: Clock,
    *,
    detail: Mapping[str, Any] | None = None,
) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="run",
        object_id=run.run_id,
        department=run.binding.entry.provider.code,
        detail={"service": run.binding.entry.service, **(detail or {})},
    )


def _view(row: CollectionRun) -> RunView:
    entry = row.binding.entry
    return RunView(
        run_id=row.run_id,
        service=entry.service,
        title=entry.title,
        source=row.binding.source.code,
        department=entry.provider.code,
        department_name=entry.provider.name,
        status=RunStatus(row.status),
        requested_by=row.requested_by_name,
        requested_at=row.requested_at,
        started_at=row.started_at,
        ended_at=row.ended_at,
        attempt=row.attempt,
        mode=CollectionMode(row.mode),
        priority=row.priority,
        dry_run=row.dry_run,
        confirmed_drift=row.confirmed_drift,
        confirmed_by=row.confirmed_by_name,
        cancel_requested=row.cancel_requested,
        not_before=row.not_before,
        retries=row.retries,
        inserted=row.rows_inserted,
        updated=row.rows_updated,
        deleted=row.rows_deleted,
        stage=row.stage,
        rows_done=row.rows_done,
        rows_total=row.rows_total,
        read=row.rows_read,
        landed=row.rows_landed,
        quarantined=row.rows_quarantined,
        version=row.lake_version,
        score=row.score,
        on_time=row.on_time,
        error_code=row.error_code,
        error_detail=row.error_detail,
        report=RunReport.from_json(row.report) if row.report else None,
    )
