"""The last look before rows go out as open files: no citizen ID and no mobile number, in whatever item it stands."""

from collections.abc import Iterable, Iterator
from typing import Final

import pyarrow as pa
import pyarrow.compute as pc

from jutong.processes.errors import IdentifiersInRelease
from jutong.vocabulary.identifiers import KINDS, IdentifierInvalid

# Candidates, found by the engine over whole columns; each is then parsed by its standard.
_CANDIDATE: Final = r"(?:^|[^0-9A-Za-z.])(?P<value>[1-9][0-9]{16}[0-9Xx]|1[3-9][0-9]{9})(?:[^0-9A-Za-z.]|$)"
_PARSERS: Final = {18: KINDS["citizen_id"].parse, 11: KINDS["mobile"].parse}


def without_identifiers(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """`batches` as they are, up to the first that holds an identifier.

    Raises:
        IdentifiersInRelease: it names the items (never a value).
    """
    for batch in batches:
        fields = [name for name in batch.schema.names if _identifies(batch.column(name))]
        if fields:
            raise IdentifiersInRelease(fields="、".join(fields), items=fields)
        yield batch


def _identifies(column: pa.Array) -> bool:
    if pa.types.is_integer(column.type):
        column = pc.cast(column, pa.string())
    if not (pa.types.is_string(column.type) or pa.types.is_large_string(column.type)):
        return False
    found = pc.struct_field(pc.extract_regex(column.drop_null(), _CANDIDATE), "value")
    return any(_is_identifier(value.upper()) for value in pc.unique(found.drop_null()).to_pylist())


def _is_identifier(text: str) -> bool:
    try:
        _PARSERS[len(text)](text, on=None)
    except IdentifierInvalid:
        return False
    return True
