"""Refused rows (问题数据) as a table of the lake: `quarantine.<service>`.

Its columns: `row_id` (run and row: unique), `run_id`, `_row_no` (null for a line that gave no row), `reasons`, `raw`
(the row as JSON or the line as text, sealed), `key` (keyed digest of the business key, null where one is empty),
`state` (`RowState`), `state_run` (the run or correction that closed it), behind them the provenance of the last write.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from typing import Final

from sqlglot import exp

from jutong.dataflow.lake import Lake, TableName, TableWrite
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import QUARANTINE
from jutong.dataflow.pipelines.sealing import row_secret, sealing_function
from jutong.vocabulary.contracts import EntryContract

COLUMNS: Final = ("row_id", "run_id", "_row_no", "reasons", "raw", "key", "state", "state_run")
SEALED: Final = "quarantine_rows"


class RowState(StrEnum):
    """What became of a refused row."""

    OPEN = "open"
    CORRECTED = "corrected"
    """A later delivery brought a good row of the same key."""
    READMITTED = "readmitted"
    """It was corrected here and is in the pool."""
    DISMISSED = "dismissed"


def key_digest(fields: Sequence[str], secret: str, table: str = "") -> exp.Expr:
    """Digest of the key's values as text, trimmed; null when one of them is empty."""
    texts = [
        exp.func(
            "nullif",
            exp.func("trim", exp.cast(exp.column(field, table=table or None, quoted=True), "text")),
            exp.Literal.string(""),
        )
        for field in fields
    ]
    parts: list[exp.Expr] = [exp.Literal.string(secret), *texts]
    filled = exp.and_(*(exp.Not(this=exp.Is(this=text.copy(), expression=exp.null())) for text in texts))
    digest = exp.func("sha256", exp.func("concat_ws", exp.func("chr", exp.Literal.number(31)), *parts))
    return exp.Case(ifs=[exp.If(this=filled, true=digest)])


@contextmanager
def sealed_rows(
    lake: Lake, contract: EntryContract, source: exp.Query, *, run_id: str, key: bytes | None
) -> Iterator[TableName]:
    """Refused rows in the table's own columns, as a temporary table, sealed; forgotten behind the block.

    `source` gives `_row_no`, `line` (of what gave no row), `reasons`, `raw` and the values of the key's items as `_key_0` ….
    """
    engine = lake.engine
    names = [f"_key_{n}" for n in range(len(key_fields(contract)))]
    digest = key_digest(names, row_secret(key)) if names and key else exp.cast(exp.null(), "text")
    run = exp.Literal.string(run_id).sql(dialect="duckdb")
    with sealing_function(engine, key or bytes(16), contract.service) as seal:
        raw = f"{seal}(raw)" if key else "NULL::VARCHAR"
        number = "CASE WHEN _row_no IS NULL THEN 'L' || line ELSE _row_no::VARCHAR END"
        query = (
            f"SELECT {run} || ':' || {number} AS row_id, {run} AS run_id, _row_no, reasons, "  # noqa: S608  # our names
            f"{raw} AS raw, {digest.sql(dialect='duckdb')} AS key, '{RowState.OPEN}' AS state, "
            f"NULL::VARCHAR AS state_run FROM ({engine.render(source)})"
        )
        engine.write(SEALED, query)
    try:
        yield TableName(QUARANTINE, contract.service)
    finally:
        engine.drop(SEALED)


def key_fields(contract: EntryContract) -> tuple[str, ...]:
    return tuple(item.field for item in contract.items if item.key)


def quarantine_write(
    lake: Lake,
    contract: EntryContract,
    *,
    run_id: str,
    whole: bool,
    landing: exp.Query | None,
    key: bytes | None,
    withdrawn: str = "",
) -> TableWrite:
    """What the quarantine becomes with this run's rows (`SEALED`): in a `whole` delivery these alone, else these too.

    The rows of the run `withdrawn` go.

    Rows that stayed open are closed when `landing`, the rows that land now, has a good one of the same key.
    """
    table = TableName(QUARANTINE, contract.service)
    fresh = exp.select(*COLUMNS).from_(SEALED)
    if whole or not lake.exists(table) or not set(COLUMNS) <= set(lake.columns(table)):
        return TableWrite(table=table, source=fresh, mode="replace")
    kept = exp.select(*COLUMNS).from_(table.table(CATALOGUE))
    run = exp.Literal.string(run_id).sql(dialect="duckdb")
    fields = key_fields(contract)
    if landing is not None and fields and key:
        good = exp.select(key_digest(fields, row_secret(key))).from_(landing.subquery("good"))
        healed = "state = 'open' AND key IS NOT NULL AND key IN ({})".format(good.sql(dialect="duckdb"))
        kept = exp.select(
            *COLUMNS[:-2],
            f"CASE WHEN {healed} THEN '{RowState.CORRECTED}' ELSE state END AS state",
            f"CASE WHEN {healed} THEN {run} ELSE state_run END AS state_run",
            dialect="duckdb",
        ).from_(table.table(CATALOGUE))
    if withdrawn:
        kept = kept.where(exp.column("run_id").neq(exp.Literal.string(withdrawn)))
    return TableWrite(table=table, source=exp.union(kept, fresh, distinct=False), mode="replace")
