"""What waits in the control plane becomes jobs: the decision's own transaction is the queue, so nothing asked is lost."""

import logging
import threading
import time
from datetime import timedelta
from typing import Final

from django.conf import settings
from django.db import close_old_connections

from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.drafting import api as drafting
from jutong.control.grants import api as grants
from jutong.control.harvest import api as harvest
from jutong.control.inspection import api as inspection
from jutong.control.interchange import api as interchange
from jutong.control.lists import api as lists
from jutong.control.opening import api as opening
from jutong.control.quarantine import api as quarantine
from jutong.control.retention import api as retention
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.carrying_pushes import request_pushed
from jutong.processes.collection import WORKER, carry_run, next_look, serve_job, unserved
from jutong.processes.destruction import destroy_job, retention_job
from jutong.processes.filling import hand_on_accepted
from jutong.processes.harvest import harvest_job
from jutong.processes.inspection import inspection_day, inspection_job
from jutong.processes.interchange import check_import_job, write_import_job
from jutong.processes.jobs import JobEngine
from jutong.processes.opening import release_job
from jutong.processes.readmitting import keep_orders, readmit_job
from jutong.processes.sketching import one_source_job, sketch_job, unsketched
from jutong.processes.surveying import survey_job
from jutong.processes.upkeep import upkeep_day, upkeep_job

log = logging.getLogger("jutong.worker")

SWEEP_INTERVAL_S: Final = 30.0
STOP_NOTICED_S: Final = 0.2
HEARTBEAT: Final = "worker.heartbeat"
ALIVE_WITHIN_S: Final = 10.0


def worker_is_alive(home: DataHome) -> bool:
    """Whether a worker gave a sign of life within the last ten seconds."""
    heartbeat = home.logs / HEARTBEAT
    return heartbeat.exists() and time.time() - heartbeat.stat().st_mtime < ALIVE_WITHIN_S


def submit_waiting(engine: JobEngine, *, clock: Clock) -> None:
    """Submit the runs whose turn it is, every file to import, every dataset whose files are missing or old."""
    carry_runs(engine, clock=clock)
    for survey_id in drafting.waiting_surveys(SYSTEM_ACTOR):
        engine.submit(survey_job, survey_id, key=survey_id)
    _submit_imports(engine, clock=clock)
    for code in quarantine.waiting_corrections(SYSTEM_ACTOR):
        if not engine.is_busy_with(readmit_job, code):
            engine.submit(readmit_job, code, key=f"readmit-{code}-{next_look(clock.now())}")
    for key in inspection.waiting_inspections(SYSTEM_ACTOR):
        if not engine.is_busy_with(inspection_job, key):
            engine.submit(inspection_job, key, key=f"inspection-{key}-{next_look(clock.now())}")
    _submit_destructions(engine, clock=clock)
    for dataset in opening.awaiting_release(SYSTEM_ACTOR):
        if engine.is_busy_with(release_job, dataset.service):
            continue
        binding = collection.binding(SYSTEM_ACTOR, dataset.service, clock=clock)
        if binding is None or binding.last_version is None:
            continue
        edition = f"{binding.last_version}-{dataset.contract.version}-{dataset.opened_at.timestamp():.6f}"
        key = f"release-{dataset.service}-{edition}-{next_look(clock.now())}"
        engine.submit(release_job, dataset.service, key=key)


def _submit_destructions(engine: JobEngine, *, clock: Clock) -> None:
    for number in retention.waiting_destructions(SYSTEM_ACTOR):
        if not engine.is_busy_with(destroy_job, number):
            engine.submit(destroy_job, number, key=f"destroy-{number}-{next_look(clock.now())}")


def _submit_imports(engine: JobEngine, *, clock: Clock) -> None:
    for function, waiting in (
        (check_import_job, interchange.unchecked_imports(clock=clock)),
        (write_import_job, interchange.confirmed_imports()),
    ):
        for code, edition in waiting:
            if not engine.is_busy_with(function, code):
                key = f"{function.__name__}-{code}-{edition}-{next_look(clock.now())}"
                engine.submit(function, code, key=key)
    for job_id, turn in harvest.waiting_jobs(SYSTEM_ACTOR, clock=clock):
        engine.submit(harvest_job, job_id, key=f"{job_id}-{turn}")


def carry_runs(engine: JobEngine, *, clock: Clock) -> None:
    """Hand as many queued runs to the engine as it has room for; the others wait where they are, in the queue."""
    submitted = engine.carried()
    for run_id in collection.startable_runs(
        SYSTEM_ACTOR, clock=clock, limit=engine.room(), submitted=submitted
    ):
        engine.carry(carry_run, run_id)


def sweep(engine: JobEngine, *, clock: Clock) -> None:
    """What time alone brings about: runs that fall due or are lost, grants that end, files to mend, upkeep.

    Each part stands alone: what stops one does not stop the others.
    """
    parts = (
        _end_lost_runs,
        _request_due_runs,
        _hand_on_filled_in,
        _request_pushed,
        _follow_grants,
        _follow_withdrawals,
        _keep_lists,
        _keep_harvesting,
        _keep_work_orders,
        _serve_unserved,
        _sketch_unsketched,
        _keep_up,
    )
    for part in parts:
        try:
            part(engine, clock)
        except Exception as error:  # noqa: BLE001  # tomorrow's grants must end whatever became of today's runs
            _log_fault(part.__name__.strip("_"), error)


def _end_lost_runs(engine: JobEngine, clock: Clock) -> None:
    carried = engine.carried()
    # What an earlier worker left running, and what this one dropped when the control database was away.
    for run_id in collection.interrupted_runs(SYSTEM_ACTOR, worker=WORKER):
        if run_id not in carried:
            engine.carry(carry_run, run_id)
    collection.end_lost_runs(SYSTEM_ACTOR, clock=clock, carried=engine.carried())


def _request_due_runs(engine: JobEngine, clock: Clock) -> None:
    if collection.request_due_runs(SYSTEM_ACTOR, clock=clock):
        carry_runs(engine, clock=clock)  # at once: what can wait for an idle engine sees that it is not


def _hand_on_filled_in(_engine: JobEngine, clock: Clock) -> None:
    hand_on_accepted(settings.DATA_HOME, clock=clock)


def _request_pushed(_engine: JobEngine, clock: Clock) -> None:
    request_pushed(settings.DATA_HOME, clock=clock)


def _follow_grants(_engine: JobEngine, clock: Clock) -> None:
    grants.expire_grants(SYSTEM_ACTOR, clock=clock)
    grants.publish_snapshot(settings.DATA_HOME, clock=clock)


def _follow_withdrawals(_engine: JobEngine, clock: Clock) -> None:
    opening.withdraw_orphans(SYSTEM_ACTOR, clock=clock)


def _keep_lists(_engine: JobEngine, clock: Clock) -> None:
    """An import or a reform changes many entries: the worker splits them, so that no reader waits for it."""
    lists.refresh(clock)


def _keep_harvesting(_engine: JobEngine, clock: Clock) -> None:
    harvest.end_lost_jobs(SYSTEM_ACTOR, clock=clock)
    for source in harvest.due_sources(SYSTEM_ACTOR, clock=clock):
        try:
            harvest.request_harvest(SYSTEM_ACTOR, source, clock=clock)
        except JutongError as error:  # asked for by hand in this very moment
            _log_fault(f"the due harvest of {source}", error)


def _keep_work_orders(_engine: JobEngine, clock: Clock) -> None:
    keep_orders(home=settings.DATA_HOME, clock=clock)


def _serve_unserved(engine: JobEngine, clock: Clock) -> None:
    if engine.busy():  # a delivery that landed this moment is about to be served by its own job
        return
    for service, version in unserved(settings.DATA_HOME).items():
        engine.submit(serve_job, service, key=f"serve-{service}-{version}-{next_look(clock.now())}")


def _sketch_unsketched(engine: JobEngine, clock: Clock) -> None:
    if engine.busy():  # comparing departments can wait, a delivery cannot
        return
    for service, version in unsketched().items():
        engine.submit(sketch_job, service, key=f"sketch-{service}-{version}-{next_look(clock.now())}")


def _keep_up(engine: JobEngine, clock: Clock) -> None:
    day = upkeep_day(clock.now())
    if day is not None:
        engine.submit(upkeep_job, day, key=f"upkeep-{day}")
        engine.submit(one_source_job, day, key=f"one-source-{day}")
        engine.submit(retention_job, day, key=f"retention-{day}")
    morning = inspection_day(clock.now())
    if morning is not None:
        inspection.request_inspection(SYSTEM_ACTOR, clock=clock, key=morning)


def _log_fault(what: str, error: Exception) -> None:
    # The message of a fault may hold a row's value; its kind may not.
    code = error.code if isinstance(error, JutongError) else type(error).__name__
    log.error("%s failed: %s", what, code)


def _keep_carrying(engine: JobEngine, *, clock: Clock, until: float, stop: threading.Event) -> None:
    """Wait until the next look, and start the next run as soon as one has ended: a look may be long in coming."""
    while not stop.is_set() and (left := until - time.monotonic()) > 0:
        if engine.progressed.wait(min(left, STOP_NOTICED_S)):
            engine.progressed.clear()
            carry_runs(engine, clock=clock)


def dispatch(engine: JobEngine, *, clock: Clock, poll: timedelta, stop: threading.Event) -> None:
    """Look for waiting work until `stop` is set; a fault of one look is logged and the next one follows."""
    heartbeat = settings.DATA_HOME.logs / HEARTBEAT
    last_sweep = -SWEEP_INTERVAL_S
    try:
        while not stop.is_set():
            try:
                heartbeat.touch()
                close_old_connections()
                submit_waiting(engine, clock=clock)
                if time.monotonic() - last_sweep >= SWEEP_INTERVAL_S:
                    last_sweep = time.monotonic()
                    sweep(engine, clock=clock)
                _keep_carrying(engine, clock=clock, until=time.monotonic() + poll.total_seconds(), stop=stop)
            except Exception as error:  # noqa: BLE001  # a worker that ends helps nobody
                _log_fault("a look for waiting work", error)
                stop.wait(poll.total_seconds())
    finally:
        heartbeat.unlink(missing_ok=True)
