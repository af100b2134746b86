"""Runs as they are kept: found, listed, turned into views; the one form of their audit events."""

from collections.abc import Mapping
from typing import Any

from jutong.control.collection.errors import RunConflict, RunNotFound
from jutong.control.collection.models import CollectionRun
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.values import EVERY_RUN, RunFilter, RunView
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require, scope
from jutong.kernel.clock import Clock
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport


def runs(
    actor: Actor,
    where: RunFilter = EVERY_RUN,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[RunView]:
    """Runs within the actor's scope, the newest first."""
    require(actor, Permission.RUN_READ)
    rows = _rows().order_by("-pk")
    reach = scope(actor, Permission.RUN_READ)
    if reach is not None:
        rows = rows.filter(binding__entry__provider__code__in=reach)
    exact = {
        "binding__entry__service": where.service,
        "binding__source__code": where.source,
        "binding__entry__provider__code": where.department,
        "status": where.status,
        "mode": where.mode,
        "requested_at__date__gte": where.since,
        "requested_at__date__lte": where.until,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if cursor:
        (before,) = decode_numbers(cursor, width=1)
        rows = rows.filter(pk__lt=before)
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(run_view(row) for row in found[:limit]), next_cursor=following)


def run(actor: Actor, run_id: str) -> RunView:
    """One run.

    Raises:
        RunNotFound: there is none.
    """
    row = find_run(run_id)
    require(actor, Permission.RUN_READ, row.binding.entry.provider.code)
    return run_view(row)


def _rows() -> Any:
    return CollectionRun.objects.select_related(
        "binding__entry__provider", "binding__source__department", "binding__source__system"
    )


def find_run(run_id: str) -> CollectionRun:
    row: CollectionRun | None = _rows().filter(run_id=run_id).first()
    if row is None:
        raise RunNotFound(run_id=run_id)
    return row


def run_conflict(run: CollectionRun) -> RunConflict:
    status = RunStatus(run.status)
    return RunConflict(run_id=run.run_id, status_zh=status.zh, status_en=status.en)


def record_run(
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


def run_view(row: CollectionRun) -> RunView:
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
