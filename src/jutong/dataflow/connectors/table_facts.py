"""What a database says of a table before any row is read."""

from dataclasses import dataclass
from typing import Final

COUNT_LIMIT: Final = 1_000_000
"""Rows are counted up to here; beyond it the server's own estimate, or this number, has to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnFacts:
    """A column as declared; `references` is `table.column` of a foreign key."""

    name: str
    source_type: str = ""
    comment: str = ""
    required: bool = False
    references: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFacts:
    """A table as declared; `rows` is an estimate where `rows_exact` is False."""

    schema: str
    name: str
    comment: str
    view: bool
    rows: int
    columns: tuple[ColumnFacts, ...]
    primary_key: tuple[str, ...] = ()
    rows_exact: bool = True
    size_mb: int | None = None

    @property
    def full_name(self) -> str:
        return f"{self.schema}.{self.name}" if self.schema else self.name
