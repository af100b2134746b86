"""Change logs (变更日志): a snapshot first, then every insert, update and delete, joined without gap or double.

The position is taken before the snapshot is read, so a change may be in both: by its key it lands as the same row.
Rows and position change in one commit; only then is the source told that it may forget.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from jutong.dataflow.connectors.protocol import ChangeBatch, ChangeKind, ChangeLogConnector, Connector
from jutong.dataflow.pipelines.collect import collect, earlier_run
from jutong.dataflow.pipelines.columns import plan_columns
from jutong.dataflow.pipelines.errors import ChangesUnsupported, KeyRequired
from jutong.dataflow.pipelines.quarantining import key_fields
from jutong.dataflow.pipelines.upserting import Landing, Rows, upsert
from jutong.vocabulary.collection import CollectionMode
from jutong.vocabulary.contracts import RunReport

BATCH_CHANGES: Final = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """One batch that is in the pool."""

    report: RunReport
    committed_at: datetime | None
    """When the newest of its transactions was committed at the source (UTC)."""
    schema_changed: bool


def collect_snapshot(landing: Landing, connector: Connector, *, reader: str) -> RunReport:
    """The initial snapshot: from here on the source keeps every change for `reader`.

    Raises:
        ChangesUnsupported, KeyRequired: source or entry are not fit for it.
        ConnectorError: the source keeps no log, or refuses it; the message has what its administrator runs.
    """
    log = _log_of(landing, connector)
    if (before := earlier_run(landing.lake, landing.pool, landing.run_id)) is not None:
        return before
    position = log.start_changes(reader)
    report = collect(
        landing.contract,
        connector,
        lake=landing.lake,
        mapping=landing.mapping,
        department=landing.department,
        system=landing.system,
        run_id=landing.run_id,
        clock=landing.clock,
        progress=landing.progress,
        terms=replace(landing.terms, position=position),
    )
    return replace(report, mode=CollectionMode.CHANGE_LOG.value, inserted=report.landed)


def apply_changes(
    landing: Landing,
    connector: Connector,
    *,
    reader: str,
    wait_s: float,
    stop: Callable[[], bool] = lambda: False,
) -> Iterator[Applied]:
    """Apply what the log has after the pool's position, until nothing came for `wait_s` seconds or `stop` says so.

    Each batch is one commit under a run of its own, named after its position: applied again it changes nothing.

    Raises:
        ChangesLost: the source has dropped changes that were not read yet.
    """
    log = _log_of(landing, connector)
    position = landing.lake.position(landing.pool)
    log.acknowledge(reader, position)  # a reader that was killed after its commit says so now
    for batch in log.changes(reader, position, limit=BATCH_CHANGES, wait_s=wait_s):
        report = _apply(landing, connector, batch, after=position)
        log.acknowledge(reader, batch.position)
        if landing.lake.landed(landing.pool, _run_of(landing, batch)):  # what changes nothing makes no commit
            position = batch.position
        yield Applied(report=report, committed_at=batch.committed_at, schema_changed=batch.schema_changed)
        if batch.schema_changed or stop():
            return


def _log_of(landing: Landing, connector: Connector) -> ChangeLogConnector:
    if not isinstance(connector, ChangeLogConnector):
        raise ChangesUnsupported(kind=connector.kind)
    if not key_fields(landing.contract):
        raise KeyRequired(service=landing.contract.service)
    return connector


def look_at_changes(landing: Landing, connector: Connector, *, reader: str) -> RunReport | None:
    """A dry run: what the first waiting batch would do; nothing lands, and the log keeps it. None: nothing waits."""
    log = _log_of(landing, connector)
    position = landing.lake.position(landing.pool)
    terms = replace(landing.terms, dry_run=True)
    for batch in log.changes(reader, position, limit=BATCH_CHANGES, wait_s=0):
        return _apply(replace(landing, terms=terms), connector, batch, after=position)
    return None


def _apply(landing: Landing, connector: Connector, batch: ChangeBatch, *, after: str) -> RunReport:
    names = connector.columns()
    last = _last_of_each_key(batch.rows, _key_columns(landing, names))
    deleted = pc.equal(last.column("_op"), ChangeKind.DELETE.value)
    return upsert(
        replace(landing, run_id=_run_of(landing, batch)),
        _rows(connector.kind, names, last.filter(pc.invert(deleted))),
        mode=CollectionMode.CHANGE_LOG,
        position=batch.position,
        deletes=_rows(connector.kind, names, last.filter(deleted)),
        emptied=batch.truncated,
        after=after,
    )


def _run_of(landing: Landing, batch: ChangeBatch) -> str:
    return f"{landing.run_id}-{batch.position.replace('/', '-').replace(',', '-')}"


def _rows(kind: str, names: tuple[str, ...], rows: pa.RecordBatch) -> Rows:
    return Rows(kind=kind, names=names, batches=partial(_given, rows.select(list(names))))


def _given(rows: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
    yield rows


def _key_columns(landing: Landing, names: Sequence[str]) -> tuple[str, ...]:
    """The source's columns of the entry's key."""
    plan = plan_columns(landing.contract, names, landing.mapping)
    return tuple(plan.columns[plan.sources[field]] for field in key_fields(landing.contract))


def _last_of_each_key(rows: pa.RecordBatch, keys: Sequence[str]) -> pa.RecordBatch:
    """What became of each row in the end; a key that moved away and came back counts by its last change."""
    table = pa.Table.from_batches([rows.select([*keys, "_seq"])])
    last = table.group_by(list(keys), use_threads=False).aggregate([("_seq", "max")])
    places = pc.sort_indices(last, sort_keys=[("_seq_max", "ascending")])
    return rows.take(pc.cast(last.column("_seq_max").take(places).combine_chunks(), pa.int64()))
