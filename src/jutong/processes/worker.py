"""The worker: one job engine and the look-out for waiting work."""

import os
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from django.conf import settings

from jutong.dataflow.lake.errors import LakeLocked
from jutong.dataflow.lake.lock import write_lock
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id
from jutong.processes.alerting import alerting
from jutong.processes.collection import WORKER, carry_run
from jutong.processes.dispatch import dispatch
from jutong.processes.errors import WorkerRunning
from jutong.processes.following import following
from jutong.processes.jobs import JobEngine, JobStore
from jutong.processes.live import live_reader
from jutong.processes.settings import FollowSettings, WorkerSettings
from jutong.processes.streams import listening

# An earlier worker that was told to stop may still finish its step.
LOCK_WAIT_S: Final = 5.0


def job_store(executor: str) -> JobStore:
    """Jobs are kept beside the control database: a SQLite file, or the same PostgreSQL."""
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        return JobStore.file(settings.DATA_HOME.jobs_database, executor=executor)
    return JobStore(settings.JOBS_DATABASE_URL, executor)


def run_worker(*, stop: threading.Event, clock: Clock) -> None:
    """Run jobs until `stop` is set; interrupted jobs of an earlier worker are resumed first.

    Raises:
        WorkerRunning: another worker serves this data home.
    """
    options = WorkerSettings.read(os.environ)
    with (
        _alone(settings.DATA_HOME),
        live_reader(settings.DATA_HOME),
        listening(settings.DATA_HOME, clock=clock),
        following(settings.DATA_HOME, clock=clock, settings=FollowSettings.read(os.environ)),
        alerting(settings.DATA_HOME, clock=clock),
        JobEngine(job_store(WORKER), concurrency=options.concurrency) as engine,
    ):
        dispatch(engine, clock=clock, poll=options.poll, stop=stop)


@contextmanager
def _alone(home: DataHome) -> Iterator[None]:
    """Two workers of one name would resume each other's running jobs."""
    with ExitStack() as held:
        try:
            held.enter_context(write_lock(home.logs / "worker.lock", LOCK_WAIT_S))
        except LakeLocked as error:
            raise WorkerRunning from error
        yield


def run_here(run_id: str) -> str:
    """Carry out one queued run in this process, for a command where no worker is running; its status afterwards.

    The lease's name is used once: no other command may take a running run for an interrupted one.
    """
    return carry_run(run_id, worker=new_id("command"))
