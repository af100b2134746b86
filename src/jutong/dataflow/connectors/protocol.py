"""The port: what every kind of source offers to the pipelines, and nothing more."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

import pyarrow as pa

from jutong.dataflow.connectors.errors import TooManyRejected

RAW_TEXT_LIMIT: Final = 4_000


class Capability(StrEnum):
    """What a kind of source can do."""

    SNAPSHOT = "snapshot"
    TYPED = "typed"
    """Columns keep the source's own types; without it every column is text."""
    REMOTE = "remote"


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedLine:
    """A line of the source that gave no row; `line` counts from 1 (a sheet's row, a record for databases)."""

    line: int
    reason: str
    """`fewer_columns`, `more_columns`, `precision_lost`, `json_invalid`, `not_a_record` or `type_mismatch`."""
    place: str = ""
    """Where in the line, as far as known: a cell's address such as `C15`, or a column's name."""
    text: str = field(default="", repr=False)
    """The line as it stood, cut after 4,000 characters; it may hold personal data, so it is never logged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Something worth knowing about a source; `detail` holds counts and places, never a row's value."""

    code: str
    zh: str
    en: str
    column: str = ""
    detail: dict[str, Any] = field(default_factory=dict)


@runtime_checkable
class Connector(Protocol):
    """One table of one source. Reading it again gives the same rows, unless the source changed."""

    kind: str
    capabilities: frozenset[Capability]

    def columns(self) -> tuple[str, ...]:
        """The source's own column names, in its order, unique."""
        ...

    def read(self) -> Iterator[pa.RecordBatch]:
        """The rows, in the source's order, in batches of bounded size; an empty value is null.

        Raises:
            ConnectorError: the source cannot be read to its end.
        """
        ...

    def rejected(self) -> Sequence[RejectedLine]:
        """The lines that the last `read` set aside so far."""
        ...

    def findings(self) -> tuple[Finding, ...]:
        """What the shape of the source showed (title rows, group rows, odd column names …)."""
        ...

    def describe(self) -> dict[str, Any]:
        """How the source is read: encoding, dialect, sheet, header rows; plain JSON values, no secret."""
        ...


class RejectedLines:
    """The lines set aside during one reading; refuses to grow without bound."""

    def __init__(self, *, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._lines: list[RejectedLine] = []

    def add(self, line: RejectedLine) -> None:
        """Raises `TooManyRejected` beyond the limit: a file that is wrong throughout is not a table."""
        if len(self._lines) >= self._limit:
            raise TooManyRejected(name=self._name, limit=self._limit)
        self._lines.append(line)

    def all(self) -> tuple[RejectedLine, ...]:
        return tuple(self._lines)


def bounded(batch: pa.RecordBatch, rows: int) -> Iterator[pa.RecordBatch]:
    """`batch` in slices of at most `rows` rows; an empty one gives none."""
    for start in range(0, batch.num_rows, rows):
        yield batch.slice(start, rows)
