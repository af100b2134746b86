"""Held deliveries (待确认): a person says yes to what is different, or no."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.db.models import Q

from jutong.control.collection.errors import NotHooked
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.run_rows import find_run, record_run, run_conflict, run_view
from jutong.control.collection.schedule import following
from jutong.control.collection.terms import RunAction, RunStatus
from jutong.control.collection.transitions import after
from jutong.control.collection.values import RunView
from jutong.control.directory.api import Actor, AuditAction, Permission, require
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import UpdateFrequency


def confirm_run(actor: Actor, run_id: str, *, clock: Clock) -> RunView:
    """Held → queued: the same delivery is read again and lands, if it differs in nothing but what was shown.

    Raises:
        RunConflict: the run is not held any more.
        NotHooked: the entry has lost its source meanwhile.
    """
    run = _held(actor, run_id)
    if not run.binding.active:
        raise NotHooked(service=run.binding.entry.service)
    changes = {
        "status": RunStatus.QUEUED.value,
        "confirmed_drift": True,
        "confirmed_by_name": actor.display_name,
        "not_before": None,
        "lease_owner": "",
    }
    with transaction.atomic():
        _change(run, changes)
        record_run(actor, AuditAction.RUN_CONFIRM, run, clock)
    return run_view(find_run(run_id))


def refuse_run(actor: Actor, run_id: str, *, reason: str, clock: Clock) -> RunView:
    """Held → cancelled: the delivery does not land, the earlier data stay; the next one is fetched as planned.

    Raises:
        RunConflict: the run is not held any more.
    """
    run, now = _held(actor, run_id), clock.now()
    binding = run.binding
    frequency = UpdateFrequency(binding.entry.update_frequency)
    planned = following(binding.cron, frequency, now) if binding.active else None
    changes = {
        "status": RunStatus.CANCELLED.value,
        "active_key": None,
        "ended_at": now,
        "confirmed_by_name": actor.display_name,
        "error_detail": {"reason": reason.strip()[:400]},
    }
    with transaction.atomic():
        _change(run, changes)
        Binding.objects.filter(pk=binding.pk).update(next_run_at=planned)
        record_run(actor, AuditAction.RUN_REFUSE, run, clock)
    return run_view(find_run(run_id))


def note_version(actor: Actor, service: str, *, version: int) -> None:
    """Corrected rows made a newer version of an entry's table, outside of any run: it is served from now on."""
    require(actor, Permission.RUN_EXECUTE)
    older = Q(last_version__isnull=True) | Q(last_version__lt=version)
    Binding.objects.filter(older, entry__service=service).update(last_version=version)


def _held(actor: Actor, run_id: str) -> CollectionRun:
    run = find_run(run_id)
    require(actor, Permission.RUN_CONFIRM, run.binding.entry.provider.code)
    if after(RunStatus(run.status), RunAction.CONFIRM) is None:
        raise run_conflict(run)
    return run


def _change(run: CollectionRun, changes: Mapping[str, Any]) -> None:
    if not CollectionRun.objects.filter(pk=run.pk, status=RunStatus.HELD.value).update(**changes):
        raise run_conflict(find_run(run.run_id))
