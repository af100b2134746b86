"""Sources that send messages (Kafka, MQTT, AMQP): one listening thread each, kept alive by the worker.

A message is on disk before the broker is told that it may forget it; what a message holds never ends a thread.
"""

import logging
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Final

from django.db import DatabaseError, close_old_connections

from jutong.control.collection import api as collection
from jutong.control.collection.api import StreamedSource
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors.pushes.errors import SpoolFull
from jutong.dataflow.connectors.pushes.kinds import STREAMS
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.pushes.streams import Intake
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome

log = logging.getLogger("jutong.worker")

LOOK_EVERY_S: Final = 5.0
WAIT_S: Final = 1.0
_FIRST_PAUSE_S, _LONGEST_PAUSE_S = 1.0, 60.0


class Listener:
    """Takes in what one source sends until it is told to stop; connects anew, ever more slowly, when it is cut off."""

    def __init__(self, source: StreamedSource, *, home: DataHome, clock: Clock) -> None:
        self.source = source
        self._home, self._clock = home, clock
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"stream-{source.code}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()

    def join(self) -> None:
        self._thread.join(timeout=20)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        pause = _FIRST_PAUSE_S
        while not self._stop.is_set():
            began = time.monotonic()
            try:
                self._listen()
            except JutongError as error:
                self._say(error.code)
                pause = _LONGEST_PAUSE_S if not error.retryable else pause
            except Exception as error:  # noqa: BLE001  # the message of a fault may hold a record
                self._say(type(error).__name__)
            finally:
                close_old_connections()
            if time.monotonic() - began > _LONGEST_PAUSE_S:
                pause = _FIRST_PAUSE_S  # it had worked for a while
            self._stop.wait(pause)
            pause = min(2 * pause, _LONGEST_PAUSE_S)

    def _listen(self) -> None:
        kind, options = collection.job_options(SYSTEM_ACTOR, self.source.code, home=self._home)
        settings = SpoolSettings.from_environment()
        spool = Spool.of(self._home, self.source.code, settings)
        intake = Intake.of(spool, options, settings)
        with closing(STREAMS[kind](options, spool=spool)) as stream:
            log.info("listening to %s", self.source.code)
            while not self._stop.is_set():
                messages = stream.receive(WAIT_S)
                while messages and not self._stop.is_set():
                    try:
                        intake.take(messages, at=self._clock.now())
                    except SpoolFull as error:  # the broker keeps what we do not take
                        self._say(error.code)
                        self._stop.wait(LOOK_EVERY_S)
                        continue
                    stream.acknowledge()
                    break

    def _say(self, code: str) -> None:
        log.warning("listening to %s was interrupted: %s", self.source.code, code)


class Listeners:
    """One listener for each source that sends; follows what is registered, changed, paused and taken away."""

    def __init__(self, *, home: DataHome, clock: Clock) -> None:
        self._home, self._clock = home, clock
        self._known: dict[str, Listener] = {}

    @property
    def count(self) -> int:
        """How many sources are listened to."""
        return len(self._known)

    def follow(self) -> None:
        """Start and stop threads, so that each source has the one that its present options ask for."""
        wanted = {one.code: one for one in collection.streamed_sources(SYSTEM_ACTOR, tuple(STREAMS))}
        for code, listener in list(self._known.items()):
            if wanted.get(code) != listener.source or not listener.alive:
                listener.stop()
                listener.join()
                del self._known[code]
        for code, source in wanted.items():
            if code not in self._known:
                self._known[code] = Listener(source, home=self._home, clock=self._clock)

    def stop(self) -> None:
        for listener in self._known.values():
            listener.stop()
        for listener in self._known.values():
            listener.join()
        self._known.clear()


@contextmanager
def listening(home: DataHome, *, clock: Clock) -> Iterator[None]:
    """Listen to every source that sends while the block runs."""
    done = threading.Event()

    def look() -> None:
        listeners = Listeners(home=home, clock=clock)
        while not done.is_set():
            try:
                close_old_connections()
                listeners.follow()
            except (DatabaseError, JutongError):
                log.exception("the sources that send could not be read")
            done.wait(LOOK_EVERY_S)
        listeners.stop()

    thread = threading.Thread(target=look, name="streams", daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(timeout=30)
