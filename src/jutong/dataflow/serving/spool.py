"""Rows put aside once, to be read again for each file of a release: bounded memory for any size."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

import pyarrow as pa
import pyarrow.ipc

from jutong.dataflow.serving.cells import Row, rows_of


class Spool:
    """The chosen columns of some batches in a temporary Arrow file; deleted at the end of its `with` block."""

    def __init__(self, path: Path, fields: Sequence[str], rows: int) -> None:
        self.path = path
        self.fields = tuple(fields)
        self.rows = rows

    @classmethod
    def fill(cls, path: Path, batches: Iterable[pa.RecordBatch], fields: Sequence[str]) -> Self:
        """Write `batches` to `path`; an item that the first batch lacks is empty throughout."""
        rows, writer = 0, None
        try:
            for batch in batches:
                chosen = _choose(batch, fields, writer.schema if writer else None)
                if writer is None:
                    writer = _Writer(path, chosen.schema)
                writer.sink.write_batch(chosen)
                rows += chosen.num_rows
        finally:
            if writer is not None:
                writer.sink.close()
        return cls(path, fields, rows)

    def batches(self) -> Iterator[pa.RecordBatch]:
        if not self.path.exists():
            return
        with pa.memory_map(str(self.path)) as source, pyarrow.ipc.open_stream(source) as reader:
            yield from reader

    def rows_once(self) -> Iterator[Row]:
        return rows_of(self.batches(), self.fields)

    def head(self, count: int) -> list[Row]:
        found: list[Row] = []
        for batch in self.batches():
            found += rows_of([batch.slice(0, count - len(found))], self.fields)
            if len(found) >= count:
                break
        return found

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.path.unlink(missing_ok=True)


class _Writer:
    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.schema = schema
        self.sink = pyarrow.ipc.new_stream(str(path), schema)


def _choose(batch: pa.RecordBatch, fields: Sequence[str], schema: pa.Schema | None) -> pa.RecordBatch:
    names = set(batch.schema.names)
    columns = [
        batch.column(name) if name in names else pa.nulls(batch.num_rows, pa.string()) for name in fields
    ]
    chosen = pa.RecordBatch.from_arrays(columns, names=list(fields))
    return chosen if schema is None or chosen.schema.equals(schema) else chosen.cast(schema)
