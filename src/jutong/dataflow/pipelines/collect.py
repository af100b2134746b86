"""Collection (归集): one delivery of one source becomes one version of the entry's table, or nothing changes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from sqlglot import exp

from jutong.dataflow.connectors.protocol import Connector
from jutong.dataflow.lake import Lake, Provenance, TableName, TableWrite
from jutong.dataflow.lake.errors import RunLanded
from jutong.dataflow.lake.names import POOL, QUARANTINE
from jutong.dataflow.lake.rows import row_hash
from jutong.dataflow.pipelines import staging
from jutong.dataflow.pipelines.columns import ColumnPlan, plan_columns
from jutong.dataflow.pipelines.errors import CountsDiffer, EmptyDelivery, NothingLanded
from jutong.dataflow.quality import QualityRule, cast_of, check, rules_of
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.errors import JutongError
from jutong.vocabulary.contracts import EntryContract, RuleOutcome, RunReport

FINDINGS: Final = "findings"
HELD: Final = "held"

Stage = Literal["read", "check", "land", "done"]
Mode = Literal["replace", "append"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectProgress:
    """Where a collection stands: rows read so far, or rows that are being checked or landed."""

    stage: Stage
    rows: int


Progress = Callable[[CollectProgress], None]


def collect(
    contract: EntryContract,
    connector: Connector,
    *,
    lake: Lake,
    mapping: Mapping[str, str] | None = None,
    department: str,
    system: str,
    run_id: str,
    clock: Clock,
    progress: Progress | None = None,
    mode: Mode = "replace",
    allow_empty: bool = False,
) -> RunReport:
    """Read, check and land a delivery: rows in `pool.<service>`, refused ones in `quarantine.<service>`.

    Both tables change in one commit, or not at all. A run that has already landed is not repeated: its report
    is returned again. In the report `read == landed + quarantined`, and the tables were counted to prove it.

    Raises:
        MappingInvalid, ColumnMissing: the source's columns do not fit the entry.
        EmptyDelivery, NothingLanded: the delivery would empty a table that has rows (unless `allow_empty`).
        ConnectorError, LakeLocked, …: the source cannot be read, or the lake not be written.
    """
    started = clock.now()
    pool = TableName(POOL, contract.service)
    before = earlier_run(lake, pool, run_id)
    if before is not None:
        return before
    tell = progress or (lambda _progress: None)
    plan = plan_columns(contract, connector.columns(), mapping)
    rules = rules_of(contract, business_date(started))
    try:
        staged = staging.stage(
            lake.engine, connector, plan, lambda rows: tell(CollectProgress(stage="read", rows=rows))
        )
        staging.stage_rejected(lake.engine, connector.rejected())
        staging.name_by_item(lake.engine, plan, contract)
        tell(CollectProgress(stage="check", rows=staged))
        outcomes = check(lake.engine, staging.DELIVERY, rules, findings=FINDINGS)
        counts = _hold(lake, rules, staged, len(connector.rejected()))
        if mode == "replace" and counts.landed == 0 and not allow_empty:
            _refuse_to_empty(lake, pool, counts)
        tell(CollectProgress(stage="land", rows=counts.landed))
        report = _report(contract, connector, run_id, started, clock.now(), plan, outcomes, counts)
        provenance = Provenance(department=department, system=system, run_id=run_id, collected_at=started)
        try:
            writes = _writes(contract, plan, counts, mode)
            version = lake.write(writes, provenance, note=report.to_json(), once=True)
        except RunLanded:
            if (before := earlier_run(lake, pool, run_id)) is None:
                raise
            return before
        tell(CollectProgress(stage="done", rows=counts.landed))
        return replace(report, version=version)
    finally:
        _forget(lake)


def run_collection(
    contract: EntryContract,
    source: Callable[[], Connector],
    *,
    lake: Lake,
    mapping: Mapping[str, str] | None = None,
    department: str,
    system: str,
    run_id: str,
    clock: Clock,
    progress: Progress | None = None,
    mode: Mode = "replace",
    allow_empty: bool = False,
) -> RunReport:
    """As `collect`, but a failure is a report too: outcome `failed`, with the error's code and detail."""
    started = clock.now()
    try:
        return collect(
            contract,
            source(),
            lake=lake,
            mapping=mapping,
            department=department,
            system=system,
            run_id=run_id,
            clock=clock,
            progress=progress,
            mode=mode,
            allow_empty=allow_empty,
        )
    except JutongError as error:
        return RunReport(
            run_id=run_id,
            service=contract.service,
            source=system,
            started_at=started,
            ended_at=clock.now(),
            outcome="failed",
            error_code=error.code,
            error_detail=error.detail,
        )


def earlier_run(lake: Lake, pool: TableName, run_id: str) -> RunReport | None:
    """The report of a run that has landed in `pool`, if it has."""
    for version in lake.versions(pool):
        if version.run_id == run_id and version.note:
            return replace(RunReport.from_json(version.note), version=version.version)
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Counts:
    read: int
    landed: int
    quarantined: int
    reasons: Mapping[str, int]


def _hold(lake: Lake, rules: Sequence[QualityRule], staged: int, rejected: int) -> _Counts:
    """Make the table `held` (`_row_no`, `reasons`) of rows that may not land, and count both sides."""
    blocking = [exp.Literal.string(rule.code) for rule in rules if rule.blocking]
    reasons = exp.func(
        "list_intersect", exp.column("broken"), exp.cast(exp.Array(expressions=blocking), "text[]")
    )
    inner = exp.select(staging.ROW_NUMBER, exp.alias_(reasons, "reasons")).from_(FINDINGS).subquery("f")
    held = lake.engine.write(
        HELD, exp.select(staging.ROW_NUMBER, "reasons").from_(inner).where("len(reasons) > 0")
    )
    landed = (
        lake.engine.sql(exp.select("count(*) AS n").from_(_landing_rows().subquery("l")))
        .column("n")[0]
        .as_py()
    )
    counted = lake.engine.sql(
        f"SELECT reason, count(*) AS n FROM (SELECT unnest(reasons) AS reason FROM {HELD} "  # noqa: S608  # our names
        f"UNION ALL SELECT reason FROM {staging.REJECTED}) r GROUP BY reason ORDER BY n DESC, reason"
    )
    counts = _Counts(
        read=staged + rejected,
        landed=int(landed),
        quarantined=held + rejected,
        reasons={row["reason"]: row["n"] for row in counted.to_pylist()},
    )
    if counts.read != counts.landed + counts.quarantined:
        raise CountsDiffer(read=counts.read, landed=counts.landed, quarantined=counts.quarantined)
    return counts


def _landing_rows() -> exp.Select:
    """Every row of the delivery that is not held."""
    return (
        exp.select("d.*")
        .from_(f"{staging.DELIVERY} AS d")
        .join(HELD, on=f"d.{staging.ROW_NUMBER} = {HELD}.{staging.ROW_NUMBER}", join_type="anti")
    )


def _writes(
    contract: EntryContract, plan: ColumnPlan, counts: _Counts, mode: Mode
) -> tuple[TableWrite, TableWrite]:
    typed = [
        exp.alias_(cast_of(item.field, item.data_type), item.field, quoted=True, copy=False)
        for item in contract.items
    ]
    # The hash is that of the row as delivered: what the source can recompute.
    delivered = exp.alias_(row_hash([item.field for item in contract.items]), "_hash")
    landing = exp.select(*typed, staging.ROW_NUMBER, delivered, copy=False).from_(
        _landing_rows().subquery("landing")
    )
    refused = (
        exp.select(
            f"{staging.STAGED}.{staging.ROW_NUMBER}", "reasons", exp.alias_(staging.source_row(plan), "raw")
        )
        .from_(staging.STAGED)
        .join(HELD, on=f"{staging.STAGED}.{staging.ROW_NUMBER} = {HELD}.{staging.ROW_NUMBER}")
    )
    unread = exp.select(
        f"NULL::BIGINT AS {staging.ROW_NUMBER}",
        "[reason] AS reasons",
        "to_json({'line': line, 'place': place, 'text': text})::VARCHAR AS raw",
        dialect="duckdb",
    ).from_(staging.REJECTED)
    keys = tuple(item.field for item in contract.items if item.key)
    return (
        TableWrite(
            table=TableName(POOL, contract.service),
            source=landing,
            mode=mode,
            sort_by=keys or (contract.query_keys[0] if contract.query_keys else ()),
            expected_rows=counts.landed,
        ),
        TableWrite(
            table=TableName(QUARANTINE, contract.service),
            source=exp.union(refused, unread, distinct=False),
            mode=mode,
            expected_rows=counts.quarantined,
        ),
    )


def _refuse_to_empty(lake: Lake, pool: TableName, counts: _Counts) -> None:
    rows = lake.count(pool) if lake.exists(pool) else 0
    if rows == 0:
        return
    if counts.read == 0:
        raise EmptyDelivery(rows=rows)
    listed = "、".join(f"{reason} {number}" for reason, number in list(counts.reasons.items())[:5])
    raise NothingLanded(read=counts.read, reasons=listed)


def _report(
    contract: EntryContract,
    connector: Connector,
    run_id: str,
    started: datetime,
    ended: datetime,
    plan: ColumnPlan,
    outcomes: tuple[RuleOutcome, ...],
    counts: _Counts,
) -> RunReport:
    return RunReport(
        run_id=run_id,
        service=contract.service,
        source=connector.kind,
        started_at=started,
        ended_at=ended,
        outcome="succeeded",
        read=counts.read,
        landed=counts.landed,
        quarantined=counts.quarantined,
        rules=outcomes,
        quarantine_reasons=dict(counts.reasons),
        missing_columns=plan.missing,
        extra_columns=plan.extra,
    )


def _forget(lake: Lake) -> None:
    """Free what the run kept in the engine."""
    lake.engine.run(f"DROP VIEW IF EXISTS {staging.DELIVERY}")
    for name in (staging.STAGED, staging.REJECTED, FINDINGS, HELD):
        lake.engine.drop(name)
