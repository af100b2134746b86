"""Values as PostgreSQL writes them → Arrow, by Arrow's own parser: COPY and the change log come out the same."""

from collections.abc import Sequence
from io import BytesIO
from typing import Any, Final

import pyarrow as pa
import pyarrow.csv as pacsv

# A NULL comes as this text and not as nothing: an empty text is a value in PostgreSQL.
NULL: Final = "\\N"
BLOCK_BYTES: Final = 4 << 20


def opened(stream: Any, schema: pa.Schema) -> pacsv.CSVStreamingReader:
    """A reader of rows that COPY wrote as CSV."""
    return pacsv.open_csv(
        pa.PythonFile(stream, mode="r"),
        read_options=pacsv.ReadOptions(column_names=schema.names, block_size=BLOCK_BYTES, use_threads=False),
        parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
        convert_options=pacsv.ConvertOptions(
            column_types=schema,
            null_values=[NULL],
            strings_can_be_null=True,
            quoted_strings_can_be_null=False,
            true_values=["t", "true"],
            false_values=["f", "false"],
        ),
    )


def as_batch(rows: Sequence[Sequence[str | None]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows of texts in the types of `schema`."""
    if not rows:
        return pa.RecordBatch.from_pylist([], schema=schema)
    lines = [",".join(NULL if value is None else _quoted(value) for value in row) for row in rows]
    with opened(BytesIO("\n".join((*lines, "")).encode()), schema) as reader:
        table = reader.read_all().combine_chunks()
    return table.to_batches()[0]


def _quoted(value: str) -> str:
    return '"' + value.replace('"', '""') + '"'
