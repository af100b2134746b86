"""Harvest jobs: asked for, carried on under a lease page by page, held or ended; none stays open for ever."""

from datetime import datetime, timedelta
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, Q

from jutong.control.directory.api import Actor, AuditAction, Permission, can, record, require
from jutong.control.harvest.errors import (
    HarvestActive,
    JobConflict,
    JobExpired,
    JobNotFound,
    ShrinkRefused,
)
from jutong.control.harvest.models import HarvestJob, HarvestSource
from jutong.control.harvest.rows import job_view
from jutong.control.harvest.sources import find, next_visit
from jutong.control.harvest.terms import HarvestCycle, JobAction, JobStage, JobStatus
from jutong.control.harvest.transitions import ENDED, after
from jutong.control.harvest.values import HarvestTask, JobView
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.ids import new_id
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.vocabulary.harvest import CatalogueKind

LEASE_S: Final = 300
FAILURES: Final = 4
BACKOFF_S: Final = 60
OPEN_DAYS: Final = 1
HELD_DAYS: Final = 14


def request_harvest(actor: Actor, source: str, *, clock: Clock) -> JobView:
    """Queue a visit to `source`.

    Raises:
        SourceNotFound: there is none.
        HarvestActive: one is queued, running or held already.
    """
    if not can(actor, Permission.HARVEST_EXECUTE):
        require(actor, Permission.HARVEST_MANAGE)
    row = find(source)
    now = clock.now()
    try:
        with transaction.atomic():
            job = HarvestJob.objects.create(
                job_id=new_id("hvt"),
                source=row,
                active_key=row.pk,
                status=JobStatus.QUEUED.value,
                requested_by_id=actor.person_id,
                requested_by_name=actor.display_name,
                requested_at=now,
            )
            row.next_run_at = next_visit(HarvestCycle(row.cycle), now) if row.active else None
            row.save(update_fields=["next_run_at"])
            _record(actor, AuditAction.HARVEST_REQUEST, job, clock)
    except IntegrityError as error:
        raise HarvestActive(source=source) from error
    return job_view(job)


def due_sources(actor: Actor, *, clock: Clock) -> tuple[str, ...]:
    """Codes of the active sources whose time has come and that nobody visits now."""
    require(actor, Permission.HARVEST_EXECUTE)
    rows = HarvestSource.objects.filter(active=True, next_run_at__lte=clock.now())
    busy = HarvestJob.objects.filter(active_key__isnull=False).values("source_id")
    return tuple(rows.exclude(pk__in=busy).values_list("code", flat=True))


def waiting_jobs(actor: Actor, *, clock: Clock) -> tuple[tuple[str, int], ...]:
    """(job, turn) of all that wait to be carried on, the oldest first."""
    require(actor, Permission.HARVEST_EXECUTE)
    rows = HarvestJob.objects.filter(status=JobStatus.QUEUED.value)
    rows = rows.filter(Q(not_before__isnull=True) | Q(not_before__lte=clock.now())).order_by("id")
    return tuple(rows.values_list("job_id", "turn"))


def start_job(actor: Actor, job_id: str, *, worker: str, clock: Clock, lease_s: int = LEASE_S) -> HarvestTask:
    """Queued → running, or go on with a job whose worker was lost; at the page that was reached.

    Raises:
        JobConflict: it has ended or is held, or another worker's lease has not run out.
    """
    require(actor, Permission.HARVEST_EXECUTE)
    job, now = find_job(job_id), clock.now()
    status = JobStatus(job.status)
    leased = (
        status is JobStatus.RUNNING
        and job.lease_owner != worker
        and job.lease_until is not None
        and job.lease_until > now
    )
    if leased or after(status, JobAction.START) is None:
        raise conflict(job)
    moved = HarvestJob.objects.filter(
        pk=job.pk, status=status.value, turn=job.turn, lease_until=job.lease_until
    ).update(
        status=JobStatus.RUNNING.value,
        started_at=job.started_at or now,
        lease_owner=worker,
        lease_until=now + timedelta(seconds=lease_s),
    )
    if not moved:
        raise conflict(find_job(job_id))
    return task_of(find_job(job_id))


def task_of(job: HarvestJob) -> HarvestTask:
    first = job.page == 0
    return HarvestTask(
        job_id=job.job_id,
        source=job.source.code,
        kind=CatalogueKind(job.source.kind),
        address=job.source.address,
        stage=JobStage(job.stage),
        cursor=job.cursor,
        validators=job.source.validators if first else {},
    )


def pause_job(actor: Actor, job_id: str, *, worker: str, clock: Clock) -> JobView:
    """Running → queued at the page reached, so that other work has its turn."""
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        job = held_by(job_id, worker, clock)
        _back_to_queue(job)
    return job_view(job)


def retry_later(actor: Actor, job_id: str, error: JutongError, *, worker: str, clock: Clock) -> JobView:
    """The source did not answer: queued again for later, or failed when that happened too often in a row."""
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        job = held_by(job_id, worker, clock)
        if job.failures + 1 >= FAILURES:
            return _end(actor, job, JobAction.FAIL, clock, error=error)
        job.failures += 1
        job.not_before = clock.now() + timedelta(seconds=BACKOFF_S * 2 ** (job.failures - 1))
        job.error_code, job.error_detail = error.code, _plain(error)
        _back_to_queue(job)
    return job_view(job)


def _back_to_queue(job: HarvestJob) -> None:
    job.status = JobStatus.QUEUED.value
    job.turn += 1
    job.lease_owner, job.lease_until = "", None
    job.save()


def fail_job(actor: Actor, job_id: str, error: JutongError, *, clock: Clock) -> JobView:
    """Queued or running → failed; nothing of the visit is taken over."""
    require(actor, Permission.HARVEST_EXECUTE)
    with transaction.atomic():
        return _end(actor, _locked(job_id), JobAction.FAIL, clock, error=error)


def decide_job(actor: Actor, job_id: str, *, go_on: bool, clock: Clock) -> JobView:
    """Held → queued with the shrinking allowed, or failed with everything left as it was.

    Raises:
        JobConflict: it is not held.
    """
    require(actor, Permission.HARVEST_MANAGE)
    with transaction.atomic():
        job = _locked(job_id)
        action = JobAction.RELEASE if go_on else JobAction.REFUSE
        if after(JobStatus(job.status), action) is None:
            raise conflict(job)
        _record(actor, AuditAction.HARVEST_DECIDE, job, clock)
        if not go_on:
            return _end(actor, job, action, clock, error=ShrinkRefused(gone=job.gone))
        job.shrink_allowed = True
        _back_to_queue(job)
    return job_view(job)


def finish(actor: Actor, job: HarvestJob, clock: Clock) -> JobView:
    """Running → done, within the caller's transaction."""
    return _end(actor, job, JobAction.FINISH, clock)


def end_lost_jobs(actor: Actor, *, clock: Clock) -> int:
    """Jobs whose worker was lost go back to the queue; those open or held for too long are closed. How many moved."""
    require(actor, Permission.HARVEST_EXECUTE)
    now = clock.now()
    moved = 0
    for job_id in HarvestJob.objects.filter(active_key__isnull=False).values_list("job_id", flat=True):
        with transaction.atomic():
            job = _locked(job_id)
            moved += _close_or_requeue(actor, job, now, clock)
    return moved


def _close_or_requeue(actor: Actor, job: HarvestJob, now: datetime, clock: Clock) -> int:
    status = JobStatus(job.status)
    days = HELD_DAYS if status is JobStatus.HELD else OPEN_DAYS
    lost = status is JobStatus.RUNNING and (job.lease_until is None or job.lease_until <= now)
    if status in ENDED:
        return 0
    if job.requested_at + timedelta(days=days) <= now or (lost and job.failures + 1 >= FAILURES):
        _end(actor, job, JobAction.EXPIRE, clock, error=JobExpired())
        return 1
    if lost:
        job.failures += 1
        _back_to_queue(job)
        return 1
    return 0


def _end(
    actor: Actor, job: HarvestJob, action: JobAction, clock: Clock, *, error: JutongError | None = None
) -> JobView:
    target = after(JobStatus(job.status), action)
    if target is None:
        raise conflict(job)
    job.status, job.active_key = target.value, None
    job.ended_at, job.lease_owner, job.lease_until = clock.now(), "", None
    job.error_code = error.code if error else ""
    job.error_detail = _plain(error) if error else {}
    job.save()
    job.staged.all().delete()
    if target is JobStatus.DONE:
        job.source.last_success_at = job.ended_at
        if not job.unchanged_as_a_whole:
            job.source.validators = job.validators
        job.source.save(update_fields=["last_success_at", "validators"])
    _record(actor, AuditAction.HARVEST_END, job, clock)
    return job_view(job)


def _plain(error: JutongError) -> dict[str, Any]:
    return {name: str(value)[:300] for name, value in error.detail.items()}


def find_job(job_id: str) -> HarvestJob:
    """Raises `JobNotFound` when there is none."""
    job = HarvestJob.objects.select_related("source").filter(job_id=job_id).first()
    if job is None:
        raise JobNotFound(job=job_id)
    return job


def _locked(job_id: str) -> HarvestJob:
    """The job with its row locked until the transaction ends."""
    HarvestJob.objects.filter(job_id=job_id).update(turn=F("turn"))
    return find_job(job_id)


def held_by(job_id: str, worker: str, clock: Clock) -> HarvestJob:
    """The running job of `worker`, locked, its lease renewed (saved by the caller).

    Raises:
        JobConflict: it is another's now, or has ended.
    """
    job = _locked(job_id)
    if job.status != JobStatus.RUNNING.value or job.lease_owner != worker:
        raise conflict(job)
    job.lease_until = clock.now() + timedelta(seconds=LEASE_S)
    return job


def conflict(job: HarvestJob) -> JobConflict:
    status = JobStatus(job.status)
    return JobConflict(job=job.job_id, status_zh=status.zh, status_en=status.en)


def jobs(
    actor: Actor, *, source: str = "", limit: int = DEFAULT_LIMIT, cursor: str | None = None
) -> Page[JobView]:
    """Visits, the newest first; of one source or of all."""
    require(actor, Permission.ENTRY_READ)
    rows = HarvestJob.objects.select_related("source").order_by("-id")
    if source:
        rows = rows.filter(source__code=source)
    if cursor:
        rows = rows.filter(pk__lt=decode_numbers(cursor, width=1)[0])
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(job_view(row) for row in found[:limit]), next_cursor=following)


def job(actor: Actor, job_id: str) -> JobView:
    """Raises `JobNotFound` when there is none."""
    require(actor, Permission.ENTRY_READ)
    return job_view(find_job(job_id))


def _record(actor: Actor, action: AuditAction, job: HarvestJob, clock: Clock) -> None:
    record(
        actor,
        action,
        at=clock.now(),
        object_type="harvest_job",
        object_id=job.job_id,
        detail={
            "source": job.source.code,
            "status": job.status,
            "seen": job.seen,
            "added": job.added,
            "changed": job.changed,
            "gone": job.gone,
        },
    )
