"""The follower: beside the worker's runs it goes round over the followed entries and applies what their logs have."""

import logging
import threading
import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import close_old_connections

from jutong.control.collection import api as collection
from jutong.control.collection.api import CollectionJob, Followed, FollowedState
from jutong.control.collection.errors import NotHooked
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors import ReadLimits, open_connector
from jutong.dataflow.connectors.changes_errors import ChangesLost
from jutong.dataflow.connectors.protocol import ChangeLogConnector, Connector
from jutong.dataflow.lake.errors import PositionMoved
from jutong.dataflow.pipelines.changes import apply_changes
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.processes.carrying import Carrying, landing_of, opened
from jutong.processes.changes import forgotten_readers, note_following, require_position, turn_on
from jutong.processes.errors import JobFailed
from jutong.processes.lakes import lake_of
from jutong.processes.readers import forget_reader
from jutong.processes.settings import FollowSettings

TICK_S: Final = 0.1
BUSY_PAUSE_S: Final = 0.3
IDLE_PAUSE_S: Final = 1.0
"""A log that was quiet is asked a little less often."""
LOOK_EVERY_S: Final = 2.0
REOPEN_AFTER_S: Final = 300.0
TELL_EVERY_S: Final = 3.0
TURN_S: Final = 2.0
"""After this long in one turn others have theirs."""
FIRST_REST_S: Final = 1.0
LONGEST_REST_S: Final = 60.0
CALL_OFF_EVERY_S: Final = 30.0
_ENDS_WITHIN_S: Final = 20.0

log = logging.getLogger("jutong.worker")


@dataclass(slots=True)
class _Reading:
    """What is kept of one entry between its turns; touched by the thread that has the turn."""

    entry: Followed
    task: CollectionJob | None = None
    connector: Connector | None = None
    opened_at: float = 0.0
    next_at: float = 0.0
    faults: int = 0
    told_at: float = 0.0
    served_at: float = field(default_factory=time.monotonic)
    lag_s: float = 0.0
    unserved: bool = False
    """A version has landed that the look-up snapshot does not have."""
    future: "Future[None] | None" = None


class Follower:
    """Goes round until it is told to stop; whatever breaks is tried again, ever more rarely."""

    def __init__(
        self, home: DataHome, *, clock: Clock, stop: threading.Event, settings: FollowSettings
    ) -> None:
        self._home, self._clock, self._stop, self._settings = home, clock, stop, settings
        self._readings: dict[str, _Reading] = {}
        self._looked_at = self._called_off_at = -LOOK_EVERY_S - CALL_OFF_EVERY_S

    def run(self) -> None:
        threads = ThreadPoolExecutor(self._settings.threads, thread_name_prefix="follow")
        try:
            while not self._stop.wait(TICK_S):
                try:
                    self._round(threads)
                except Exception as error:  # noqa: BLE001  # the control database may be away for a while
                    _log_fault("a look for followed entries", error)
                    self._stop.wait(FIRST_REST_S)
        finally:
            threads.shutdown(wait=True, cancel_futures=True)
            close_old_connections()

    def _round(self, threads: ThreadPoolExecutor) -> None:
        now = time.monotonic()
        if now - self._looked_at >= LOOK_EVERY_S:
            self._look()
            self._looked_at = now
        if now - self._called_off_at >= CALL_OFF_EVERY_S:
            self._called_off_at = now
            self._call_off()
        for reading in sorted(self._readings.values(), key=lambda one: one.next_at):
            if reading.next_at <= now and (reading.future is None or reading.future.done()):
                reading.future = threads.submit(self._turn, reading)

    def _look(self) -> None:
        close_old_connections()
        found = {entry.service: entry for entry in collection.followed(SYSTEM_ACTOR)}
        for service in self._readings.keys() - found.keys():
            del self._readings[service]
        for service, entry in found.items():
            known = self._readings.get(service)
            if known is None or known.entry != entry:  # begun anew: other source, mapping or entry
                self._readings[service] = _Reading(entry)

    def _turn(self, reading: _Reading) -> None:
        service = reading.entry.service
        if self._stop.is_set() or self._readings.get(service) is not reading:
            return
        close_old_connections()
        try:
            with turn_on(service, wait=False) as mine:
                pause = self._applied(reading) if mine else BUSY_PAUSE_S
            reading.next_at = time.monotonic() + pause
        except NotHooked:  # it has just left
            reading.next_at = time.monotonic() + LOOK_EVERY_S
        except Exception as error:  # noqa: BLE001  # a fault of one entry must not end the others
            self._failed(reading, error)
        finally:
            close_old_connections()

    def _applied(self, reading: _Reading) -> float:
        """Apply what waits; seconds until the next turn."""
        with lake_of(self._home) as lake:
            carrying = Carrying(
                home=self._home, clock=self._clock, lake=lake, progress=lambda _progress: None
            )
            task, connector = self._ready(reading, carrying)
            require_position(task, carrying)
            landing, until = landing_of(task, carrying), time.monotonic() + TURN_S
            busy = False
            batches = apply_changes(
                landing,
                connector,
                reader=reading.entry.service,
                wait_s=0,
                stop=lambda: self._stop.is_set() or time.monotonic() > until,
            )
            for applied in batches:
                busy = reading.unserved = True
                reading.lag_s = _lag(applied.committed_at, self._clock.now())
                if applied.schema_changed:
                    reading.connector = None
                self._tell(reading, carrying)
            if not busy:
                reading.lag_s = 0.0
            reading.faults = 0
            self._tell(reading, carrying)
        if not busy:
            return IDLE_PAUSE_S
        return 0.0 if time.monotonic() > until or reading.connector is None else BUSY_PAUSE_S

    def _ready(self, reading: _Reading, carrying: Carrying) -> tuple[CollectionJob, Connector]:
        if (
            reading.task is None
            or reading.connector is None
            or time.monotonic() - reading.opened_at > REOPEN_AFTER_S
        ):
            reading.task = collection.following_job(SYSTEM_ACTOR, reading.entry.service, self._home)
            reading.connector = opened(reading.task, carrying)
            reading.opened_at = time.monotonic()
            note_following(self._home, reading.entry.service, reading.task.source)
        return reading.task, reading.connector

    def _tell(self, reading: _Reading, carrying: Carrying) -> None:
        """Show how far the entry is, every few seconds; have it served anew more rarely."""
        now = time.monotonic()
        if reading.task is None or (reading.told_at and now - reading.told_at < TELL_EVERY_S):
            return
        pool = landing_of(reading.task, carrying).pool
        newest = carrying.lake.versions(pool, limit=1)[0]
        serve = reading.unserved and now - reading.served_at >= self._settings.serve_seconds
        state = FollowedState(
            position=newest.position,
            lag_s=round(reading.lag_s, 3),
            rows=newest.rows,
            version=newest.version if serve else None,
        )
        collection.record_following(SYSTEM_ACTOR, reading.entry.service, state, clock=self._clock)
        reading.told_at = now
        if serve:
            reading.served_at, reading.unserved = now, False

    def _failed(self, reading: _Reading, error: Exception) -> None:
        reading.connector = None
        rest = min(FIRST_REST_S * 2 ** min(reading.faults, 10), LONGEST_REST_S)
        reading.faults += 1
        reading.next_at = time.monotonic() + rest
        if isinstance(error, PositionMoved):
            return
        service = reading.entry.service
        _log_fault(f"following {service}", error)
        said = error if isinstance(error, JutongError) else JobFailed(fault=type(error).__name__)
        reading.told_at = 0.0
        try:
            collection.record_following_failure(
                SYSTEM_ACTOR,
                service,
                error_code=said.code,
                error_detail=said.detail,
                begin_anew=isinstance(said, ChangesLost),
                clock=self._clock,
            )
        except Exception as fault:  # noqa: BLE001  # the control database may be what broke
            _log_fault(f"noting that {service} is not followed", fault)

    def _call_off(self) -> None:
        """Tell sources that nobody reads their log any more; one that does not answer is told later."""
        for service, source in forgotten_readers(self._home).items():
            try:
                kind, options = collection.job_options(SYSTEM_ACTOR, source, home=self._home)
                limits = ReadLimits.from_environment()
                connector = open_connector(kind, options, root=self._home.sources, limits=limits)
                with turn_on(service, wait=True):
                    if isinstance(connector, ChangeLogConnector):
                        connector.stop_changes(service)
                    forget_reader(self._home, service)
            except JutongError as error:
                _log_fault(f"calling off the log of {service} at {source}", error)


def _lag(committed_at: datetime | None, now: datetime) -> float:
    return max((now - committed_at).total_seconds(), 0.0) if committed_at else 0.0


def _log_fault(what: str, error: Exception) -> None:
    # The message of a fault may hold a row's value; its kind may not.
    code = error.code if isinstance(error, JutongError) else type(error).__name__
    log.error("%s failed: %s", what, code)


@contextmanager
def following(home: DataHome, *, clock: Clock, settings: FollowSettings) -> Iterator[None]:
    """Follow change logs beside the block, until it ends."""
    stop = threading.Event()
    follower = Follower(home, clock=clock, stop=stop, settings=settings)
    thread = threading.Thread(target=follower.run, name="follower", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(timeout=_ENDS_WITHIN_S)
