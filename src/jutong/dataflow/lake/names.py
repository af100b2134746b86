"""Names of tables, where rows came from, and what a version is."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlglot import exp

from jutong.dataflow.lake.errors import NameInvalid

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,62}")

POOL: Final = "pool"
QUARANTINE: Final = "quarantine"

PROVENANCE_COLUMNS: Final = (
    "_src_dept",
    "_src_sys",
    "_batch_no",
    "_row_no",
    "_op",
    "_load_time",
    "_hash",
)


@dataclass(frozen=True, slots=True, order=True)
class TableName:
    """A table of the lake; nothing but checked names ever reaches an SQL text.

    Raises:
        NameInvalid: a part is not lower-case ASCII letters, digits and underscores.
    """

    schema: str
    name: str

    def __post_init__(self) -> None:
        for part in (self.schema, self.name):
            if _NAME.fullmatch(part) is None:
                raise NameInvalid(name=part[:80])

    def __str__(self) -> str:
        return f"{self.schema}.{self.name}"

    def table(self, catalogue: str) -> exp.Table:
        """The table as SQL, each part quoted."""
        return exp.table_(self.name, db=self.schema, catalog=catalogue, quoted=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where the rows of a write come from; becomes the columns `PROVENANCE_COLUMNS` of each row.

    `run_id` is the batch number (`_batch_no`); `collected_at` is an instant, UTC (`_load_time`).
    `_row_no` counts the rows of the delivery from 1 (in no order where the engine scans the source itself); `_hash`
    is `rows.row_hash` of the row's values in column order (in the pool: the items' values as they landed, so that it
    can be told anew from the row itself).
    """

    department: str
    system: str
    run_id: str
    collected_at: datetime
    operation: str = "I"
    """`I` insert, `U` update, `D` delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableVersion:
    """One committed state of a table; `version` grows over the whole lake."""

    version: int
    made_at: datetime
    rows: int
    """Rows of the table as a whole at this version."""
    mode: str
    """`append`, `replace` or `merge`."""
    run_id: str
    note: str = ""
    """What the writer wanted to be found again with the version (a run report as JSON)."""
    position: str = ""
    """Where reading the source goes on after this version (a cursor, an LSN, a GTID, an offset)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteCounts:
    """What a write did to one table; keys, not rows, are counted where rows are merged."""

    rows: int
    """Rows of the table as a whole afterwards."""
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    unchanged: int = 0
    """Rows that the table had already as they are."""
