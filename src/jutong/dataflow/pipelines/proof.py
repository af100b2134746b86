"""Completeness proof (完整性证明): source and pool are compared where each is, and what differs is found and mended.

Both sides count and hash their rows by ranges of the key. A range that differs is bisected down to single keys; the
rows of these keys are read again and judged by the entry's rules, as a delivery is. Rows that the rules refuse are
rightly not in the pool; what else differs takes the source's present values, in one commit.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import Any, Final

import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.connectors.protocol import (
    Capability,
    Connector,
    Fingerprint,
    HashedColumn,
    KeyRange,
    ProvableConnector,
)
from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.names import POOL
from jutong.dataflow.pipelines.columns import ColumnPlan, plan_columns
from jutong.dataflow.pipelines.errors import ProofTooDifferent, ProofUnsupported
from jutong.dataflow.pipelines.fingerprints import PoolSide, shortened
from jutong.dataflow.pipelines.mending import Mended, mend
from jutong.kernel.clock import Clock
from jutong.kernel.errors import JutongError
from jutong.vocabulary.catalogue import Level
from jutong.vocabulary.collection import CollectionMode, ProofReport, ProvedRange
from jutong.vocabulary.contracts import EntryContract

_ROWS_A_RANGE: Final = 90_000
_MOST_RANGES: Final = 256
_SPLIT: Final = 16
_LISTED_ROWS: Final = 100_000
"""A range of so many rows is compared row by row; a larger one is split first."""
_MOST_KEYS: Final = 20_000
_SHOWN: Final = 6

WHOLE: Final = KeyRange()


def can_prove(connector: Connector) -> bool:
    """Whether this source computes hashes of its own rows."""
    return Capability.PROOF in connector.capabilities and isinstance(connector, ProvableConnector)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofTerms:
    """Who proves, and what may be done about a difference."""

    department: str
    system: str
    proof_id: str
    """The batch number of repaired rows."""
    mode: CollectionMode = CollectionMode.REPLACE
    repair: bool = True
    sealing_key: bytes | None = None
    """Opens nothing: it tells the keys of refused rows apart (see `quarantining.key_digest`)."""


def prove(
    contract: EntryContract,
    connector: Connector,
    *,
    lake: Lake,
    mapping: Mapping[str, str] | None,
    terms: ProofTerms,
    clock: Clock,
) -> ProofReport:
    """Compare the entry's pool with its source now; see the module.

    Of an entry to which each delivery is added, the newest delivery is compared. A table without a key is compared
    as a whole, and not repaired.

    Raises:
        ProofUnsupported: the source does not compute hashes.
        TableUnknown: nothing has been collected yet.
        ConnectorError, LakeLocked, …: the source cannot be read, or the lake not be written.
    """
    if not isinstance(connector, ProvableConnector) or not can_prove(connector):
        raise ProofUnsupported(kind=connector.kind)
    comparison = Comparison.of(contract, connector, lake, mapping, terms)
    started = clock.now()
    source, pool = comparison.fingerprints(comparison.ranges())
    differing = [(one, other) for one, other in zip(source, pool, strict=True) if one != other]
    report = ProofReport(
        service=contract.service,
        method=connector.hash_method,
        started_at=started,
        ended_at=clock.now(),
        complete=not differing,
        rows_source=sum(one.rows for one in source),
        rows_pool=sum(one.rows for one in pool),
        ranges=len(source),
        mismatches=tuple(_proved(comparison, one, other) for one, other in differing),
        unhashed=comparison.unhashed,
        version=comparison.version,
    )
    if not differing or not comparison.key:
        return report
    return replace(_settled(comparison, report, differing, clock), ended_at=clock.now())


def run_proof(
    contract: EntryContract,
    source: Callable[[], Connector],
    *,
    lake: Lake,
    mapping: Mapping[str, str] | None,
    terms: ProofTerms,
    clock: Clock,
) -> ProofReport:
    """As `prove`, but a failure is a report too, with the error's code and detail."""
    started = clock.now()
    try:
        return prove(contract, source(), lake=lake, mapping=mapping, terms=terms, clock=clock)
    except JutongError as error:
        return ProofReport(
            service=contract.service,
            method="",
            started_at=started,
            ended_at=clock.now(),
            complete=False,
            error_code=error.code,
            error_detail=error.detail,
        )


def _settled(
    comparison: "Comparison",
    report: ProofReport,
    differing: Sequence[tuple[Fingerprint, Fingerprint]],
    clock: Clock,
) -> ProofReport:
    """The report with what became of each differing range."""
    found: list[ProvedRange] = []
    done = Mended()
    version = report.version
    for one, other in differing:
        keys = sorted(comparison.differing_keys(one, other))
        if len(keys) > _MOST_KEYS:
            error = ProofTooDifferent(rows=len(keys))
            return replace(report, error_code=error.code, error_detail=error.detail)
        mended = mend(
            comparison.contract,
            comparison.connector,
            comparison.plan,
            lake=comparison.pool.lake,
            pool=comparison.pool,
            key=comparison.key,
            keys=keys,
            terms=comparison.terms,
            clock=clock,
        )
        done = done + mended
        version = mended.version or version
        if mended.wrong:
            found.append(_proved(comparison, one, other, mended))
    return replace(
        report,
        complete=done.wrong == done.repaired,
        mismatches=tuple(found),
        rows_pool=report.rows_pool + done.added,
        rows_quarantined=done.refused,
        repaired=done.repaired,
        version=version,
    )


def _proved(
    comparison: "Comparison", source: Fingerprint, pool: Fingerprint, mended: Mended | None = None
) -> ProvedRange:
    """A range as the report has it; where single keys were found, it is as narrow as they are."""
    lower, upper = source.range.lower, source.range.upper
    if mended is not None and mended.keys:
        lower, upper = mended.keys[0], mended.keys[-1]
    return ProvedRange(
        lower=comparison.shown(lower),
        upper=comparison.shown(upper),
        rows_source=source.rows,
        rows_pool=pool.rows,
        repaired=mended.repaired if mended else 0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """What is compared with what."""

    contract: EntryContract
    connector: ProvableConnector
    plan: ColumnPlan
    columns: tuple[HashedColumn, ...]
    unhashed: tuple[str, ...]
    """Fields that the source cannot hash as the pool has them."""
    key: str
    """The source's column by which ranges are made; empty where the entry has no key."""
    pool: PoolSide
    version: int
    """The pool's newest version; what is read may be younger, if somebody changed the pool behind the platform's back."""
    terms: ProofTerms

    @classmethod
    def of(
        cls,
        contract: EntryContract,
        connector: ProvableConnector,
        lake: Lake,
        mapping: Mapping[str, str] | None,
        terms: ProofTerms,
    ) -> "Comparison":
        table = TableName(POOL, contract.service)
        lake.count(table)  # refuses an unknown table in the platform's words
        newest = lake.versions(table)[0]
        plan = plan_columns(contract, connector.columns(), mapping)
        planned = tuple(item for item in contract.items if item.field in plan.sources)
        hashed = {
            item.field: HashedColumn(name=plan.columns[plan.sources[item.field]], data_type=item.data_type)
            for item in planned
        }
        unhashed = tuple(field for field, column in hashed.items() if connector.unhashed((column,)))
        items = tuple(item for item in planned if item.field not in unhashed)
        field = _telling_key(lake, table, [item.field for item in planned if item.key])
        key = plan.columns[plan.sources[field]] if field else ""
        return cls(
            contract=contract,
            connector=connector,
            plan=plan,
            columns=tuple(hashed[item.field] for item in items),
            unhashed=unhashed,
            key=key,
            pool=PoolSide(
                lake=lake,
                table=table,
                version=lake.present(),
                items=items,
                key=field,
                numeric=bool(key) and connector.numeric_key(key),
                where={"_batch_no": newest.run_id} if terms.mode is CollectionMode.APPEND else {},
                method=connector.hash_method,
            ),
            version=newest.version,
            terms=terms,
        )

    def shown(self, key: str | None) -> str | None:
        """A key as the ledger may hold it: of what may name a person, its beginning alone."""
        item = self.contract.item(self.pool.key) if self.pool.key else None
        plain = item is None or (item.level is Level.L1 and item.meaning is None)
        if key is None or plain or len(key) <= _SHOWN:
            return key
        return f"{key[:_SHOWN]}…"

    def ranges(self) -> tuple[KeyRange, ...]:
        if not self.key:
            return (WHOLE,)
        rows = self.pool.lake.count(self.pool.table, self.pool.version)
        parts = min(_MOST_RANGES, rows // _ROWS_A_RANGE + 1)
        return self._ranges(parts, WHOLE)

    def _ranges(self, parts: int, within: KeyRange) -> tuple[KeyRange, ...]:
        ranges = self.connector.key_ranges(self.key, parts, within)
        return ranges if self.pool.numeric else shortened(ranges)

    def fingerprints(
        self, ranges: Sequence[KeyRange]
    ) -> tuple[tuple[Fingerprint, ...], tuple[Fingerprint, ...]]:
        """Of the source and of the pool, computed at the same time."""
        with ThreadPoolExecutor(max_workers=1) as beside:
            source = beside.submit(self.connector.fingerprints, self.key, self.columns, ranges)
            pool = self.pool.fingerprints(ranges)
            return source.result(), pool

    def differing_keys(self, source: Fingerprint, pool: Fingerprint) -> set[str]:
        """The keys of the rows that only one side has, or that have other values there."""
        within = source.range
        if max(source.rows, pool.rows) > _LISTED_ROWS:
            ranges = self._ranges(_SPLIT, within)
            if len(ranges) > 1:
                pairs = zip(*self.fingerprints(ranges), strict=True)
                return {
                    key for one, other in pairs if one != other for key in self.differing_keys(one, other)
                }
        ours = Counter(self._pool_rows(within))
        theirs = Counter(_pairs(self.connector.row_hashes(self.key, self.columns, within)))
        only = (ours - theirs) + (theirs - ours)
        return {key for key, _ in only if key is not None}

    def _pool_rows(self, within: KeyRange) -> Iterator[tuple[Any, int]]:
        for batch in self.pool.batches(within):
            keys = batch.column(0).cast(pa.string()).to_pylist()
            yield from zip(keys, self.pool.row_hashes(batch).tolist(), strict=True)


def _pairs(batches: Iterator[pa.RecordBatch]) -> Iterator[tuple[Any, int]]:
    for batch in batches:
        yield from zip(batch.column(0).to_pylist(), batch.column(1).to_pylist(), strict=True)


def _telling_key(lake: Lake, table: TableName, fields: Sequence[str]) -> str:
    """Of the items of a key, the one with the most values: its ranges hold few rows each."""
    if len(fields) < 2:
        return fields[0] if fields else ""
    counts = [exp.func("approx_count_distinct", exp.column(field, quoted=True)) for field in fields]
    named = [exp.alias_(count, f"n{n}") for n, count in enumerate(counts)]
    row = lake.engine.run(exp.select(*named).from_(lake.at(table, None))).fetchone() or ()
    return max(zip(row, fields, strict=True), key=lambda pair: pair[0])[1]
