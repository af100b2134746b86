"""Drift (来源漂移): how a delivery differs from the one before, judged before anything lands.

The pipelines call `arrange` when the columns are known, `examine` when the rows are staged, `sized` when they are
judged, and ask `stopping` whether a person has to decide.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Final

import msgspec

from jutong.dataflow.lake import DuckDBEngine, Lake, TableName
from jutong.dataflow.lake.names import POOL
from jutong.dataflow.pipelines.columns import ColumnPlan, plan_columns
from jutong.dataflow.pipelines.drift_columns import (
    Arrival,
    Columns,
    Renamed,
    column_findings,
    gone_and_new,
    mapping_after,
    mapping_of,
    renamed_columns,
)
from jutong.dataflow.pipelines.drift_rows import (
    ASIDE,
    keep_aside,
    overlap_of,
    text_shapes,
    totals_rows,
)
from jutong.dataflow.pipelines.drift_values import values_changed
from jutong.vocabulary.collection import (
    CollectionMode,
    DriftAction,
    DriftFinding,
    DriftKind,
)

__all__ = ["ASIDE", "arrange", "as_json", "examine", "forget", "resized", "sized", "stopping"]

# A person said yes to a number of rows: a second reading may have a tenth fewer, not half of them.
_STILL_CONFIRMED: Final = 0.9
WHOLE: Final = frozenset({CollectionMode.REPLACE, CollectionMode.APPEND})
"""Modes in which a delivery is a whole table: only there can one be empty or too small."""


def arrange(arrival: Arrival, columns: Sequence[str]) -> ColumnPlan:
    """The plan to stage by. A column that an item needs may be missing while a new one may be it.

    Raises:
        MappingInvalid, ColumnMissing: as `plan_columns`.
    """
    gone, new = gone_and_new(arrival.columns_before, columns)
    mapping = mapping_of(arrival.mapping, arrival.columns_before, columns)
    return plan_columns(arrival.contract, columns, mapping, demand=not (gone and new))


def examine(
    lake: Lake, arrival: Arrival, plan: ColumnPlan, *, staged: str
) -> tuple[ColumnPlan, Columns, tuple[DriftFinding, ...]]:
    """The plan with renamed columns in their places, the columns with their types, and what differs.

    `staged` is a relation of the engine with the columns `c0`, `c1` … of `plan.columns` and `_row_no`. The table
    `ASIDE` (`_row_no`, `reason`) then holds the rows to be set aside: it is always made.

    Raises:
        ColumnMissing: a required item has no column, and no new column stands for it.
    """
    engine = lake.engine
    columns = described(engine, plan, staged)
    pool = TableName(POOL, arrival.contract.service)
    known = pool if lake.exists(pool) else None
    renamed = _renamed(lake, arrival, plan, columns, staged, known)
    mapping = mapping_of(arrival.mapping, arrival.columns_before, plan.columns)
    plan = plan_columns(arrival.contract, plan.columns, mapping_after(mapping, renamed))
    policy = arrival.policy
    found = list(
        column_findings(arrival.contract, arrival.mapping, arrival.columns_before, columns, renamed, policy)
    )
    totals = totals_rows(lake, arrival.contract, plan, columns, staged, known)
    changed = values_changed(lake, arrival, plan, staged, known)
    aside = policy.action(DriftKind.VALUES_CHANGED) is DriftAction.QUARANTINE
    keep_aside(
        engine,
        staged,
        totals if policy.action(DriftKind.TOTALS_ROW) is DriftAction.QUARANTINE else (),
        [(change.place, change.came) for change in changed] if aside else (),
    )
    if totals:
        action = policy.action(DriftKind.TOTALS_ROW)
        found.append(DriftFinding(kind=DriftKind.TOTALS_ROW, action=action, rows=len(totals)))
    found += [change.finding for change in changed]
    return plan, columns, tuple(found)


def _renamed(
    lake: Lake, arrival: Arrival, plan: ColumnPlan, columns: Columns, staged: str, pool: TableName | None
) -> tuple[Renamed, ...]:
    if not arrival.columns_before:
        return ()
    overlap = overlap_of(lake, plan, staged, pool)
    return renamed_columns(arrival.contract, arrival.mapping, arrival.columns_before, columns, overlap)


def described(engine: DuckDBEngine, plan: ColumnPlan, staged: str) -> Columns:
    """The delivered columns with their types; text that came from a file also says what it looks like."""
    kinds = {row[0]: str(row[1]) for row in engine.run(f"DESCRIBE {staged}").fetchall()}
    types = [kinds.get(f"c{place}", "VARCHAR") for place in range(len(plan.columns))]
    if types and set(types) == {"VARCHAR"}:
        types = text_shapes(engine, len(types), staged)
    return tuple(zip(plan.columns, types, strict=True))


def sized(
    lake: Lake, arrival: Arrival, found: Sequence[DriftFinding], *, read: int, landed: int
) -> tuple[DriftFinding, ...]:
    """`found` with what the size of a whole delivery shows: nothing at all, or far less than there was."""
    return (*found, *resized(arrival, _rows_before(lake, arrival), read=read, landed=landed))


def resized(arrival: Arrival, rows: int, *, read: int, landed: int) -> tuple[DriftFinding, ...]:
    """EMPTY or SHRUNK, where `rows` were there before and the delivery has `landed` good rows of `read`."""
    policy = arrival.policy
    if arrival.mode not in WHOLE or rows == 0:
        return ()
    if read == 0:
        kind = DriftKind.EMPTY
    elif policy.shrink_percent and landed * 100 < rows * policy.shrink_percent:
        kind = DriftKind.SHRUNK
    else:
        return ()
    action = policy.action(kind)
    if action is DriftAction.QUARANTINE:  # there are no rows to set aside: a person decides
        action = DriftAction.STOP
    return (DriftFinding(kind=kind, action=action, before=str(rows), now=str(landed), rows=rows - landed),)


def _rows_before(lake: Lake, arrival: Arrival) -> int:
    if arrival.mode is CollectionMode.APPEND:
        return arrival.before.landed if arrival.before else 0
    pool = TableName(POOL, arrival.contract.service)
    return lake.count(pool) if lake.exists(pool) else 0


def stopping(found: Sequence[DriftFinding], confirmed: Sequence[DriftFinding] = ()) -> bool:
    """Whether a person has to decide: something stops the delivery that nobody has said yes to."""
    return any(
        finding.action is DriftAction.STOP and not any(_covers(yes, finding) for yes in confirmed)
        for finding in found
    )


def _covers(yes: DriftFinding, finding: DriftFinding) -> bool:
    """The yes was to this very difference; a delivery that shrank further is another one."""
    if finding.kind in {DriftKind.SHRUNK, DriftKind.EMPTY}:
        return yes.kind is finding.kind and int(finding.now) >= int(yes.now) * _STILL_CONFIRMED
    return replace(yes, rows=0) == replace(finding, rows=0)


def as_json(found: Sequence[DriftFinding]) -> tuple[dict[str, Any], ...]:
    """The findings as a run's report keeps them."""
    return tuple(msgspec.to_builtins(finding) for finding in found)


def forget(engine: DuckDBEngine) -> None:
    """Free what `examine` kept."""
    engine.drop(ASIDE)
