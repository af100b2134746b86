"""One harvest from its first page to the comparison with what was known, in turns that leave room for other work."""

import os
import time
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.db import close_old_connections

from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.harvest import api as harvest
from jutong.control.harvest.api import HarvestTask, JobStage, JobStatus, MappedRecord
from jutong.control.harvest.errors import JobConflict, JobNotFound
from jutong.dataflow.catalogues import AddressGuard, CatalogueSettings, Fetcher, reader_of
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.errors import JobFailed
from jutong.processes.jobs import job, present_executor, step
from jutong.vocabulary.harvest import RawRecord

# A harvest gives way after this long, so that a slow source does not hold up deliveries.
TURN_S: Final = 60.0
MAPPED_AT_ONCE: Final = 200


@lru_cache(maxsize=1)
def catalogue_settings() -> CatalogueSettings:
    """The settings of this process, read once from its environment."""
    return CatalogueSettings.read(os.environ)


def fetcher_of(home: DataHome, options: CatalogueSettings) -> Fetcher:
    return Fetcher(AddressGuard.parse(options.allowed_networks), options, home.sources)


def harvest_turn(
    job_id: str,
    *,
    home: DataHome,
    clock: Clock,
    worker: str,
    options: CatalogueSettings | None = None,
    turn_s: float = TURN_S,
) -> JobStatus:
    """Carry the job on until it ends, is held, or its turn is over; how it stands then.

    Safe to repeat at any moment: a page is kept together with the place of the next one.

    Raises:
        JobConflict: it has ended, or another worker holds it.
    """
    chosen = options or catalogue_settings()
    task = harvest.start_job(SYSTEM_ACTOR, job_id, worker=worker, clock=clock)
    try:
        return _carry_on(task, fetcher_of(home, chosen), chosen, worker, clock, time.monotonic() + turn_s)
    except JobConflict:
        raise
    except JutongError as error:
        if error.retryable:
            return harvest.retry_later(SYSTEM_ACTOR, job_id, error, worker=worker, clock=clock).status
        return harvest.fail_job(SYSTEM_ACTOR, job_id, error, clock=clock).status
    except Exception as error:  # a fault of ours must not leave the job "running"
        harvest.fail_job(SYSTEM_ACTOR, job_id, JobFailed(fault=type(error).__name__), clock=clock)
        raise


def _carry_on(
    task: HarvestTask,
    fetch: Fetcher,
    options: CatalogueSettings,
    worker: str,
    clock: Clock,
    until: float,
) -> JobStatus:
    while task.stage is not JobStage.RECONCILE:
        if task.stage is JobStage.GATHER:
            task = _gather(task, fetch, options, worker, clock)
        elif not _map_some(task, worker, clock):
            task = harvest.begin_reconciling(SYSTEM_ACTOR, task.job_id, worker=worker, clock=clock)
        if time.monotonic() > until and task.stage is not JobStage.RECONCILE:
            return harvest.pause_job(SYSTEM_ACTOR, task.job_id, worker=worker, clock=clock).status
    return harvest.reconcile(SYSTEM_ACTOR, task.job_id, worker=worker, clock=clock).status


def _gather(
    task: HarvestTask, fetch: Fetcher, options: CatalogueSettings, worker: str, clock: Clock
) -> HarvestTask:
    reader = reader_of(task.kind)
    page = reader.page(task.address, task.cursor, fetch=fetch, validators=task.validators)
    return harvest.keep_page(
        SYSTEM_ACTOR,
        task.job_id,
        worker=worker,
        records=page.records,
        following=page.following,
        total=page.total,
        validators=page.validators,
        findings=page.findings,
        not_modified=page.not_modified,
        clock=clock,
        pages=options.pages,
    )


def _map_some(task: HarvestTask, worker: str, clock: Clock) -> int:
    """Map the next records; how many there were."""
    reader = reader_of(task.kind)
    waiting = harvest.unmapped(SYSTEM_ACTOR, task.job_id, limit=MAPPED_AT_ONCE)
    mapped = []
    for one in waiting:
        raw = RawRecord(identifier=one.identifier, raw=one.raw, findings=one.findings)
        record, findings = reader.record(raw)
        mapped.append(MappedRecord(key=one.key, record=record, findings=findings))
    if mapped:
        harvest.keep_mapped(SYSTEM_ACTOR, task.job_id, mapped, worker=worker, clock=clock)
    return len(mapped)


def harvest_here(job_id: str, *, home: DataHome, clock: Clock, worker: str) -> JobStatus:
    """Carry a job to its end in this process, for a command where no worker is running."""
    status = JobStatus.QUEUED
    while status is JobStatus.QUEUED:
        turn = harvest_turn(job_id, home=home, clock=clock, worker=worker)
        if turn is JobStatus.QUEUED and harvest.job(SYSTEM_ACTOR, job_id).failures:
            return turn  # the source does not answer: the worker tries again later
        status = turn
    return status


@step("harvest.turn")
def _turn(job_id: str) -> str:
    close_old_connections()
    try:
        return harvest_turn(
            job_id, home=settings.DATA_HOME, clock=SystemClock(), worker=present_executor()
        ).value
    except (JobConflict, JobNotFound):  # ended or taken over meanwhile
        return ""


@job("harvest")
def harvest_job(job_id: str) -> str:
    """One turn of a harvest; the look-out for waiting work asks for the next."""
    return _turn(job_id)
