"""What people and the schedule ask of runs: start, cancel, try again, pause, resume."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction

from jutong.control.catalogue.api import contract_of
from jutong.control.collection.errors import (
    CollectionPaused,
    LeftAtSource,
    NothingToRetry,
    NotHooked,
    RunActive,
)
from jutong.control.collection.following import FOLLOWED
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.run_rows import find_run, record_run, run_conflict, run_view
from jutong.control.collection.schedule import following
from jutong.control.collection.sources import binding_view
from jutong.control.collection.terms import RunAction, RunStatus
from jutong.control.collection.transitions import after
from jutong.control.collection.values import BindingView, RunView
from jutong.control.collection.windows import next_opening
from jutong.control.directory.api import (
    Actor,
    AuditAction,
    AuditedAct,
    Permission,
    can,
    record,
    record_many,
    require,
)
from jutong.kernel.clock import Clock
from jutong.kernel.ids import new_id
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode

FORCED: Final = 0
"""The priority of a run that goes first and does not wait for its source's hours; 1 to 9 are people's choice."""
_CHUNK: Final = 200


def request_run(
    actor: Actor,
    service: str,
    *,
    clock: Clock,
    dry_run: bool = False,
    force: bool = False,
    priority: int | None = None,
) -> RunView:
    """Queue a run for a hooked entry. Outside its source's hours it waits for them, unless it is forced: that takes
    the right to manage the source. A dry run reads, checks and reports, and lands nothing. Priority 1 goes first.

    Raises:
        EntryNotFound: the entry is not published, or withdrawn: it takes no deliveries.
        NotHooked: no source fills the entry.
        LeftAtSource: its rows stay at the source (逻辑集中).
        CollectionPaused: its collection is paused; a dry run is possible, and a forced one.
        RunActive: one is queued, running or held already.
    """
    contract = contract_of(service)
    require(actor, Permission.RUN_REQUEST, contract.provider)
    if force and not can(actor, Permission.RUN_EXECUTE):
        require(actor, Permission.SOURCE_MANAGE, contract.provider)
    binding = _bindings().filter(entry__service=service, active=True).first()
    if binding is None:
        raise NotHooked(service=service)
    if binding.mode == CollectionMode.LOGICAL.value:
        raise LeftAtSource(service=service)
    if binding.paused and not (dry_run or force):
        raise CollectionPaused(service=service)
    chosen = FORCED if force else (priority or binding.priority)
    try:
        with transaction.atomic():
            run = _row(actor, binding, clock.now(), dry_run=dry_run, priority=chosen)
            run.save()
            detail = {"dry_run": dry_run, "forced": force} if dry_run or force else None
            record_run(actor, AuditAction.RUN_REQUEST, run, clock, detail=detail)
    except IntegrityError as error:
        raise RunActive(service=service) from error
    return run_view(run)


def request_due_runs(actor: Actor, *, clock: Clock) -> int:
    """Queue a run for every hooked entry whose scheduled time has come; how many.

    Entries that are paused, whose source is switched off, or that have a run queued, running or held are left alone.
    """
    require(actor, Permission.RUN_REQUEST)
    now = clock.now()
    keys = list(_due(now).values_list("pk", flat=True))
    made = 0
    for start in range(0, len(keys), _CHUNK):
        with transaction.atomic():
            # Once more: asked for by hand, or withdrawn, in this very moment.
            bindings = list(_due(now).filter(pk__in=keys[start : start + _CHUNK]))
            rows = [_row(actor, binding, now) for binding in bindings]
            CollectionRun.objects.bulk_create(rows)
            acts = [
                AuditedAct(
                    row.run_id, row.binding.entry.provider.code, {"service": row.binding.entry.service}
                )
                for row in rows
            ]
            record_many(actor, AuditAction.RUN_REQUEST, acts, at=now, object_type="run")
        made += len(rows)
    return made


def due_services(actor: Actor, *, clock: Clock) -> tuple[str, ...]:
    """Service names whose scheduled run has come and that have none queued, running or held."""
    require(actor, Permission.RUN_READ)
    return tuple(_due(clock.now()).values_list("entry__service", flat=True))


def cancel_run(actor: Actor, run_id: str, *, clock: Clock) -> RunView:
    """End a queued or held run at once; ask a running one to end without landing anything.

    A run that has landed by then stays landed and is a success.

    Raises:
        RunConflict: it has ended.
    """
    run = find_run(run_id)
    require(actor, Permission.RUN_REQUEST, run.binding.entry.provider.code)
    status = RunStatus(run.status)
    target = after(status, RunAction.CANCEL)
    if target is None:
        raise run_conflict(run)
    now = clock.now()
    changes: dict[str, Any] = {"cancel_requested": True}
    if status is not RunStatus.RUNNING:
        changes |= {"status": target.value, "ended_at": now, "active_key": None, "stage": ""}
    with transaction.atomic():
        if not CollectionRun.objects.filter(pk=run.pk, status=status.value).update(**changes):
            raise run_conflict(find_run(run_id))
        run = find_run(run_id)
        if status is not RunStatus.RUNNING and not run.dry_run:
            _plan_next(run.binding, now)
        record_run(actor, AuditAction.RUN_CANCEL, run, clock, detail={"was": status.value})
    return run_view(run)


def retry_run(actor: Actor, run_id: str, *, clock: Clock) -> RunView:
    """Try again now: a queued run stops waiting; for one that failed or was cancelled a new one is queued.

    Raises:
        NothingToRetry: it succeeded, is running, or waits for a person.
        RunActive: the entry has another run queued, running or held.
    """
    run = find_run(run_id)
    require(actor, Permission.RUN_REQUEST, run.binding.entry.provider.code)
    status = RunStatus(run.status)
    if status in {RunStatus.FAILED, RunStatus.CANCELLED}:
        return request_run(actor, run.binding.entry.service, clock=clock, dry_run=run.dry_run)
    waiting = CollectionRun.objects.filter(pk=run.pk, status=RunStatus.QUEUED.value)
    with transaction.atomic():
        if not waiting.update(not_before=_opening(run.binding, clock.now())):
            raise NothingToRetry(run_id=run_id, status_zh=status.zh, status_en=status.en)
        record_run(actor, AuditAction.RUN_RETRY, run, clock)
    return run_view(find_run(run_id))


def pause_collection(actor: Actor, service: str, *, clock: Clock, paused: bool = True) -> BindingView:
    """Stop the schedule of a hooked entry, or go on with it; a run that is queued waits, a running one ends.

    Raises:
        NotHooked: no source fills it.
    """
    row = _bindings().filter(entry__service=service, active=True).first()
    if row is None:
        raise NotHooked(service=service)
    require(actor, Permission.SOURCE_MANAGE, row.entry.provider.code)
    if row.paused is not paused:
        with transaction.atomic():
            row.paused = paused
            row.save(update_fields=["paused"])
            record(
                actor,
                AuditAction.BINDING_CHANGE,
                at=clock.now(),
                object_type="binding",
                object_id=service,
                department=row.entry.provider.code,
                detail={"paused": [not paused, paused]},
            )
    return binding_view(row, clock)


def _bindings() -> Any:
    return Binding.objects.select_related("entry__provider", "source__department")


def _due(now: datetime) -> Any:
    rows = _bindings().filter(
        active=True, paused=False, entry__live=True, source__active=True, next_run_at__lte=now
    )
    # Rows that stay at the source are fetched by nobody, and those that it sends are read when they come.
    rows = rows.exclude(mode=CollectionMode.LOGICAL.value).exclude(FOLLOWED)
    rows = rows.exclude(pk__in=CollectionRun.objects.filter(active_key__isnull=False).values("active_key"))
    return rows.order_by("next_run_at", "pk")


def _row(
    actor: Actor, binding: Binding, now: datetime, *, dry_run: bool = False, priority: int | None = None
) -> CollectionRun:
    chosen = binding.priority if priority is None else priority
    return CollectionRun(
        run_id=new_id("run"),
        binding=binding,
        active_key=binding.pk,
        status=RunStatus.QUEUED.value,
        requested_by_id=actor.person_id,
        requested_by_name=actor.display_name,
        requested_at=now,
        due_at=binding.due_at,
        mode=binding.mode,
        priority=chosen,
        dry_run=dry_run,
        not_before=None if chosen == FORCED else _opening(binding, now),
    )


def _opening(binding: Binding, now: datetime) -> datetime | None:
    """When the source's hours begin; None within them."""
    windows: Sequence[dict[str, Any]] = binding.source.windows
    opening = next_opening(windows, now)
    return opening if opening > now else None


def _plan_next(binding: Binding, now: datetime) -> None:
    frequency = UpdateFrequency(binding.entry.update_frequency)
    planned = following(binding.cron, frequency, now) if binding.active else None
    Binding.objects.filter(pk=binding.pk).update(next_run_at=planned)
