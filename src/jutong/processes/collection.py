"""One collection run from its source to the department pool, its look-up snapshot and its open files."""

import json
import logging
from collections.abc import Mapping
from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import close_old_connections

from jutong.control.catalogue import api as catalogue
from jutong.control.collection import api as collection
from jutong.control.collection.api import CollectionJob, RunStatus, RunView
from jutong.control.collection.errors import ModeNotCarried, RunConflict, RunNotFound
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.pipelines.collect import earlier_run
from jutong.dataflow.serving import SnapshotUnusable, open_current, publish_snapshot
from jutong.dataflow.serving.snapshots import key_sets_of
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.carrying import Carry, Carrying, carry_increment, carry_whole
from jutong.processes.carrying_files import carry_added
from jutong.processes.carrying_pushes import carry_push
from jutong.processes.changes import carry_changes
from jutong.processes.errors import JobFailed
from jutong.processes.jobs import job, step
from jutong.processes.lakes import lake_of
from jutong.processes.proving import prove_after
from jutong.processes.watching import RunWatch
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import EntryContract, RunReport

WORKER: Final = "worker"

# How each mode is carried out.
MODES: Final[Mapping[CollectionMode, Carry]] = {
    CollectionMode.REPLACE: carry_whole,
    CollectionMode.APPEND: carry_added,
    CollectionMode.INCREMENTAL: carry_increment,
    CollectionMode.CHANGE_LOG: carry_changes,
    CollectionMode.PUSH: carry_push,
}

log = logging.getLogger("jutong.worker")


def collect_run(run_id: str, *, home: DataHome, clock: Clock, worker: str = WORKER) -> str:
    """Carry out the queued run `run_id`; its status afterwards: an end, `held`, or `queued` for another try.

    Safe to repeat: rows of a run that landed already are not landed again. `worker` is whose lease it is.

    Raises:
        RunConflict: the run has ended, or another worker holds it.
    """
    return _collected(run_id, home=home, clock=clock, worker=worker).status.value


def _collected(run_id: str, *, home: DataHome, clock: Clock, worker: str) -> RunView:
    try:
        task = collection.start_run(SYSTEM_ACTOR, run_id, worker=worker, home=home, clock=clock)
    except (RunConflict, RunNotFound):
        raise
    except JutongError as error:  # the entry was withdrawn meanwhile, a secret cannot be opened
        return _failed(run_id, error, clock)
    try:
        with lake_of(home) as lake, RunWatch(run_id, worker, lake, clock) as watch:
            report = _carry(task, Carrying(home=home, clock=clock, lake=lake, progress=watch.tell))
            if report.outcome == RunStatus.FAILED.value:
                report = _landed_after_all(task, lake) or report
    except JutongError as error:  # the lake itself cannot be opened
        return _failed(run_id, error, clock)
    except Exception as error:  # a fault of ours must not leave the run "running"
        _failed(run_id, JobFailed(fault=type(error).__name__), clock)
        raise
    if watch.cancelled and report.outcome != RunStatus.SUCCEEDED.value:
        return collection.record_cancelled(SYSTEM_ACTOR, run_id, clock=clock)
    return collection.record_report(SYSTEM_ACTOR, run_id, report, clock=clock)


def _carry(task: CollectionJob, carrying: Carrying) -> RunReport:
    carry = MODES.get(task.mode)
    if carry is None:
        raise ModeNotCarried(mode_zh=task.mode.zh, mode_en=task.mode.en)
    return carry(task, carrying)


def _landed_after_all(task: CollectionJob, lake: Lake) -> RunReport | None:
    """The report that was committed with the rows, when the run broke off between the commit and its own end."""
    try:
        return earlier_run(lake, TableName("pool", task.contract.service), task.run_id)
    except JutongError:  # the lake cannot be read: the next try will see
        return None


def _failed(run_id: str, error: JutongError, clock: Clock) -> RunView:
    detail = json.loads(json.dumps(error.detail, default=str))
    return collection.record_failure(
        SYSTEM_ACTOR, run_id, error_code=error.code, error_detail=detail, clock=clock
    )


def carry_run(run_id: str, *, worker: str = WORKER) -> str:
    """Land the rows of a run, then serve them; its status afterwards.

    The run's own row says what is left to do: killed at any point, it is started again and lands nothing twice;
    a snapshot that was not written is noticed by the next sweep.
    """
    close_old_connections()
    try:
        run = _collected(run_id, home=settings.DATA_HOME, clock=SystemClock(), worker=worker)
        if run.status is RunStatus.SUCCEEDED and run.version is not None and not run.dry_run:
            serve_version(run.service, run.version, home=settings.DATA_HOME)
            prove_after(run_id, home=settings.DATA_HOME, clock=SystemClock())
    except (RunConflict, RunNotFound) as error:
        log.warning("run %s is not ours to carry out: %s", run_id, error.code)
        return "conflict"
    return run.status.value


def serve_version(service: str, version: int, *, home: DataHome) -> None:
    """Build the look-up snapshot of `version`; without look-up keys the gateway lists the rows page by page."""
    contract = catalogue.contract_of(service)
    with lake_of(home) as lake:
        batches = lake.batches(TableName("pool", service), version=version, columns=_fields(contract))
        publish_snapshot(home.serving, contract, batches, version)


def _fields(contract: EntryContract) -> tuple[str, ...]:
    return tuple(item.field for item in contract.items)


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


def next_look(now: datetime) -> str:
    """A key that changes every five minutes: what failed is tried again under the next one."""
    return str(int(now.timestamp()) // 300)
