"""Masks over whole columns, for what leaves as a file."""

from collections.abc import Iterable, Iterator, Mapping

import pyarrow as pa

from jutong.dataflow.masking.masks import mask
from jutong.vocabulary.catalogue import MaskMethod


def mask_batches(
    batches: Iterable[pa.RecordBatch], methods: Mapping[str, MaskMethod]
) -> Iterator[pa.RecordBatch]:
    """`batches` with every column that `methods` names masked (and therefore text); other columns as they are."""
    for batch in batches:
        arrays = [
            _masked(column, methods[name]) if name in methods else column
            for name, column in zip(batch.schema.names, batch.columns, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(arrays, names=batch.schema.names)


def _masked(column: pa.Array, method: MaskMethod) -> pa.Array:
    """Each distinct value is masked once."""
    known: dict[str, str | None] = {}
    masked = []
    for value in column.to_pylist():
        text = None if value is None else str(value)
        if text is not None and text not in known:
            known[text] = mask(method, text)
        masked.append(None if text is None else known[text])
    return pa.array(masked, pa.string())
