"""What carrying out a run takes: one function a collection mode, and what all of them may use."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeAlias

from jutong.control.collection.api import CollectionJob
from jutong.control.quarantine.api import QUARANTINE_KEY
from jutong.dataflow.connectors import Connector, ReadLimits, delivered_at, open_connector
from jutong.dataflow.connectors.errors import SourceChanged
from jutong.dataflow.connectors.placed_files import DailyFiles
from jutong.dataflow.lake import Lake
from jutong.dataflow.pipelines import CollectProgress, run_collection
from jutong.dataflow.pipelines.incremental import collect_increment
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.pipelines.upserting import Landing
from jutong.kernel.clock import Clock
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport


@dataclass(frozen=True, slots=True, kw_only=True)
class Carrying:
    """Surroundings of one run in one thread.

    `progress` is to be told after every batch and before rows are committed: it renews the lease, and raises
    `RunCancelled` when the run is to end without landing anything.
    """

    home: DataHome
    clock: Clock
    lake: Lake
    progress: Callable[[CollectProgress], None]


Carry: TypeAlias = Callable[[CollectionJob, Carrying], RunReport]
"""Carries out one run of a mode; a failure is a report too. Called again for the same run, it lands nothing twice."""


def terms_of(task: CollectionJob, home: DataHome) -> LandingTerms:
    """What the run's delivery is landed by."""
    return LandingTerms(
        policy=task.policy,
        before=task.before,
        confirmed=task.confirmed,
        sealing_key=platform_key(home, QUARANTINE_KEY),
        dry_run=task.dry_run,
    )


def carry_whole(task: CollectionJob, carrying: Carrying) -> RunReport:
    """Read the source to its end: its rows replace the table, or are added to it."""
    limits = ReadLimits.from_environment()
    delivered: datetime | None = None
    found: datetime | None = None

    def source() -> Connector:
        nonlocal delivered, found
        found = delivered = delivered_at(task.kind, task.options, root=carrying.home.sources)
        connector = open_connector(task.kind, task.options, root=carrying.home.sources, limits=limits)
        if isinstance(connector, DailyFiles):
            delivered = connector.delivered_at
        return connector

    def progress(done: CollectProgress) -> None:
        if done.stage == "land":
            now = delivered_at(task.kind, task.options, root=carrying.home.sources)
            if now != found:  # its columns may be those of one file and its rows another's
                raise SourceChanged(place=str(task.options.get("path", "")))
        carrying.progress(done)

    report = run_collection(
        task.contract,
        source,
        lake=carrying.lake,
        mapping=task.mapping,
        department=task.department,
        system=task.system,
        run_id=task.run_id,
        clock=carrying.clock,
        mode="append" if task.mode is CollectionMode.APPEND else "replace",
        progress=progress,
        terms=terms_of(task, carrying.home),
    )
    return replace(report, delivered_at=delivered)


def landing_of(task: CollectionJob, carrying: Carrying) -> Landing:
    """Where a run's changed rows go, and by what."""
    return Landing(
        contract=task.contract,
        lake=carrying.lake,
        mapping=task.mapping,
        department=task.department,
        system=task.system,
        run_id=task.run_id,
        clock=carrying.clock,
        progress=carrying.progress,
        terms=terms_of(task, carrying.home),
    )


def opened(task: CollectionJob, carrying: Carrying) -> Connector:
    """The run's source."""
    limits = ReadLimits.from_environment()
    return open_connector(task.kind, task.options, root=carrying.home.sources, limits=limits)


def carry_increment(task: CollectionJob, carrying: Carrying) -> RunReport:
    """Read what the source's cursor says is new or changed."""
    started = carrying.clock.now()
    try:
        return collect_increment(landing_of(task, carrying), opened(task, carrying), anew=not task.position)
    except JutongError as error:
        return failed_report(task, error, started, carrying.clock.now())


def failed_report(task: CollectionJob, error: JutongError, started: datetime, ended: datetime) -> RunReport:
    """A failure as the report of its run."""
    return RunReport(
        run_id=task.run_id,
        service=task.contract.service,
        source=task.system,
        started_at=started,
        ended_at=ended,
        outcome="failed",
        error_code=error.code,
        error_detail=error.detail,
        mode=task.mode.value,
    )
