"""Changed rows take the place of the pool's rows of their key, deleted ones leave it: what a small delivery lands by."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.connectors.protocol import Capability, Finding, RejectedLine
from jutong.dataflow.lake import Lake, Provenance, TableName, TableWrite
from jutong.dataflow.lake.errors import RunLanded
from jutong.dataflow.lake.names import POOL, WriteCounts
from jutong.dataflow.pipelines import drift, staging
from jutong.dataflow.pipelines.collect import (
    FINDINGS,
    CollectProgress,
    Progress,
    earlier_run,
    forget,
    hold_rows,
    refuse_too_many,
    refused_rows,
    report_of,
    typed_landing,
)
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.dataflow.pipelines.drift_columns import Arrival
from jutong.dataflow.pipelines.drift_rows import keep_aside
from jutong.dataflow.pipelines.errors import KeyRequired
from jutong.dataflow.pipelines.quarantining import key_fields, quarantine_write, sealed_rows
from jutong.dataflow.pipelines.terms import LandingTerms
from jutong.dataflow.quality import cast_of, check, rules_of
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.collection import CollectionMode, DriftFinding
from jutong.vocabulary.contracts import EntryContract, RunReport

_GONE: Final = "gone_rows"
_GONE_NAMED: Final = "gone_named"
_LATEST: Final = "latest"


@dataclass(slots=True)
class Rows:
    """Rows that somebody has read, as a connector: with their source's columns, kind and lines set aside."""

    kind: str
    names: tuple[str, ...]
    batches: Callable[[], Iterator[pa.RecordBatch]]
    lines: Callable[[], Sequence[RejectedLine]] = tuple
    capabilities: frozenset[Capability] = frozenset()

    def columns(self) -> tuple[str, ...]:
        return self.names

    def read(self) -> Iterator[pa.RecordBatch]:
        return self.batches()

    def rejected(self) -> Sequence[RejectedLine]:
        return self.lines()

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Landing:
    """Where changed rows go, and by what."""

    contract: EntryContract
    lake: Lake
    mapping: Mapping[str, str] | None
    department: str
    system: str
    run_id: str
    clock: Clock
    progress: Progress
    terms: LandingTerms

    @property
    def pool(self) -> TableName:
        return TableName(POOL, self.contract.service)


def upsert(
    landing: Landing,
    rows: Rows,
    *,
    mode: CollectionMode,
    position: str,
    deletes: Rows | None = None,
    emptied: bool = False,
    after: str | None = None,
) -> RunReport:
    """Land `rows`; of several with one key the last counts. `deletes` has the columns of `rows`, filled in the key's.

    Refused rows are set aside, and the pool keeps the row of their key that it had. `emptied`: all rows that the pool
    has go first (the source was truncated). `after`: the position that the pool must still stand at. Rows and
    `position` change in one commit; the same run lands once.

    Raises:
        KeyRequired: the entry has no key.
        MappingInvalid, ColumnMissing: the source's columns do not fit the entry.
        TooManyRefused: too few of the rows are good.
        PositionMoved: another writer was faster.
    """
    contract, lake, terms = landing.contract, landing.lake, landing.terms
    started = landing.clock.now()
    if (before := earlier_run(lake, landing.pool, landing.run_id)) is not None:
        return before
    if not key_fields(contract):
        raise KeyRequired(service=contract.service)
    arrival = Arrival(
        contract=contract,
        mapping=landing.mapping,
        policy=terms.policy,
        mode=mode,
        before=terms.before,
        confirmed=terms.confirmed,
    )
    plan = drift.arrange(arrival, rows.columns())
    rules = rules_of(contract, business_date(started))
    with ExitStack() as stack:
        stack.callback(_forget, lake)
        staged = staging.stage(lake.engine, rows, plan, _seen(landing))
        staging.stage_rejected(lake.engine, rows.rejected())
        columns = arrival.columns_before
        found: tuple[DriftFinding, ...] = ()
        if mode is CollectionMode.CHANGE_LOG or not staged:  # a log's columns are known, its rows no sample
            keep_aside(lake.engine, staging.STAGED, (), ())
        else:
            plan, columns, found = drift.examine(lake, arrival, plan, staged=staging.STAGED)
        landing.progress(CollectProgress(stage="check", rows=staged))
        staging.name_by_item(lake.engine, plan, contract)
        types = staging.delivered_types(lake.engine)
        outcomes = check(lake.engine, staging.DELIVERY, rules, findings=FINDINGS, types=types)
        counts = hold_rows(lake, rules, staged, len(rows.rejected()))
        report = report_of(
            contract, rows, landing.run_id, started, landing.clock.now(), plan, outcomes, counts
        )
        report = replace(
            report, mode=mode.value, columns=columns, drift=drift.as_json(found), position=position
        )
        if drift.stopping(found, terms.confirmed):
            return replace(report, outcome="held", landed=0, quarantined=0)
        refuse_too_many(terms.policy, read=counts.read, refused=counts.quarantined)
        if terms.dry_run:
            return report
        landing.progress(CollectProgress(stage="land", rows=counts.landed))
        gone = _gone(landing, plan, deletes)
        report = _committed(landing, plan, report, gone, emptied=emptied, after=after, started=started)
        landing.progress(CollectProgress(stage="done", rows=counts.landed))
        return report


def _seen(landing: Landing) -> Callable[[int], None]:
    return lambda rows: landing.progress(CollectProgress(stage="read", rows=rows))


def _gone(landing: Landing, plan: ColumnPlan, deletes: Rows | None) -> exp.Query | None:
    """The keys of deleted rows in the entry's types."""
    if deletes is None:
        return None
    contract, engine = landing.contract, landing.lake.engine
    staging.stage(engine, deletes, plan, lambda _rows: None, into=_GONE)
    staging.name_by_item(engine, plan, contract, staged=_GONE, delivery=_GONE_NAMED)
    types = {item.field: item.data_type for item in contract.items}
    keys = [
        exp.alias_(cast_of(field, types[field]), field, quoted=True, copy=False)
        for field in key_fields(contract)
    ]
    return exp.select(*keys).from_(_GONE_NAMED)


def _committed(
    landing: Landing,
    plan: ColumnPlan,
    report: RunReport,
    gone: exp.Query | None,
    *,
    emptied: bool,
    after: str | None,
    started: datetime,
) -> RunReport:
    contract, lake, key = landing.contract, landing.lake, landing.terms.sealing_key
    keys = key_fields(contract)
    listed = ", ".join(exp.column(name, quoted=True).sql(dialect="duckdb") for name in keys)
    good = typed_landing(contract, staging.delivered_types(lake.engine)).subquery("good")
    last = exp.select("*").from_(good)
    lake.engine.write(
        _LATEST,
        f"{lake.engine.render(last)} QUALIFY row_number() OVER (PARTITION BY {listed} ORDER BY _row_no DESC) = 1",
    )
    # A source that was emptied and then filled is a new table.
    fresh = emptied or not lake.exists(landing.pool)
    rows = TableWrite(
        table=landing.pool,
        source=exp.select("*").from_(_LATEST),
        mode="replace" if fresh else "merge",
        keys=() if fresh else keys,
        deletes=None if fresh else gone,
        position=report.position,
        sort_by=keys,
    )
    provenance = Provenance(
        department=landing.department, system=landing.system, run_id=landing.run_id, collected_at=started
    )
    noted = report

    def note(counts: Sequence[WriteCounts]) -> str:
        nonlocal noted
        done = counts[0]
        noted = replace(report, inserted=done.inserted, updated=done.updated, deleted=done.deleted)
        return noted.to_json()

    try:
        refused = refused_rows(contract, plan)
        with sealed_rows(lake, contract, refused, run_id=landing.run_id, key=key):
            writes = [rows]
            if report.quarantined or _heals(lake, contract):
                writes.append(
                    quarantine_write(
                        lake,
                        contract,
                        run_id=landing.run_id,
                        whole=False,
                        landing=exp.select("*").from_(_LATEST),
                        key=key,
                    )
                )
            version = lake.write(writes, provenance, note=note, once=True, after=after)
    except RunLanded:
        before = earlier_run(lake, landing.pool, landing.run_id)
        if before is None:
            raise
        return before
    return replace(noted, version=version)


def _heals(lake: Lake, contract: EntryContract) -> bool:
    """Whether rows that were refused before wait for a good one of their key."""
    table = TableName("quarantine", contract.service)
    return lake.exists(table) and bool(lake.read(table, columns=("state",), where={"state": "open"}, limit=1))


def _forget(lake: Lake) -> None:
    lake.engine.run(f"DROP VIEW IF EXISTS {_GONE_NAMED}")
    for name in (_GONE, _LATEST):
        lake.engine.drop(name)
    forget(lake)
