"""Rows of a driver as Arrow batches; one that does not fit its column's type is set aside, the others go on."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.protocol import RejectedLine, RejectedLines

_UNFIT: Final = (pa.ArrowInvalid, pa.ArrowTypeError, OverflowError, ValueError, ArithmeticError)


def batch_of(
    rows: Sequence[Sequence[Any]],
    schema: pa.Schema,
    readers: Sequence[Callable[[Any], Any]],
    *,
    before: int,
    rejected: RejectedLines,
) -> pa.RecordBatch:
    """`before` rows were read earlier; each row that does not fit goes to `rejected` as `type_mismatch`."""
    try:
        return _arrays(rows, schema, readers)
    except _UNFIT:
        kept = []
        for line, row in enumerate(rows, start=before + 1):
            wrong = _unfit(row, schema, readers)
            if wrong:
                rejected.add(RejectedLine(line=line, reason="type_mismatch", place=wrong))
            else:
                kept.append(row)
        return _arrays(kept, schema, readers)


def _unfit(row: Sequence[Any], schema: pa.Schema, readers: Sequence[Callable[[Any], Any]]) -> str:
    for value, column, reader in zip(row, schema, readers, strict=True):
        try:
            pa.array([reader(value)], column.type)
        except _UNFIT:
            return str(column.name)
    return ""


def _arrays(
    rows: Sequence[Sequence[Any]], schema: pa.Schema, readers: Sequence[Callable[[Any], Any]]
) -> pa.RecordBatch:
    columns = zip(*rows, strict=True) if rows else ([] for _ in schema)
    arrays = [
        pa.array([reader(value) for value in values], column.type)
        for values, column, reader in zip(columns, schema, readers, strict=True)
    ]
    return pa.record_batch(arrays, schema=schema)
