"""One collection run from its source to the department pool, its look-up snapshot and its open files."""

import json
import logging
import threading
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Final, Self

from django.conf import settings
from django.db import DatabaseError, close_old_connections, connection

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus
from jutong.control.collection.errors import RunConflict, RunNotFound
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.lake import TableName
from jutong.dataflow.pipelines import CollectProgress
from jutong.dataflow.serving import SnapshotUnusable, open_current, publish_snapshot
from jutong.dataflow.serving.snapshots import key_sets_of
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.carrying import Carry, Carrying, carry_whole
from jutong.processes.errors import JobFailed
from jutong.processes.jobs import job, present_executor, step
from jutong.processes.lakes import lake_of
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import EntryContract

PROGRESS_INTERVAL_S: Final = 1.0
KEEP_LEASE_EVERY_S: Final = 60.0
WORKER: Final = "worker"

# How each mode is carried out.
MODES: Final[Mapping[CollectionMode, Carry]] = {
    CollectionMode.REPLACE: carry_whole,
    CollectionMode.APPEND: carry_whole,
}

log = logging.getLogger("jutong.worker")


def collect_run(run_id: str, *, home: DataHome, clock: Clock, worker: str = WORKER) -> str:
    """Carry out the queued run `run_id`; its outcome, `succeeded` or `failed`, is recorded either way.

    Safe to repeat: rows of a run that landed already are not landed again. `worker` is whose lease it is.

    Raises:
        RunConflict: the run has ended, or another worker holds it.
    """
    try:
        task = collection.start_run(SYSTEM_ACTOR, run_id, worker=worker, home=home, clock=clock)
    except (RunConflict, RunNotFound):
        raise
    except JutongError as error:  # the entry was withdrawn meanwhile, a secret cannot be opened
        return _failed(run_id, error, clock)
    try:
        with _Watch(run_id, clock) as watch, lake_of(home) as lake:
            carrying = Carrying(home=home, clock=clock, lake=lake, progress=watch.tell)
            report = MODES[task.mode](task, carrying)
    except JutongError as error:  # the lake itself cannot be opened
        return _failed(run_id, error, clock)
    except Exception as error:  # a fault of ours must not leave the run "running"
        _failed(run_id, JobFailed(fault=type(error).__name__), clock)
        raise
    collection.record_report(SYSTEM_ACTOR, run_id, report, clock=clock)
    return report.outcome


def _failed(run_id: str, error: JutongError, clock: Clock) -> str:
    detail = json.loads(json.dumps(error.detail, default=str))
    collection.record_failure(SYSTEM_ACTOR, run_id, error_code=error.code, error_detail=detail, clock=clock)
    return RunStatus.FAILED.value


class _Watch:
    """Shows how far a run is, and keeps its lease while a long check says nothing for minutes."""

    def __init__(self, run_id: str, clock: Clock) -> None:
        self._run_id, self._clock = run_id, clock
        self._latest = CollectProgress(stage="read", rows=0)
        self._last = 0.0
        self._done = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"lease-{run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._keeper.join()

    def tell(self, progress: CollectProgress) -> None:
        """Records at most one step a second: progress is for people to watch, not for each batch."""
        self._latest = progress
        if time.monotonic() - self._last >= PROGRESS_INTERVAL_S:
            self._last = time.monotonic()
            self._record()

    def _record(self) -> None:
        collection.record_progress(
            SYSTEM_ACTOR,
            self._run_id,
            stage=self._latest.stage,
            rows_done=self._latest.rows,
            rows_total=None,
            clock=self._clock,
        )

    def _keep(self) -> None:
        while not self._done.wait(KEEP_LEASE_EVERY_S):
            try:
                self._record()
            except (DatabaseError, JutongError):
                log.exception("the lease of %s could not be renewed", self._run_id)
            finally:
                connection.close()


def serve_version(service: str, version: int, *, home: DataHome) -> None:
    """Build the look-up snapshot of `version`; without look-up keys the gateway lists the rows page by page."""
    contract = catalogue.contract_of(service)
    with lake_of(home) as lake:
        batches = lake.batches(TableName("pool", service), version=version, columns=_fields(contract))
        publish_snapshot(home.serving, contract, batches, version)


def _fields(contract: EntryContract) -> tuple[str, ...]:
    return tuple(item.field for item in contract.items)


@step("collect.land")
def _land(run_id: str) -> str:
    close_old_connections()
    return collect_run(run_id, home=settings.DATA_HOME, clock=SystemClock(), worker=present_executor())


@step("collect.serve")
def _serve(run_id: str) -> str:
    close_old_connections()
    run = collection.run(SYSTEM_ACTOR, run_id)
    if run.version is not None:
        serve_version(run.service, run.version, home=settings.DATA_HOME)
    return run.service


def unserved(home: DataHome) -> dict[str, int]:
    """Live services with a delivery whose snapshot is missing, older, or has other keys; the delivery's version."""
    newest = collection.latest_versions()
    return {
        contract.service: newest[contract.service]
        for contract in catalogue.live_contracts()
        if contract.service in newest and not _is_served(home, contract, newest[contract.service])
    }


def _is_served(home: DataHome, contract: EntryContract, version: int) -> bool:
    try:
        current = open_current(home.serving, contract.service)
    except SnapshotUnusable:
        return False
    if current is None:
        return False
    with current as snapshot:
        return snapshot.version == version and set(snapshot.key_sets) == set(key_sets_of(contract))


@step("serve.newest")
def _serve_newest(service: str) -> str:
    close_old_connections()
    version = collection.latest_versions().get(service)
    if version is not None:
        serve_version(service, version, home=settings.DATA_HOME)
    return service


@job("serve")
def serve_job(service: str) -> str:
    """Mend a look-up snapshot that could not be written when its delivery landed."""
    return _serve_newest(service)


@job("collect")
def collect_job(run_id: str) -> str:
    """Land the rows, then serve them; each part is done once, also when the worker is killed between them."""
    outcome = _land(run_id)
    if outcome == "succeeded":
        _serve(run_id)
    return outcome


def next_look(now: datetime) -> str:
    """A key that changes every five minutes: what failed is tried again under the next one."""
    return str(int(now.timestamp()) // 300)
