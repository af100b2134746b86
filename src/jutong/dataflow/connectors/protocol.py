"""The port: what every kind of source offers to the pipelines, and nothing more."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol, runtime_checkable

import pyarrow as pa

from jutong.dataflow.connectors.errors import TooManyRejected
from jutong.vocabulary.catalogue import DataType

RAW_TEXT_LIMIT: Final = 4_000


class Capability(StrEnum):
    """What a kind of source can do."""

    SNAPSHOT = "snapshot"
    TYPED = "typed"
    """Columns keep the source's own types; without it every column is text."""
    REMOTE = "remote"
    CURSOR = "cursor"
    """Rows since a value of a column can be read alone (`SelectiveConnector`)."""
    PUSHDOWN = "pushdown"
    """Columns, key ranges and equalities are computed at the source (`SelectiveConnector`)."""
    CHANGE_LOG = "change_log"
    """Inserts, updates and deletes can be followed in their order (`ChangeLogConnector`)."""
    PROOF = "proof"
    """Counts and row hashes of key ranges are computed at the source (`ProvableConnector`)."""
    ENGINE = "engine"
    """The lake's engine scans the table by itself (`EngineConnector`)."""
    PUSH = "push"
    """The source sends; what it sent is read from the spool."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionSpec:
    """An option of a kind of source: what forms ask for, commands accept and the manual lists."""

    name: str
    zh: str
    en: str
    required: bool = False
    secret: bool = False
    default: str = ""
    choices: tuple[str, ...] = ()
    hint_zh: str = ""
    hint_en: str = ""
    unless: str = ""
    """Another option that, where it is given, stands for this one: it is then not required."""
    multiline: bool = False
    """The value has several lines, such as a private key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Which rows and columns of a table are read; the source itself selects them.

    Bounds are texts as the source writes its values; `lower` is inclusive, `upper` exclusive, None is open.
    """

    columns: tuple[str, ...] | None = None
    """None: all, in the source's order."""
    column: str = ""
    """The cursor's or the key's column that the bounds are about; empty: no bounds."""
    lower: str | None = None
    upper: str | None = None
    equal: Mapping[str, str] = field(default_factory=dict)
    limit: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRange:
    """Rows whose key lies in [`lower`, `upper`); None is open."""

    lower: str | None = None
    upper: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fingerprint:
    """The rows of a key range: how many, and the sum of their row hashes modulo 2^64 (any order gives the same)."""

    range: KeyRange
    rows: int
    digest: int


class ChangeKind(StrEnum):
    """What a change log says of a row."""

    INSERT = "I"
    UPDATE = "U"
    DELETE = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeBatch:
    """Changes of whole transactions in commit order, as columns.

    `rows` has the source's columns, then `_op` (`ChangeKind`), `_seq` (order within the batch, from 0) and
    `_kept` (list of columns whose value the log left out because it did not change, e.g. TOAST); a delete has
    the key's columns alone, the rest null. An update that changes the key is a delete and an insert.
    """

    rows: pa.RecordBatch
    position: str
    """After these changes: what `acknowledge` gets and the pool stores."""
    committed_at: datetime | None
    """When the newest of these transactions was committed at the source (UTC): what the lag is counted from."""
    truncated: bool = False
    """The table was emptied before these rows; what came before that is left out."""
    schema_changed: bool = False
    """The table's columns changed within or before this batch: it ends there, and reading goes on after a check."""


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


@runtime_checkable
class SelectiveConnector(Connector, Protocol):
    """A source that reads a part of its table (capabilities CURSOR and PUSHDOWN)."""

    def read_part(self, part: Part) -> Iterator[pa.RecordBatch]:
        """As `read`, of the selected rows and columns."""
        ...

    def greatest(self, column: str) -> str | None:
        """The greatest value of a column now, as text; None for an empty table."""
        ...


@runtime_checkable
class SinceConnector(Connector, Protocol):
    """A source that cannot say its greatest value without giving all rows, but gives those since a value alone."""

    def greatest_since(self, column: str, lower: str | None) -> str | None:
        """The greatest value of a column among the rows from `lower` on; None where none came."""
        ...


@runtime_checkable
class EngineConnector(Connector, Protocol):
    """A source that the lake's engine scans without Python touching the rows (capability ENGINE)."""

    def attach(self, connection: Any, part: Part | None = None) -> str:
        """Make the source readable on this DuckDB connection; the SQL of a relation with its columns in order.

        Within one transaction of the connection every statement reads the same snapshot of the source.
        """
        ...

    def detach(self, connection: Any) -> None: ...

    def unique_keys(self) -> tuple[tuple[str, ...], ...]:
        """Sets of columns whose values are never null and that the source itself keeps unique."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HashedColumn:
    """A column that takes part in a row's hash, in the form that the entry gives its values."""

    name: str
    data_type: DataType


@runtime_checkable
class ProvableConnector(Connector, Protocol):
    """A source that computes counts and row hashes of its own rows (capability PROOF).

    Keys are compared as whole numbers where the column's type is one, else as UTF-8 bytes; a row without key counts
    to the range that is open below. An empty `key` stands for none: the only range is the whole table.
    """

    hash_method: str
    """The recipe; `jutong.dataflow.pipelines.fingerprints` has the same for the pool's side."""

    def numeric_key(self, key: str) -> bool:
        """Whether the key's column is of whole numbers."""
        ...

    def unhashed(self, columns: Sequence[HashedColumn]) -> tuple[str, ...]:
        """Names of the columns whose values take no part in the hash: the source cannot write them as the pool has them."""
        ...

    def key_ranges(self, key: str, parts: int, within: KeyRange) -> tuple[KeyRange, ...]:
        """About equal ranges of the key that together hold every row of `within`; at most about `parts`."""
        ...

    def fingerprints(
        self, key: str, columns: Sequence[HashedColumn], ranges: Sequence[KeyRange]
    ) -> tuple[Fingerprint, ...]:
        """One for each of these adjoining ranges, of one snapshot of the table."""
        ...

    def row_hashes(
        self, key: str, columns: Sequence[HashedColumn], within: KeyRange
    ) -> Iterator[pa.RecordBatch]:
        """`key` (text, null for none) and `hash` (unsigned 64 bits) of every row of a range."""
        ...

    def read_keys(self, key: str, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """As `read`, of the rows with one of these keys."""
        ...


@runtime_checkable
class ChangeLogConnector(Connector, Protocol):
    """A source whose changes can be followed without gap or double (capability CHANGE_LOG)."""

    def start_changes(self, name: str) -> str:
        """Make sure that changes are kept from now on for the reader `name`; the position to read from.

        The initial snapshot is read after this: a change may be in both, and applying it again changes nothing.
        """
        ...

    def changes(self, name: str, position: str, *, limit: int, wait_s: float) -> Iterator[ChangeBatch]:
        """Batches of at most about `limit` changes after `position`, until none came for `wait_s` seconds."""
        ...

    def acknowledge(self, name: str, position: str) -> None:
        """What lies before `position` is safe in the pool: the source may forget it."""
        ...

    def stop_changes(self, name: str) -> None:
        """Nothing is to be kept for `name` any more."""
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
