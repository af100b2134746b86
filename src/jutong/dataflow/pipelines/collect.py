"""Collection (归集): one delivery of one source becomes one version of the entry's table, or nothing changes."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final, Literal

from sqlglot import exp

from jutong.dataflow.connectors.protocol import Connector, EngineConnector
from jutong.dataflow.lake import Lake, Provenance, TableName, TableWrite
from jutong.dataflow.lake.errors import RunLanded
from jutong.dataflow.lake.names import POOL
from jutong.dataflow.lake.rows import row_hash
from jutong.dataflow.pipelines import direct, drift, staging
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.dataflow.pipelines.drift_columns import Arrival
from jutong.dataflow.pipelines.errors import CountsDiffer, NothingLanded, TooManyRefused
from jutong.dataflow.pipelines.quarantining import key_fields, quarantine_write, sealed_rows
from jutong.dataflow.pipelines.terms import DEFAULT_TERMS, LandingTerms
from jutong.dataflow.quality import QualityRule, check, native, rules_of
from jutong.kernel.clock import Clock, business_date
from jutong.kernel.errors import JutongError
from jutong.vocabulary.collection import CollectionMode, CollectionPolicy
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
    terms: LandingTerms = DEFAULT_TERMS,
) -> RunReport:
    """Read, check and land a delivery: rows in `pool.<service>`, refused ones in `quarantine.<service>`.

    Both tables change in one commit, or not at all. A run that has already landed is not repeated: its report
    is returned again. In the report `read == landed + quarantined`, and the tables were counted to prove it.
    A delivery that differs so much that a person decides lands nothing: its report's outcome is `held`.

    Raises:
        MappingInvalid, ColumnMissing: the source's columns do not fit the entry.
        NothingLanded, TooManyRefused: none, or too few, of its rows are good.
        ConnectorError, LakeLocked, …: the source cannot be read, or the lake not be written.
    """
    started = clock.now()
    pool = TableName(POOL, contract.service)
    before = earlier_run(lake, pool, run_id)
    if before is not None:
        return before
    tell = progress or (lambda _progress: None)
    arrival = Arrival(
        contract=contract,
        mapping=mapping,
        policy=terms.policy,
        mode=CollectionMode(mode),
        before=terms.before,
        confirmed=terms.confirmed,
    )
    plan = drift.arrange(arrival, connector.columns())
    rules = rules_of(contract, business_date(started))
    provenance = Provenance(department=department, system=system, run_id=run_id, collected_at=started)

    def seen(rows: int) -> None:
        tell(CollectProgress(stage="read", rows=rows))

    with ExitStack() as stack:
        stack.callback(forget, lake)
        scan: direct.Scanned | None = None
        if isinstance(connector, EngineConnector) and direct.is_possible(connector, arrival, plan, rules):
            scanning = direct.scanned(lake, connector, contract, plan, rules, provenance, seen)
            scan = stack.enter_context(scanning)
            direct.make_views(lake, scan)
        staged = scan.rows if scan else staging.stage(lake.engine, connector, plan, seen)
        staging.stage_rejected(lake.engine, connector.rejected())
        plan, columns, found = drift.examine(lake, arrival, plan, staged=staging.STAGED)
        tell(CollectProgress(stage="check", rows=staged))
        if scan:
            outcomes = direct.judged(lake, scan, rules, findings=FINDINGS)
        else:
            staging.name_by_item(lake.engine, plan, contract)
            types = staging.delivered_types(lake.engine)
            outcomes = check(lake.engine, staging.DELIVERY, rules, findings=FINDINGS, types=types)
        counts = hold_rows(lake, rules, staged, len(connector.rejected()))
        if mode == "replace":
            _refuse_to_empty(lake, pool, counts)
        found = drift.sized(lake, arrival, found, read=counts.read, landed=counts.landed)
        found = (*terms.noticed, *found)
        report = report_of(contract, connector, run_id, started, clock.now(), plan, outcomes, counts)
        report = replace(
            report,
            mode=mode,
            columns=columns,
            drift=drift.as_json(found),
            position=terms.position_told or terms.position,
        )
        if drift.stopping(found, terms.confirmed):
            return replace(report, outcome="held", landed=0, quarantined=0)
        refuse_too_many(terms.policy, read=counts.read, refused=counts.quarantined)
        if terms.dry_run:
            return report
        tell(CollectProgress(stage="land", rows=counts.landed))
        report = _landed(lake, contract, plan, scan, counts, mode, provenance, report, terms)
        tell(CollectProgress(stage="done", rows=counts.landed))
        return report


def _landed(
    lake: Lake,
    contract: EntryContract,
    plan: ColumnPlan,
    scan: direct.Scanned | None,
    counts: "LandingCounts",
    mode: Mode,
    provenance: Provenance,
    report: RunReport,
    terms: LandingTerms,
) -> RunReport:
    """Commit the good rows and the refused ones; the report with the version, or that of a run that landed before."""
    run_id, key = provenance.run_id, terms.sealing_key
    if scan:
        direct.fetch_held(lake, scan, HELD)
        scan.snapshot.leave()
    try:
        with sealed_rows(lake, contract, refused_rows(contract, plan), run_id=run_id, key=key):
            rows, refused = _writes(lake, contract, scan, counts, mode, run_id, terms)
            rows = replace(rows, position=terms.position or None, withdrawn=terms.withdrawn)
            version = lake.write(
                (rows, refused), provenance, note=report.to_json(), once=True, after=terms.after
            )
    except RunLanded:
        if (before := earlier_run(lake, TableName(POOL, contract.service), run_id)) is None:
            raise
        return before
    return replace(report, version=version)


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
    terms: LandingTerms = DEFAULT_TERMS,
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
            terms=terms,
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
    version = lake.landed(pool, run_id)
    if version is None or not version.note:
        return None
    return replace(RunReport.from_json(version.note), version=version.version)


@dataclass(frozen=True, slots=True, kw_only=True)
class LandingCounts:
    read: int
    landed: int
    quarantined: int
    reasons: Mapping[str, int]


def hold_rows(lake: Lake, rules: Sequence[QualityRule], staged: int, rejected: int) -> LandingCounts:
    """Make the table `held` (`_row_no`, `reasons`) of rows that may not land, and count both sides."""
    blocking = [exp.Literal.string(rule.code) for rule in rules if rule.blocking]
    reasons = exp.func(
        "list_intersect",
        exp.cast(exp.column("broken"), "text[]"),
        exp.cast(exp.Array(expressions=blocking), "text[]"),
    )
    judged = exp.select(staging.ROW_NUMBER, exp.alias_(reasons, "reasons")).from_(FINDINGS)
    held = lake.engine.write(
        HELD,
        f"SELECT {staging.ROW_NUMBER}, flatten(list(reasons)) AS reasons FROM ("  # noqa: S608  # our names
        f"SELECT * FROM ({lake.engine.render(judged)}) WHERE len(reasons) > 0 "
        f"UNION ALL SELECT {staging.ROW_NUMBER}, [reason] FROM {drift.ASIDE}) GROUP BY 1",
    )
    landed = (
        lake.engine.sql(exp.select("count(*) AS n").from_(landing_rows().subquery("l")))
        .column("n")[0]
        .as_py()
    )
    counted = lake.engine.sql(
        f"SELECT reason, count(*) AS n FROM (SELECT unnest(reasons) AS reason FROM {HELD} "  # noqa: S608  # our names
        f"UNION ALL SELECT reason FROM {staging.REJECTED}) r GROUP BY reason ORDER BY n DESC, reason"
    )
    counts = LandingCounts(
        read=staged + rejected,
        landed=int(landed),
        quarantined=held + rejected,
        reasons={row["reason"]: row["n"] for row in counted.to_pylist()},
    )
    if counts.read != counts.landed + counts.quarantined:
        raise CountsDiffer(read=counts.read, landed=counts.landed, quarantined=counts.quarantined)
    return counts


def landing_rows() -> exp.Select:
    """Every row of the delivery that is not held."""
    return (
        exp.select("d.*")
        .from_(f"{staging.DELIVERY} AS d")
        .join(HELD, on=f"d.{staging.ROW_NUMBER} = {HELD}.{staging.ROW_NUMBER}", join_type="anti")
    )


def typed_landing(contract: EntryContract, types: Mapping[str, str]) -> exp.Select:
    """The good rows in the entry's types."""
    typed = [
        exp.alias_(native.typed(item, types[item.field]), item.field, quoted=True, copy=False)
        for item in contract.items
    ]
    rows = exp.select(*typed, staging.ROW_NUMBER, copy=False).from_(landing_rows().subquery("landing"))
    hashed = exp.alias_(row_hash([item.field for item in contract.items]), "_hash")
    return exp.select("*", hashed, copy=False).from_(rows.subquery("typed"))


def refused_rows(contract: EntryContract, plan: ColumnPlan) -> exp.Query:
    """The rows that may not land and the lines that gave none, as `sealed_rows` takes them."""
    staged, held = f"{staging.STAGED}.{staging.ROW_NUMBER}", f"{HELD}.{staging.ROW_NUMBER}"
    keys = key_fields(contract)
    names = [f"_key_{n}" for n in range(len(keys))]
    keyed = exp.select(
        exp.alias_(exp.column(staging.ROW_NUMBER), "_keyed_no"),
        *(exp.alias_(exp.column(field, quoted=True), name) for field, name in zip(keys, names, strict=True)),
    ).from_(staging.DELIVERY)
    raw = exp.alias_(staging.source_row(plan), "raw")
    refused = exp.select(staged, "NULL::BIGINT AS line", f"{HELD}.reasons", raw, *names, dialect="duckdb")
    refused = refused.from_(staging.STAGED).join(HELD, on=f"{staged} = {held}")
    refused = refused.join(keyed.subquery("keyed"), on=f"_keyed_no = {held}")
    unread = exp.select(
        f"NULL::BIGINT AS {staging.ROW_NUMBER}",
        "line",
        "[reason] AS reasons",
        "to_json({'line': line, 'place': place, 'text': text})::VARCHAR AS raw",
        *(exp.alias_(exp.cast(exp.null(), "text"), name) for name in names),
        dialect="duckdb",
    ).from_(staging.REJECTED)
    return exp.union(refused, unread, distinct=False)


def _writes(
    lake: Lake,
    contract: EntryContract,
    scan: direct.Scanned | None,
    counts: LandingCounts,
    mode: Mode,
    run_id: str,
    terms: LandingTerms,
) -> tuple[TableWrite, TableWrite]:
    keys = key_fields(contract)
    if scan:
        rows = direct.pool_write(scan, HELD, mode=mode, rows=counts.landed)
        landing = direct.good_rows(scan, HELD)
    else:
        landing = landing_rows()
        rows = TableWrite(
            table=TableName(POOL, contract.service),
            source=typed_landing(contract, staging.delivered_types(lake.engine)),
            mode=mode,
            sort_by=keys or (contract.query_keys[0] if contract.query_keys else ()),
            expected_rows=counts.landed,
        )
    refused = quarantine_write(
        lake,
        contract,
        run_id=run_id,
        whole=mode == "replace",
        landing=landing,
        key=terms.sealing_key,
        withdrawn=terms.withdrawn,
    )
    return rows, refused


def _refuse_to_empty(lake: Lake, pool: TableName, counts: LandingCounts) -> None:
    if counts.landed or not counts.read or not (lake.exists(pool) and lake.count(pool)):
        return
    listed = "、".join(f"{reason} {number}" for reason, number in list(counts.reasons.items())[:5])
    raise NothingLanded(read=counts.read, reasons=listed)


def refuse_too_many(policy: CollectionPolicy, *, read: int, refused: int) -> None:
    """Raises `TooManyRefused` beyond what the entry's officer has set."""
    share = 100 * refused / read if read else 0.0
    percent, rows = policy.max_quarantined_percent, policy.max_quarantined_rows
    if (percent is not None and share > percent) or (rows is not None and refused > rows):
        limit = "、".join(
            text for text, given in ((f"{percent} %", percent), (str(rows), rows)) if given is not None
        )
        raise TooManyRefused(refused=refused, read=read, percent=round(share, 2), limit=limit)


def report_of(
    contract: EntryContract,
    connector: Connector,
    run_id: str,
    started: datetime,
    ended: datetime,
    plan: ColumnPlan,
    outcomes: tuple[RuleOutcome, ...],
    counts: LandingCounts,
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


def forget(lake: Lake) -> None:
    """Free what the run kept in the engine."""
    lake.engine.run(f"DROP VIEW IF EXISTS {staging.DELIVERY}")
    direct.forget_views(lake)
    drift.forget(lake.engine)
    for name in (staging.STAGED, staging.REJECTED, FINDINGS, HELD):
        lake.engine.drop(name)
