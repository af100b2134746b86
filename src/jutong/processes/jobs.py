"""Durable jobs behind a narrow interface, so that the engine (DBOS) can be changed in this file alone.

A job is a function of one identifier. It may be asked for any number of times under the same key and runs once;
a job that was interrupted, by kill -9 too, goes on at its interrupted step when the engine starts again.
"""

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from dbos import DBOS, DBOSConfig, SetWorkflowID

from jutong.kernel.errors import JutongError

Job = Callable[[str], str]
log = logging.getLogger("jutong.worker")

# Recovery is tied to this: raise it when a job's steps change, so that old jobs are not resumed half-way.
JOBS_VERSION: Final = "1"


def job(name: str) -> Callable[[Job], Job]:
    """Make `function(identifier) -> outcome` a durable job called `name`."""
    return DBOS.workflow(name=name)


def step(name: str) -> Callable[[Job], Job]:
    """A part of a job: once done it is not run again; interrupted, it runs again from its start."""
    return DBOS.step(name=name)


def present_executor() -> str:
    """The name of the engine that carries out the present job."""
    return DBOS.executor_id


@dataclass(frozen=True, slots=True)
class JobStore:
    """Where jobs are kept; `executor` names the process that resumes its own interrupted jobs."""

    url: str
    executor: str

    @classmethod
    def file(cls, path: Path, *, executor: str) -> Self:
        return cls(f"sqlite:///{path}", executor)


class JobEngine:
    """Runs jobs in this process; at most one engine a process."""

    def __init__(self, store: JobStore, *, concurrency: int = 1) -> None:
        self._store = store
        self._pool = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="job")
        self._runs = ThreadPoolExecutor(max_workers=concurrency, thread_name_prefix="run")
        self._carried: dict[str, Future[str]] = {}
        self._concurrency = concurrency
        self.progressed = threading.Event()
        """Set whenever something that is carried has ended: there is room for more."""
        self._asked: dict[str, Future[str]] = {}
        self._waiting: dict[tuple[Job, str], Future[str]] = {}

    def __enter__(self) -> Self:
        config: DBOSConfig = {
            "name": "jutong",
            "system_database_url": self._store.url,
            "application_version": JOBS_VERSION,
            "executor_id": self._store.executor,
            "log_level": "ERROR",
            "console_log_level": "ERROR",
            "notification_listener_polling_interval_sec": 0.2,
        }
        DBOS(config=config)
        DBOS.launch()  # resumes what this executor left unfinished
        return self

    def __exit__(self, *_: object) -> None:
        for pool in (self._runs, self._pool):
            pool.shutdown(wait=True, cancel_futures=True)
        DBOS.destroy()

    def submit(self, function: Job, identifier: str, *, key: str) -> Future[str]:
        """Run `function(identifier)` in the background once for `key`; asked again, the same future is given."""
        known = self._asked.get(key)
        if known is None:
            known = self._asked[key] = self._pool.submit(_run, function, identifier, key)
            self._waiting[function, identifier] = known
        return known

    def carry(self, function: Callable[[str], str], identifier: str) -> Future[str]:
        """Run `function(identifier)` in the background, beside the jobs: its own store keeps what is left to do."""
        known = self._carried.get(identifier)
        if known is None:
            known = self._carried[identifier] = self._runs.submit(_carry, function, identifier)
            known.add_done_callback(lambda _done: self._has_ended(identifier))
        return known

    def _has_ended(self, identifier: str) -> None:
        self._carried.pop(identifier, None)
        self.progressed.set()

    def carried(self) -> tuple[str, ...]:
        """What is being carried or waits for its turn."""
        return tuple(self._carried)

    def room(self) -> int:
        """How much more may be carried, so that no thread waits for the next look."""
        return max(0, 2 * self._concurrency - len(self._carried))

    def busy(self) -> int:
        """How many jobs asked of this engine are not done yet."""
        return len(self._carried) + sum(not future.done() for future in self._asked.values())

    def is_busy_with(self, function: Job, identifier: str) -> bool:
        """Whether `function(identifier)` was asked for, under any key, and is not done yet."""
        future = self._waiting.get((function, identifier))
        return future is not None and not future.done()


def _carry(function: Callable[[str], str], identifier: str) -> str:
    try:
        return function(identifier)
    except Exception as error:
        _log_failure(function.__name__, identifier, error)
        raise


def _log_failure(name: str, identifier: str, error: Exception) -> None:
    # The message of a fault may hold a row's value; its kind and place may not.
    code = error.code if isinstance(error, JutongError) else type(error).__name__
    log.error("job %s of %s failed: %s", name, identifier, code)


def _run(function: Job, identifier: str, key: str) -> str:
    try:
        with SetWorkflowID(key):
            return DBOS.start_workflow(function, identifier).get_result(polling_interval_sec=0.05)
    except Exception as error:
        _log_failure(function.__name__, identifier, error)
        raise
