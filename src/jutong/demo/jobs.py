"""Who carries out the runs and releases that the story asks for."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from jutong.control.collection import api as collection
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.opening import api as opening
from jutong.demo.telling import Tell
from jutong.kernel.clock import Clock
from jutong.kernel.home import DataHome
from jutong.processes.collection import collect_run, serve_version
from jutong.processes.opening import release_dataset


class Jobs(Protocol):
    """Who carries out queued runs and releases: this process, or the durable engine's worker."""

    def collect(self, run_ids: Sequence[str], tell: Tell) -> None:
        """Return when every run has ended, well or not."""
        ...

    def release(self, services: Sequence[str], tell: Tell) -> None:
        """Return when the files of every dataset are written."""
        ...


@dataclass(frozen=True, slots=True)
class DirectJobs:
    """Carries out runs and releases one after another in this process."""

    home: DataHome
    clock: Clock

    def collect(self, run_ids: Sequence[str], tell: Tell) -> None:
        for number, run_id in enumerate(run_ids, start=1):
            if collect_run(run_id, home=self.home, clock=self.clock) == "succeeded":
                run = collection.run(SYSTEM_ACTOR, run_id)
                if run.version is not None:
                    serve_version(run.service, run.version, home=self.home)
            tell(collection.run(SYSTEM_ACTOR, run_id).title, number, len(run_ids))

    def release(self, services: Sequence[str], tell: Tell) -> None:
        for number, service in enumerate(services, start=1):
            release_dataset(service, home=self.home, clock=self.clock)
            tell(opening.dataset(service).title, number, len(services))
