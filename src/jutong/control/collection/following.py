"""Followed entries (变更日志): which they are, what following them takes, and how it goes, for people to see."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import Q, QuerySet

from jutong.control.catalogue.api import contract_of
from jutong.control.collection.errors import NotHooked
from jutong.control.collection.models import Binding, CollectionRun
from jutong.control.collection.run_rows import record_run
from jutong.control.collection.running import newest_report
from jutong.control.collection.schedule import promised_by
from jutong.control.collection.sources import opened_options, policy_of
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.values import CollectionJob
from jutong.control.directory.api import Actor, AuditAction, Permission, require
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.vocabulary.catalogue import UpdateFrequency
from jutong.vocabulary.collection import CollectionMode

# A snapshot has landed: from its position on the log says everything.
FOLLOWED: Final = Q(mode=CollectionMode.CHANGE_LOG.value) & ~Q(position="")


@dataclass(frozen=True, slots=True)
class Followed:
    """An entry whose changes are followed; another `stamp` means another source or other settings."""

    service: str
    source: str
    stamp: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowedState:
    """How far the pool is. `version` None leaves the served version as it is."""

    position: str
    lag_s: float | None
    rows: int
    version: int | None = None


def followed(actor: Actor) -> tuple[Followed, ...]:
    """Live entries that are to be followed now, by service name; one query."""
    require(actor, Permission.RUN_EXECUTE)
    rows = Binding.objects.filter(FOLLOWED, active=True, paused=False, entry__live=True, source__active=True)
    found = rows.order_by("entry__service").values_list(
        "entry__service", "source__code", "source__updated_at", "mapping", "policy", "entry__updated_at"
    )
    return tuple(Followed(row[0], row[1], "|".join(map(str, row[2:]))) for row in found)


def reading_sources(actor: Actor) -> frozenset[tuple[str, str]]:
    """(service, source) of every entry whose source keeps changes for it, be it paused or not begun yet."""
    require(actor, Permission.RUN_EXECUTE)
    rows = Binding.objects.filter(active=True, mode=CollectionMode.CHANGE_LOG.value)
    return frozenset(rows.values_list("entry__service", "source__code"))


def following_job(actor: Actor, service: str, home: DataHome) -> CollectionJob:
    """All that following an entry takes; `options` hold opened secrets: never store or log them.

    Raises:
        NotHooked: it is not followed.
        EntryNotFound: it was withdrawn.
    """
    require(actor, Permission.RUN_EXECUTE)
    row = _rows(service).filter(FOLLOWED).first()
    if row is None:
        raise NotHooked(service=service)
    return CollectionJob(
        run_id=f"follow-{service}",
        contract=contract_of(service),
        source=row.source.code,
        kind=row.source.kind,
        options=opened_options(row.source, home),
        mapping=row.mapping,
        mode=CollectionMode.CHANGE_LOG,
        department=row.source.department.code,
        system=row.source.system.code if row.source.system else "",
        policy=policy_of(row),
        before=newest_report(row),
        position=row.position,
    )


def record_following(actor: Actor, service: str, state: FollowedState, *, clock: Clock) -> None:
    """Note that the pool is as the source was `lag_s` seconds ago; a run tells when it went on after a fault."""
    require(actor, Permission.RUN_EXECUTE)
    row = _rows(service).filter(FOLLOWED).first()
    if row is None:
        return
    now = clock.now()
    values: dict[str, Any] = {
        "position": state.position[:400],
        "lag_s": state.lag_s,
        "last_success_at": now,
        "last_rows": state.rows,
        "due_at": promised_by(UpdateFrequency(row.entry.update_frequency), now),
    }
    if state.version is not None:
        values["last_version"] = state.version
    with transaction.atomic():
        # Not where the officer has just begun anew or changed the mode.
        if not Binding.objects.filter(FOLLOWED, pk=row.pk).update(**values):
            return
        newest = _newest_ended(row)
        if newest is not None and newest.status == RunStatus.FAILED.value:
            before = newest_report(row)
            run = _ended_run(actor, row, RunStatus.SUCCEEDED, now)
            run.lake_version = state.version or row.last_version
            run.report = replace(before, run_id=run.run_id, read=0, landed=0, quarantined=0, inserted=0, updated=0,
                                 deleted=0, started_at=now, ended_at=now, drift=()).to_json() if before else ""  # fmt: skip
            run.save()
            record_run(
                actor, AuditAction.RUN_END, run, clock, detail={"status": run.status, "followed": True}
            )


def record_following_failure(
    actor: Actor,
    service: str,
    *,
    error_code: str,
    error_detail: Mapping[str, Any],
    begin_anew: bool = False,
    clock: Clock,
) -> None:
    """Note why an entry cannot be followed: a failed run for each new kind of fault, and how long nothing came.

    `begin_anew`: the changes in between are lost, and the next run reads the whole table again.
    """
    require(actor, Permission.RUN_EXECUTE)
    row = _rows(service).filter(FOLLOWED).first()
    if row is None:
        return
    now = clock.now()
    since = row.last_success_at
    with transaction.atomic():
        lag = (now - since).total_seconds() if since else None
        values: dict[str, Any] = {"lag_s": lag, **({"position": ""} if begin_anew else {})}
        Binding.objects.filter(pk=row.pk).update(**values)
        newest = _newest_ended(row)
        if newest and newest.status == RunStatus.FAILED.value and newest.error_code == error_code:
            return
        run = _ended_run(actor, row, RunStatus.FAILED, now)
        run.error_code, run.error_detail = error_code, dict(error_detail)
        run.save()
        detail = {"status": run.status, "error": error_code, "followed": True}
        record_run(actor, AuditAction.RUN_END, run, clock, detail=detail)


def forget_position(actor: Actor, service: str) -> None:
    """The next run of the entry reads the whole table again."""
    require(actor, Permission.RUN_EXECUTE)
    Binding.objects.filter(entry__service=service, mode=CollectionMode.CHANGE_LOG.value).update(position="")


def _rows(service: str) -> QuerySet[Binding]:
    rows = Binding.objects.select_related("entry__provider", "source__department", "source__system")
    return rows.filter(entry__service=service, active=True)


def _newest_ended(row: Binding) -> CollectionRun | None:
    ended = (RunStatus.SUCCEEDED.value, RunStatus.FAILED.value)
    return row.runs.filter(dry_run=False, status__in=ended).order_by("-pk").defer("report").first()


def _ended_run(actor: Actor, row: Binding, status: RunStatus, now: datetime) -> CollectionRun:
    return CollectionRun(
        run_id=new_id("run"),
        binding=row,
        active_key=None,
        status=status.value,
        requested_by_id=actor.person_id,
        requested_by_name=actor.display_name,
        requested_at=now,
        started_at=now,
        ended_at=now,
        mode=row.mode,
        priority=row.priority,
    )
