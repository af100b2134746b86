"""Corrected rows come in again (补录): checked by the entry's rules, landed in one commit, each exactly once."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.lake import Lake, Provenance, TableName, TableWrite
from jutong.dataflow.lake.errors import RunLanded
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import POOL, QUARANTINE, WriteCounts
from jutong.dataflow.lake.rows import row_hash
from jutong.dataflow.pipelines.correction_files import Correction
from jutong.dataflow.pipelines.quarantining import COLUMNS, RowState, key_fields
from jutong.dataflow.pipelines.refused import known
from jutong.dataflow.quality import cast_of, check, rules_of
from jutong.kernel.clock import Clock, business_date
from jutong.vocabulary.collection import ReadmitReport
from jutong.vocabulary.contracts import EntryContract

_ROWS: Final = "readmit_rows"
_FINDINGS: Final = "readmit_findings"
_WRONG: Final = "readmit_wrong"
_NUMBER: Final = "_row_no"
# An item is never called so: names of items begin with a letter.
_ID: Final = "_row_id"


def readmit(
    contract: EntryContract,
    corrections: Iterable[Correction],
    *,
    lake: Lake,
    correction: str,
    department: str,
    system: str,
    clock: Clock,
) -> ReadmitReport:
    """Land the corrected rows that keep every blocking rule and are still open; the others stay where they are.

    One commit changes pool and quarantine. Carried out again under the same `correction`, it changes nothing and
    gives the same report; a row that another correction has admitted meanwhile is counted as closed. With a key a
    row takes the place of the pool's row of that key; without one it is added.

    Raises:
        LakeLocked, RuleInvalid, …: nothing was changed.
    """
    earlier = earlier_correction(lake, contract.service, correction)
    if earlier is not None:
        return earlier
    now = clock.now()
    table = TableName(QUARANTINE, contract.service)
    rows = _staged(lake, contract, corrections)
    report = ReadmitReport(correction=correction, service=contract.service, read=rows)
    try:
        if not rows or not known(lake, table):
            return replace(report, closed=rows)
        rules = rules_of(contract, business_date(now))
        check(lake.engine, _ROWS, rules, findings=_FINDINGS)
        blocking = [rule.code for rule in rules if rule.blocking]
        report = _counted(lake, table, report, blocking)
        if not report.readmitted:
            return report
        provenance = Provenance(department=department, system=system, run_id=correction, collected_at=now)
        lake.write(
            _writes(contract, correction),
            provenance,
            note=lambda done: _landed(report, done[0]).to_json(),
            once=True,
        )
        return earlier_correction(lake, contract.service, correction) or report
    except RunLanded:
        landed = earlier_correction(lake, contract.service, correction)
        if landed is None:
            raise
        return landed
    finally:
        for name in (_ROWS, _FINDINGS, _WRONG):
            lake.engine.drop(name)


def _landed(report: ReadmitReport, done: WriteCounts) -> ReadmitReport:
    """The report by what the commit did: rows that another correction was faster to admit are closed ones."""
    landed = done.inserted + done.updated + done.unchanged
    return replace(report, readmitted=landed, closed=report.closed + report.readmitted - landed)


def earlier_correction(lake: Lake, service: str, correction: str) -> ReadmitReport | None:
    """The report of a correction that has landed, if it has."""
    for version in lake.versions(TableName(POOL, service)):
        if version.run_id == correction and version.note:
            return replace(ReadmitReport.from_json(version.note), version=version.version)
    return None


def _staged(lake: Lake, contract: EntryContract, corrections: Iterable[Correction]) -> int:
    """The corrections as the table `_ROWS`; of a row that comes twice the last counts."""
    fields = [item.field for item in contract.items]
    latest = {one.row_id: one for one in corrections}
    columns: dict[str, pa.Array] = {
        _NUMBER: pa.array(range(1, len(latest) + 1), pa.int64()),
        _ID: pa.array(latest, pa.string()),
    }
    for name in fields:
        values = [one.values.get(name) for one in latest.values()]
        columns[name] = pa.array([value or None for value in values], pa.string())
    lake.engine.register("readmit_incoming", pa.table(columns))
    try:
        return lake.engine.write(_ROWS, exp.select("*").from_("readmit_incoming"))
    finally:
        lake.engine.unregister("readmit_incoming")


def _counted(lake: Lake, table: TableName, report: ReadmitReport, blocking: Sequence[str]) -> ReadmitReport:
    """Which are still wrong (the table `_WRONG`), which are open, and how many may land."""
    codes = exp.cast(exp.Array(expressions=[exp.Literal.string(code) for code in blocking]), "text[]")
    listed = exp.func("list_intersect", exp.cast(exp.column("broken"), "text[]"), codes)
    judged = exp.select(_NUMBER, exp.alias_(listed, "reasons")).from_(_FINDINGS).subquery("f")
    engine = lake.engine
    engine.write(
        _WRONG,
        exp.select(f"{_ROWS}.{_ID}", "reasons")
        .from_(judged)
        .join(_ROWS, on=f"{_ROWS}.{_NUMBER} = f.{_NUMBER}")
        .where("len(reasons) > 0"),
    )
    opened = _open(table)
    found = engine.run(
        f"SELECT count(*), count(*) FILTER (WHERE {_ID} IN (SELECT {_ID} FROM {_WRONG})) "  # noqa: S608  # our names
        f"FROM {_ROWS} WHERE {_ID} IN ({engine.render(opened)})"
    ).fetchone()
    reasons = engine.run(
        f"SELECT reason, count(*) FROM (SELECT unnest(reasons) AS reason FROM {_WRONG} "  # noqa: S608
        f"WHERE {_ID} IN ({engine.render(opened)})) GROUP BY 1 ORDER BY 2 DESC, 1"
    ).fetchall()
    open_rows, wrong = (int(found[0]), int(found[1])) if found else (0, 0)
    return replace(
        report,
        readmitted=open_rows - wrong,
        wrong=wrong,
        closed=report.read - open_rows,
        reasons={str(reason): int(count) for reason, count in reasons},
    )


def _open(table: TableName) -> exp.Select:
    state = exp.EQ(this=exp.column("state"), expression=exp.Literal.string(RowState.OPEN.value))
    return exp.select("row_id").from_(table.table(CATALOGUE)).where(state)


def _writes(contract: EntryContract, correction: str) -> tuple[TableWrite, TableWrite]:
    """Both are computed within the commit, when no other writer is at work: what is open then, lands then."""
    pool, table = TableName(POOL, contract.service), TableName(QUARANTINE, contract.service)
    admitted = (
        exp.select("*")
        .from_(_ROWS)
        .where(
            exp.In(this=exp.column(_ID), query=_open(table).subquery()),
            exp.Not(this=exp.In(this=exp.column(_ID), query=exp.select(_ID).from_(_WRONG).subquery())),
        )
    )
    typed = [
        exp.alias_(cast_of(item.field, item.data_type), item.field, quoted=True) for item in contract.items
    ]
    delivered = exp.alias_(row_hash([item.field for item in contract.items]), "_hash")
    landing = exp.select(*typed, _NUMBER, delivered).from_(admitted.subquery("admitted"))
    closing = (
        exp.select(_ID)
        .from_(_ROWS)
        .where(exp.Not(this=exp.In(this=exp.column(_ID), query=exp.select(_ID).from_(_WRONG).subquery())))
    )
    closed = exp.and_(
        exp.EQ(this=exp.column("state"), expression=exp.Literal.string(RowState.OPEN.value)),
        exp.In(this=exp.column("row_id"), query=closing.subquery()),
    )
    kept = exp.select(
        *COLUMNS[:-2],
        _chosen(closed, RowState.READMITTED.value, "state"),
        _chosen(closed, correction, "state_run"),
    ).from_(table.table(CATALOGUE))
    keys = key_fields(contract)
    return (
        TableWrite(table=pool, source=landing, mode="merge" if keys else "append", keys=keys, sort_by=keys),
        TableWrite(table=table, source=kept, mode="replace"),
    )


def _chosen(condition: exp.Expr, value: str, column: str) -> exp.Expr:
    case = exp.Case(
        ifs=[exp.If(this=condition.copy(), true=exp.Literal.string(value))], default=exp.column(column)
    )
    return exp.alias_(case, column)
