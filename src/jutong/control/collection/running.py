"""Runs (归集任务) in a worker's hands: started under a lease, watched, ended; tried again where the fault passes."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db import transaction
from django.db.models import F, Q

from jutong.control.catalogue.api import contract_of
from jutong.control.collection.errors import LeaseLost, WorkerDied
from jutong.control.collection.held import confirmed_drift_of, mapping_after
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.retrying import MOST_ATTEMPTS, is_passing, pause
from jutong.control.collection.run_rows import find_run, record_run, run_conflict, run_view
from jutong.control.collection.schedule import following, promised_by
from jutong.control.collection.sources import opened_options, policy_of
from jutong.control.collection.terms import RunAction, RunStatus
from jutong.control.collection.transitions import ENDED, after
from jutong.control.collection.values import CollectionJob, RunView
from jutong.control.directory.api import Actor, AuditAction, Permission, require
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport

LEASE_S: Final = 300
HELD: Final = "held"
"""The outcome of a report that waits for a person's yes."""
_OUTCOMES: Final[Mapping[str, RunAction]] = {
    RunStatus.SUCCEEDED.value: RunAction.SUCCEED,
    HELD: RunAction.HOLD,
}
_CHANGING: Final = frozenset({CollectionMode.INCREMENTAL.value, CollectionMode.CHANGE_LOG.value})
_TAGS: Final[Mapping[RunStatus, AuditAction]] = {
    RunStatus.QUEUED: AuditAction.RUN_RETRY,
    RunStatus.CANCELLED: AuditAction.RUN_CANCEL,
}


def start_run(
    actor: Actor, run_id: str, *, worker: str, home: DataHome, clock: Clock, lease_s: int = LEASE_S
) -> CollectionJob:
    """Queued → running, for `lease_s` seconds at a time; the job says all that the data plane needs.

    The worker that holds the lease, or any when it has ended, may start again.

    Raises:
        RunConflict: the run has ended, or another worker holds it, or it took too many workers down with it.
    """
    require(actor, Permission.RUN_EXECUTE)
    run = find_run(run_id)
    status, now = RunStatus(run.status), clock.now()
    held = status is RunStatus.RUNNING and run.lease_until is not None and run.lease_until > now
    if after(status, RunAction.START) is None or (held and run.lease_owner != worker):
        raise run_conflict(run)
    if run.attempt - run.retries >= MOST_ATTEMPTS:
        record_failure(
            actor, run_id, error_code=WorkerDied.code, error_detail={"times": run.attempt}, clock=clock
        )
        raise run_conflict(find_run(run_id))
    binding = run.binding
    contract = contract_of(binding.entry.service)
    moved = CollectionRun.objects.filter(pk=run.pk, status=status.value, attempt=run.attempt).update(
        status=RunStatus.RUNNING.value,
        started_at=now,
        attempt=F("attempt") + 1,
        rows_done=0,
        rows_total=_expected(binding, CollectionMode(run.mode)),
        error_code="",
        error_detail={},
        lease_owner=worker,
        lease_until=now + timedelta(seconds=lease_s),
    )
    if not moved:
        raise run_conflict(find_run(run_id))
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
        confirmed=confirmed_drift_of(run),
        before=newest_report(binding),
        position=binding.position,
    )


def _expected(binding: Binding, mode: CollectionMode) -> int | None:
    """How many rows are likely to be read: as many as last time, where the whole table is read."""
    return binding.last_rows if mode is CollectionMode.REPLACE else None


def newest_report(binding: Binding) -> RunReport | None:
    """That of the newest run that landed something: what drift is told by."""
    rows = binding.runs.filter(status=RunStatus.SUCCEEDED.value, dry_run=False, lake_version__isnull=False)
    rows = rows.order_by("-pk")
    text = rows.values_list("report", flat=True).first()
    return RunReport.from_json(text) if text else None


def record_progress(
    actor: Actor,
    run_id: str,
    *,
    stage: str,
    rows_done: int,
    rows_total: int | None = None,
    clock: Clock,
    worker: str = "",
    lease_s: int = LEASE_S,
) -> bool:
    """Note how far a running run is, and renew its lease; whether it was asked to be cancelled.

    `rows_total` None keeps what is known. With `worker`, only whose lease it is may go on.

    Raises:
        RunConflict: it is not running any more, or another worker has taken it over.
    """
    require(actor, Permission.RUN_EXECUTE)
    rows = CollectionRun.objects.filter(run_id=run_id, status=RunStatus.RUNNING.value)
    if worker:
        rows = rows.filter(lease_owner=worker)
    values: dict[str, Any] = {"stage": stage[:40], "rows_done": rows_done}
    if rows_total is not None:
        values["rows_total"] = rows_total
    if not rows.update(**values, lease_until=clock.now() + timedelta(seconds=lease_s)):
        raise run_conflict(find_run(run_id))
    return bool(rows.filter(cancel_requested=True).exists())


def record_report(actor: Actor, run_id: str, report: RunReport, *, clock: Clock) -> RunView:
    """Running → succeeded, held, failed or queued again, as the report says; the same report again changes nothing.

    Raises:
        RunConflict: the run ended otherwise before.
    """
    require(actor, Permission.RUN_EXECUTE)
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
    action = _OUTCOMES.get(report.outcome, RunAction.FAIL)
    return _move(actor, run_id, action, values, clock, report=report)


def record_failure(
    actor: Actor, run_id: str, *, error_code: str, error_detail: Mapping[str, Any], clock: Clock
) -> RunView:
    """Queued or running → failed, or queued again when the fault passes.

    `error_detail` has names and counts, never a row's value.
    """
    require(actor, Permission.RUN_EXECUTE)
    values = {"error_code": error_code, "error_detail": dict(error_detail)}
    return _move(actor, run_id, RunAction.FAIL, values, clock)


def record_cancelled(actor: Actor, run_id: str, *, clock: Clock) -> RunView:
    """Running → cancelled: the worker has stopped, and nothing has landed."""
    require(actor, Permission.RUN_EXECUTE)
    return _move(actor, run_id, RunAction.CANCEL, {}, clock)


def _move(
    actor: Actor,
    run_id: str,
    action: RunAction,
    values: Mapping[str, Any],
    clock: Clock,
    *,
    report: RunReport | None = None,
) -> RunView:
    run, now = find_run(run_id), clock.now()
    status = RunStatus(run.status)
    if status in ENDED and run.report and run.report == values.get("report"):
        return run_view(run)
    if action is RunAction.FAIL:
        action = _instead_of_failing(run, str(values["error_code"]))
    target = after(status, action)
    if target is None:
        raise run_conflict(run)
    delivered_at = report.delivered_at if report else None
    changes = {
        **values,
        **_leaving(run, target, str(values.get("error_code", "")), now),
        "status": target.value,
        "on_time": _on_time(run, target, delivered_at, now),
    }
    with transaction.atomic():
        if not CollectionRun.objects.filter(pk=run.pk, status=status.value).update(**changes):
            raise run_conflict(find_run(run_id))
        for name, value in changes.items():
            setattr(run, name, value)
        if target in ENDED and not run.dry_run:
            _move_binding_on(run, report if target is RunStatus.SUCCEEDED else None, now)
        detail = {"status": target.value, "landed": run.rows_landed, "error": run.error_code}
        record_run(actor, _TAGS.get(target, AuditAction.RUN_END), run, clock, detail=detail)
    return run_view(run)


def _instead_of_failing(run: CollectionRun, error_code: str) -> RunAction:
    if run.cancel_requested:
        return RunAction.CANCEL
    tries_left = not run.dry_run and run.retries < policy_of(run.binding).retries
    running = run.status == RunStatus.RUNNING.value
    return RunAction.RETRY if running and tries_left and is_passing(error_code) else RunAction.FAIL


def _leaving(run: CollectionRun, target: RunStatus, error_code: str, now: datetime) -> dict[str, Any]:
    """What a run gives up when it stops running."""
    free: dict[str, Any] = {"lease_until": None, "stage": ""}
    if target is RunStatus.QUEUED and error_code == LeaseLost.code:  # its worker is gone, the source is well
        return free
    if target is RunStatus.QUEUED:
        return {**free, "retries": run.retries + 1, "not_before": now + pause(run.retries)}
    if target is RunStatus.HELD:
        return free
    return {**free, "ended_at": now, "active_key": None}


def _on_time(
    run: CollectionRun, target: RunStatus, delivered_at: datetime | None, now: datetime
) -> bool | None:
    """Only a delivery is on time or late: a failure leaves the promise open, and a dry run keeps none."""
    if target is not RunStatus.SUCCEEDED or run.due_at is None or run.dry_run:
        return None
    next_due = _next_due(run, delivered_at, now)
    return now <= run.due_at and (next_due is None or now <= next_due)


def _next_due(run: CollectionRun, delivered_at: datetime | None, ended: datetime) -> datetime | None:
    """By when the next delivery is promised: counted from what was delivered, not from when it was fetched.

    A file that nobody replaced is no new delivery, however often it is read.
    """
    frequency = UpdateFrequency(run.binding.entry.update_frequency)
    return promised_by(frequency, min(delivered_at or ended, ended))


def _move_binding_on(run: CollectionRun, landed: RunReport | None, ended: datetime) -> None:
    """Plan the next fetch; a success also starts the next promise."""
    binding = run.binding
    frequency = UpdateFrequency(binding.entry.update_frequency)
    planned = following(binding.cron, frequency, ended) if binding.active else None
    values: dict[str, Any] = {"next_run_at": planned}
    if landed is not None and landed.waiting and binding.active:
        values["next_run_at"] = ended
    if landed is not None and landed.version is None:  # there was nothing new
        due_at = _next_due(run, landed.delivered_at, ended)
        values |= {"due_at": due_at, "last_success_at": ended}
    elif landed is not None:
        values |= {
            "mapping": mapping_after(binding, landed),
            "due_at": _next_due(run, landed.delivered_at, ended),
            "last_success_at": ended,
            "last_version": run.lake_version,
            "last_rows": _rows_now(run, landed),
            "last_score": run.score,
            "position": landed.position[:400],
        }
    Binding.objects.filter(pk=binding.pk).update(**values)


def _rows_now(run: CollectionRun, landed: RunReport) -> int:
    """How many rows the entry has: a run that only read changes says what they did to it."""
    before = run.binding.last_rows
    if run.mode not in _CHANGING or before is None or not run.binding.position:
        return run.rows_landed
    return max(before + landed.inserted - landed.deleted, 0)


def end_lost_runs(actor: Actor, *, clock: Clock, carried: Collection[str] = ()) -> tuple[str, ...]:
    """Queue the running runs whose lease has ended again, so that no run stays running for ever. Their ids.

    `carried` are the caller's own: it is alive, whatever a clock that was moved says. A lease that ends later than
    any can was given under a wrong clock, and has ended too.
    """
    require(actor, Permission.RUN_EXECUTE)
    now = clock.now()
    outside = Q(lease_until__lt=now) | Q(lease_until__gt=now + timedelta(seconds=2 * LEASE_S))
    lost = CollectionRun.objects.filter(outside, status=RunStatus.RUNNING.value).exclude(run_id__in=carried)
    ended = []
    for run_id, cancelled in list(lost.values_list("run_id", "cancel_requested")):
        action = RunAction.CANCEL if cancelled else RunAction.RETRY
        _move(actor, run_id, action, {"error_code": LeaseLost.code, "error_detail": {}}, clock)
        ended.append(run_id)
    return tuple(ended)


def interrupted_runs(actor: Actor, *, worker: str) -> tuple[str, ...]:
    """Runs that a worker of this name left running when it ended: it goes on with them, the oldest first."""
    require(actor, Permission.RUN_EXECUTE)
    rows = CollectionRun.objects.filter(status=RunStatus.RUNNING.value, lease_owner=worker)
    return tuple(rows.order_by("pk").values_list("run_id", flat=True))
