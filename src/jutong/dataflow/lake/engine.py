"""The seam between what is asked of rows and who computes it: a handful of methods, so that Spark can follow DuckDB."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol, Self

import duckdb
import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.lake.errors import (
    ColumnsDiffer,
    LakeLocked,
    LakeUnreachable,
    OutOfSpace,
    StatementFailed,
)
from jutong.dataflow.lake.settings import LakeSettings

Query = str | exp.Expr


class Engine(Protocol):
    """Runs expressions of the rule dialect (DuckDB's SQL as sqlglot trees) over named tables."""

    @property
    def dialect(self) -> str:
        """The sqlglot dialect in which expressions are rendered."""
        ...

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        """Make Arrow data readable as the relation `name`."""
        ...

    def sql(self, query: Query, parameters: Sequence[Any] = ()) -> pa.Table:
        """The rows of `query`."""
        ...

    def write(self, name: str, query: Query) -> int:
        """Keep the rows of `query` as the temporary table `name`; how many they are."""
        ...

    def drop(self, name: str) -> None:
        """Forget a temporary table, if there."""
        ...

    def close(self) -> None: ...


class DuckDBEngine:
    """The embedded engine: DuckDB within the process, spilling to a folder when memory runs short."""

    dialect = "duckdb"

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self.connection = connection

    @classmethod
    def start(cls, settings: LakeSettings, temporary: Path) -> Self:
        """A new database in memory that never reaches for the network."""
        connection = duckdb.connect(
            config={
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
                "threads": settings.threads,
                "memory_limit": settings.memory,
                "temp_directory": str(temporary),
                "max_temp_directory_size": settings.temporary_limit,
                # Rows carry their number; keeping an order as well would cost memory on big tables.
                "preserve_insertion_order": False,
            }
        )
        connection.execute("SET TimeZone = 'UTC'; SET enable_progress_bar = false")
        return cls(connection)

    def render(self, query: Query) -> str:
        return query if isinstance(query, str) else query.sql(dialect=self.dialect)

    def register(self, name: str, data: pa.Table | pa.RecordBatchReader) -> None:
        self.connection.register(name, data)

    def unregister(self, name: str) -> None:
        self.connection.unregister(name)

    def run(self, query: Query, parameters: Sequence[Any] = ()) -> duckdb.DuckDBPyConnection:
        """Execute a statement; its result stays to be fetched.

        Raises:
            OutOfSpace: memory or disk is used up.
            LakeLocked: another process holds the catalogue.
            ColumnsDiffer: values do not fit the columns of a table.
            StatementFailed: anything else; the engine's message is left out, for it may quote a row.
        """
        with translated_errors():
            return self.connection.execute(self.render(query), list(parameters))

    def sql(self, query: Query, parameters: Sequence[Any] = ()) -> pa.Table:
        result = self.run(query, parameters)
        with translated_errors():
            return result.to_arrow_table()

    def batches(self, query: Query, parameters: Sequence[Any], rows: int) -> Iterator[pa.RecordBatch]:
        """The rows of `query` in batches of about `rows`, without holding all of them."""
        result = self.run(query, parameters)
        with translated_errors():
            yield from result.to_arrow_reader(rows)

    def write(self, name: str, query: Query) -> int:
        table = exp.to_identifier(name, quoted=True).sql(dialect=self.dialect)
        row = self.run(f"CREATE OR REPLACE TEMP TABLE {table} AS {self.render(query)}").fetchone()
        return int(row[0]) if row else 0

    def drop(self, name: str) -> None:
        self.run(f"DROP TABLE IF EXISTS {exp.to_identifier(name, quoted=True).sql(dialect=self.dialect)}")

    def close(self) -> None:
        self.connection.close()


@contextmanager
def translated_errors() -> Iterator[None]:
    """Turn the engine's errors into ours, without the values that its messages may quote."""
    try:
        yield
    except duckdb.OutOfMemoryException:
        raise OutOfSpace from None
    except duckdb.Error as error:
        text = str(error)
        if "database is locked" in text or "Failed to commit DuckLake transaction" in text:
            raise LakeLocked(seconds=0) from None
        if "No space left" in text or "max_temp_directory_size" in text:
            raise OutOfSpace from None
        if isinstance(error, duckdb.ConversionException):
            raise ColumnsDiffer(table="") from None
        if isinstance(error, duckdb.IOException):
            raise LakeUnreachable(reason=type(error).__name__) from None
        raise StatementFailed(reason=type(error).__name__) from None
