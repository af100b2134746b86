"""One turn on a change log: the first snapshot, or what waits in the log; one turn at a time for each entry."""

import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from typing import Final

from jutong.control.collection import api as collection
from jutong.control.collection.api import CollectionJob
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors.changes_errors import ChangesLost
from jutong.dataflow.connectors.protocol import ChangeLogConnector, Connector
from jutong.dataflow.pipelines import CollectProgress
from jutong.dataflow.pipelines.changes import apply_changes, collect_snapshot, look_at_changes
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.carrying import Carrying, carry_whole, failed_report, landing_of, opened
from jutong.processes.readers import note_reader, readers
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport

LONGEST_DRAIN_S: Final = 600.0
# Two turns on one entry would put old rows over newer ones, were it not for the lake's refusal: they wait instead.
_TURNS: Final[defaultdict[str, threading.Lock]] = defaultdict(threading.Lock)
_NOTES: Final = threading.Lock()


@contextmanager
def turn_on(service: str, *, wait: bool) -> Iterator[bool]:
    """Whether this thread has the entry's turn."""
    taken = _TURNS[service].acquire(blocking=wait)
    try:
        yield taken
    finally:
        if taken:
            _TURNS[service].release()


def carry_changes(task: CollectionJob, carrying: Carrying) -> RunReport:
    """The first run lands a snapshot; every other one what waits in the log, as one report."""
    started = carrying.clock.now()
    service = task.contract.service
    if task.dry_run and not task.position:
        whole = carry_whole(replace(task, mode=CollectionMode.REPLACE), carrying)
        return replace(whole, mode=CollectionMode.CHANGE_LOG.value)
    try:
        with turn_on(service, wait=True):
            connector = opened(task, carrying)
            if not task.position:
                return _snapshot(task, carrying, connector)
            return _drained(task, carrying, connector)
    except ChangesLost as error:
        collection.forget_position(SYSTEM_ACTOR, service)
        return failed_report(task, error, started, carrying.clock.now())
    except JutongError as error:
        return failed_report(task, error, started, carrying.clock.now())


def _snapshot(task: CollectionJob, carrying: Carrying, connector: Connector) -> RunReport:
    service = task.contract.service
    note_following(carrying.home, service, task.source)
    try:
        return collect_snapshot(landing_of(task, carrying), connector, reader=service)
    except ChangesLost:  # of an earlier time: nothing of it is needed any more
        if isinstance(connector, ChangeLogConnector):
            connector.stop_changes(service)
        return collect_snapshot(landing_of(task, carrying), connector, reader=service)


def _drained(task: CollectionJob, carrying: Carrying, connector: Connector) -> RunReport:
    landing, service, clock = landing_of(task, carrying), task.contract.service, carrying.clock
    started = clock.now()
    require_position(task, carrying)
    total = RunReport(
        run_id=task.run_id,
        service=service,
        source=connector.kind,
        started_at=started,
        ended_at=started,
        outcome="succeeded",
        mode=CollectionMode.CHANGE_LOG.value,
        columns=task.before.columns if task.before else (),
    )
    if task.dry_run:
        return replace(
            look_at_changes(landing, connector, reader=service) or total,
            run_id=task.run_id,
            ended_at=clock.now(),
        )
    until, done = time.monotonic() + LONGEST_DRAIN_S, threading.Event()
    again = True
    while again and not done.is_set():
        again = False
        for applied in apply_changes(landing, connector, reader=service, wait_s=0, stop=done.is_set):
            total = added(total, applied.report)
            carrying.progress(CollectProgress(stage="read", rows=total.read))
            again = applied.schema_changed
            # A source that never rests has an end too: what it had when the run began.
            if _is_after(applied.committed_at, started) or time.monotonic() > until:
                done.set()
        if again:
            connector = opened(task, carrying)
    newest = carrying.lake.versions(landing.pool, limit=1)[0]
    return replace(
        total, ended_at=clock.now(), version=newest.version, position=carrying.lake.position(landing.pool)
    )


def _is_after(committed_at: datetime | None, started: datetime) -> bool:
    return committed_at is not None and committed_at >= started


def require_position(task: CollectionJob, carrying: Carrying) -> None:
    """Raises `ChangesLost` where the pool does not know how far it is: its rows were destroyed or never landed."""
    if not carrying.lake.position(landing_of(task, carrying).pool):
        raise ChangesLost(place=task.source)


def added(total: RunReport, more: RunReport) -> RunReport:
    """Two turns as one."""
    reasons = {
        reason: total.quarantine_reasons.get(reason, 0) + more.quarantine_reasons.get(reason, 0)
        for reason in (*total.quarantine_reasons, *more.quarantine_reasons)
    }
    return replace(
        more,
        run_id=total.run_id,
        started_at=total.started_at,
        read=total.read + more.read,
        landed=total.landed + more.landed,
        quarantined=total.quarantined + more.quarantined,
        inserted=total.inserted + more.inserted,
        updated=total.updated + more.updated,
        deleted=total.deleted + more.deleted,
        quarantine_reasons=reasons,
    )


def note_following(home: DataHome, service: str, source: str) -> None:
    with _NOTES:
        note_reader(home, service, source)


def forgotten_readers(home: DataHome) -> dict[str, str]:
    """Service → source of what is written down and not followed any more."""
    wanted = collection.reading_sources(SYSTEM_ACTOR)
    return {service: code for service, code in readers(home).items() if (service, code) not in wanted}
