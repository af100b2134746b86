"""Runs of what sources pushed: the spool's next records become one commit, and only then leave the spool."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

import pyarrow as pa

from jutong.control.collection import api as collection
from jutong.control.collection.api import CollectionJob
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.connectors import ReadLimits
from jutong.dataflow.connectors.pushes.reader import SpoolReader
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.pipelines import collect
from jutong.dataflow.pipelines.collect import earlier_run
from jutong.dataflow.pipelines.quarantining import key_fields
from jutong.dataflow.pipelines.upserting import Landing, Rows, upsert
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.kernel.home import DataHome
from jutong.kernel.text import normalise
from jutong.processes.carrying import Carrying, failed_report, landing_of
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import EntryContract, RunReport


def carry_push(task: CollectionJob, carrying: Carrying) -> RunReport:
    """Land what was pushed since the pool's position: by the entry's key, or as further rows where it has none."""
    started, clock = carrying.clock.now(), carrying.clock
    settings = SpoolSettings.from_environment()
    spool = Spool.of(carrying.home, task.source, settings)
    landing = landing_of(task, carrying)
    try:
        report = _landed(task, landing, spool, settings)
    except JutongError as error:
        return failed_report(task, error, started, clock.now())
    if report.outcome == "succeeded" and report.position and not task.dry_run:
        spool.forget(_committed(task, int(report.position)), at=clock.now())
    return report


def _committed(task: CollectionJob, reached: int) -> int:
    """Up to which record every entry that this spool fills has its rows; this one's binding is recorded later."""
    others = [
        entry.position
        for entry in collection.pushed_entries(SYSTEM_ACTOR, source=task.source)
        if entry.service != task.contract.service
    ]
    return min([reached, *others])


def _landed(task: CollectionJob, landing: Landing, spool: Spool, settings: SpoolSettings) -> RunReport:
    if (before := earlier_run(landing.lake, landing.pool, landing.run_id)) is not None:
        return before
    known = landing.lake.exists(landing.pool)
    reached = landing.lake.position(landing.pool) if known else ""
    reader = SpoolReader(
        spool,
        kind=task.kind,
        after=int(reached or 0),
        limits=ReadLimits.from_environment(),
        settings=settings,
    )
    if not reader.messages:
        return _nothing(task, landing, reached)
    rows = _with_missing_columns(task.contract, reader, task.mapping or {})
    position = str(reader.position)
    if key_fields(task.contract):
        report = upsert(landing, rows, mode=CollectionMode.PUSH, position=position)
    else:
        report = collect(
            task.contract,
            rows,
            lake=landing.lake,
            mapping=task.mapping,
            department=task.department,
            system=task.system,
            run_id=task.run_id,
            clock=landing.clock,
            progress=landing.progress,
            mode="append",
            terms=replace(landing.terms, position=position),
        )
        report = replace(report, mode=CollectionMode.PUSH.value, inserted=report.landed)
    return replace(report, delivered_at=reader.newest_at)


def _nothing(task: CollectionJob, landing: Landing, reached: str) -> RunReport:
    """Nothing new was pushed: the pool stays as it is."""
    now = landing.clock.now()
    versions = landing.lake.versions(landing.pool, limit=1)
    return RunReport(
        run_id=task.run_id,
        service=task.contract.service,
        source=task.kind,
        started_at=now,
        ended_at=now,
        outcome="succeeded",
        version=versions[0].version if versions else None,
        mode=CollectionMode.PUSH.value,
        position=reached,
    )


def _with_missing_columns(contract: EntryContract, reader: SpoolReader, mapping: Mapping[str, str]) -> Rows:
    """What was pushed, with an empty column for each item that no message named: one bad message stops no other."""
    names = [*reader.columns(), *(column for column in mapping if column not in reader.columns())]
    there = {*map(normalise, names)}
    names += [
        item.field
        for item in contract.items
        if item.field not in mapping.values() and not {normalise(item.field), normalise(item.name)} & there
    ]
    schema = pa.schema([(name, pa.string()) for name in names])

    def batches() -> Iterator[pa.RecordBatch]:
        for batch in reader.read():
            columns = [
                batch.column(name) if name in batch.schema.names else pa.nulls(batch.num_rows, pa.string())
                for name in names
            ]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return Rows(kind=reader.kind, names=tuple(names), batches=batches, lines=reader.rejected)


def request_pushed(home: DataHome, *, clock: Clock) -> None:
    """Ask for a run of each entry whose spool holds what was not collected, and say how long it has waited."""
    for entry in collection.pushed_entries(SYSTEM_ACTOR):
        waiting = Spool.of(home, entry.source).backlog(entry.position)
        oldest = waiting.oldest_at
        lag = None if oldest is None else max(0.0, (clock.now() - oldest).total_seconds())
        collection.note_lag(SYSTEM_ACTOR, entry.service, lag)
        if waiting.records and not entry.busy:
            collection.request_run(SYSTEM_ACTOR, entry.service, clock=clock)
