"""A run is watched while it is carried out: how far it is, its lease, and whether it is to end early."""

import logging
import threading
import time
from typing import Final, Self

from django.db import DatabaseError, connection

from jutong.control.collection import api as collection
from jutong.control.collection.errors import RunCancelled
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.lake import Lake
from jutong.dataflow.pipelines import CollectProgress
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError

PROGRESS_INTERVAL_S: Final = 1.0
LOOK_EVERY_S: Final = 5.0
"""A statement of the engine may say nothing for minutes: the lease is kept and a cancellation noticed beside it."""

log = logging.getLogger("jutong.worker")


class RunWatch:
    """Shows how far a run is, keeps its lease, and breaks it off where it was cancelled."""

    def __init__(self, run_id: str, worker: str, lake: Lake, clock: Clock) -> None:
        self.cancelled = False
        self._run_id, self._worker, self._lake, self._clock = run_id, worker, lake, clock
        self._latest = CollectProgress(stage="read", rows=0)
        self._last = time.monotonic()
        self._done = threading.Event()
        self._keeper = threading.Thread(target=self._keep, name=f"lease-{run_id}", daemon=True)

    def __enter__(self) -> Self:
        self._keeper.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._keeper.join()

    def tell(self, progress: CollectProgress) -> None:
        """Records at most one step a second, and every landing before it begins.

        Raises:
            RunCancelled: the run was asked to end; nothing of it has landed.
            RunConflict: another worker has taken the run over.
        """
        self._latest = progress
        if progress.stage == "done":
            return
        if progress.stage == "land" or time.monotonic() - self._last >= PROGRESS_INTERVAL_S:
            self._last = time.monotonic()
            self._record()
        if self.cancelled:
            raise RunCancelled

    def _record(self) -> None:
        self.cancelled |= collection.record_progress(
            SYSTEM_ACTOR,
            self._run_id,
            stage=self._latest.stage,
            rows_done=self._latest.rows,
            clock=self._clock,
            worker=self._worker,
        )

    def _keep(self) -> None:
        while not self._done.wait(LOOK_EVERY_S):
            try:
                self._record()
                if self.cancelled:
                    self._lake.engine.connection.interrupt()
            except (DatabaseError, JutongError):
                log.exception("the lease of %s could not be renewed", self._run_id)
            finally:
                connection.close()
