"""Refused rows as people need them: how many are open for which reason, and the rows themselves, opened."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from jutong.dataflow.lake import Lake, TableName
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import QUARANTINE
from jutong.dataflow.pipelines.drift_columns import field_of
from jutong.dataflow.pipelines.quarantining import COLUMNS, RowState
from jutong.dataflow.pipelines.sealing import open_row
from jutong.vocabulary.collection import OpenReason
from jutong.vocabulary.contracts import EntryContract

_SAMPLES: Final = 10
_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """One refused row with its content; it may hold personal data: never log it."""

    row_id: str
    run_id: str
    row_no: int | None
    reasons: tuple[str, ...]
    values: Mapping[str, str | None] = field(default_factory=dict, repr=False)
    """Field of an item → value as delivered, as text."""
    text: str = field(default="", repr=False)
    """The line of the source that gave no row."""


def open_reasons(lake: Lake, service: str) -> tuple[OpenReason, ...]:
    """What is open in the quarantine of an entry, the most rows first; a row may have several reasons."""
    table = TableName(QUARANTINE, service)
    if not known(lake, table):
        return ()
    rows = lake.engine.run(
        f"SELECT reason, count(*), list(DISTINCT _row_no)[:{_SAMPLES}], max(run_id) "  # noqa: S608  # our names
        f"FROM (SELECT unnest(reasons) AS reason, _row_no, run_id FROM {_sql(lake, table)} WHERE state = ?) "
        "GROUP BY 1 ORDER BY 2 DESC, 1",
        [RowState.OPEN.value],
    ).fetchall()
    return tuple(
        OpenReason(
            reason=str(reason),
            rows=int(count),
            samples=tuple(sorted(int(number) for number in numbers if number is not None)),
        )
        for reason, count, numbers, _ in rows
    )


def state_counts(lake: Lake, service: str) -> dict[RowState, int]:
    """How many rows of the quarantine are in which state."""
    table = TableName(QUARANTINE, service)
    if not known(lake, table):
        return {}
    rows = lake.engine.run(f"SELECT state, count(*) FROM {_sql(lake, table)} GROUP BY 1").fetchall()  # noqa: S608
    return {RowState(state): int(count) for state, count in rows}


def refused_rows(
    lake: Lake,
    contract: EntryContract,
    mapping: Mapping[str, str] | None,
    *,
    key: bytes,
    reason: str = "",
    limit: int | None = None,
) -> Iterator[RefusedRow]:
    """The open rows, opened, in the order of their runs and lines; those refused for `reason`, or all.

    Raises:
        SealBroken: the key is not the one that they were sealed with.
    """
    table = TableName(QUARANTINE, contract.service)
    if not known(lake, table):
        return
    where, parameters = "state = ?", [RowState.OPEN.value]
    if reason:
        where, parameters = f"{where} AND list_contains(reasons, ?)", [*parameters, reason]
    rows = lake.engine.run(
        f"SELECT row_id, run_id, _row_no, reasons, raw FROM {_sql(lake, table)} WHERE {where} "  # noqa: S608
        f"ORDER BY run_id, _row_no NULLS LAST, row_id {f'LIMIT {int(limit)}' if limit else ''}",
        parameters,
    )
    while batch := rows.fetchmany(_BATCH):
        for row_id, run_id, row_no, reasons, raw in batch:
            content = json.loads(open_row(key, raw, contract.service)) if raw else {}
            values = {} if row_no is None else _by_field(content, contract, mapping)
            text = str(content.get("text") or "") if row_no is None else ""
            yield RefusedRow(
                row_id=row_id, run_id=run_id, row_no=row_no, reasons=tuple(reasons), values=values, text=text
            )


def _by_field(
    content: Mapping[str, Any], contract: EntryContract, mapping: Mapping[str, str] | None
) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for column, value in content.items():
        name = field_of(column, contract, mapping)
        if name and name not in found:
            found[name] = _text(value)
    return found


def _text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)


def known(lake: Lake, table: TableName) -> bool:
    """Whether the entry has a quarantine that was made with states."""
    return lake.exists(table) and set(COLUMNS) <= set(lake.columns(table))


def _sql(lake: Lake, table: TableName) -> str:
    return lake.engine.render(table.table(CATALOGUE))
