"""Versioned tables on DuckLake: Parquet below the lake's folder, its catalogue in SQLite."""

import json
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, Literal, Self, TypeAlias

import duckdb
import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.lake.engine import DuckDBEngine, translated_errors
from jutong.dataflow.lake.errors import (
    ColumnsDiffer,
    ColumnUnknown,
    LakeLocked,
    LakeUnreachable,
    RowsLost,
    RunLanded,
    TableUnknown,
    VersionUnknown,
)
from jutong.dataflow.lake.extensions import load_extensions
from jutong.dataflow.lake.lock import write_lock
from jutong.dataflow.lake.names import Provenance, TableName, TableVersion
from jutong.dataflow.lake.rows import stamped
from jutong.dataflow.lake.settings import LakeSettings

CATALOGUE: Final = "lake"
_ATTEMPTS: Final = 6

WriteMode = Literal["append", "replace"]
Data: TypeAlias = pa.Table | pa.RecordBatch | pa.RecordBatchReader


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWrite:
    """Rows that go to one table: those of `source`, a query or a relation that the engine knows.

    A column `_row_no` of the source is kept as the row number of the delivery.
    """

    table: TableName
    source: exp.Query
    mode: WriteMode = "replace"
    sort_by: tuple[str, ...] = ()
    """Look-ups by these columns then read a small part of the files."""
    expected_rows: int | None = None
    """How many rows must arrive; another number undoes everything."""


class Lake:
    """The tables of the data plane. One object serves one thread; `fork` gives another thread its own.

    Readers see the last committed version; writers of all processes take turns.
    """

    def __init__(self, folder: Path, settings: LakeSettings, engine: DuckDBEngine) -> None:
        self.folder = folder
        self.settings = settings
        self.engine = engine

    @classmethod
    def open(cls, folder: Path, settings: LakeSettings | None = None) -> Self:
        """Open the lake below `folder` and make it when it is not there.

        Raises:
            LakeUnreachable: the folder cannot be made or read.
            EngineMissing: an extension of the engine is not installed.
        """
        settings = settings or LakeSettings()
        temporary = settings.temporary or folder / "tmp"
        try:
            for path in (folder / "data", temporary):
                path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LakeUnreachable(reason=type(error).__name__) from error
        engine = DuckDBEngine.start(settings, temporary)
        lake = cls(folder, settings, engine)
        try:
            load_extensions(engine.connection, "sqlite_scanner", "ducklake")
            lake._attach()
        except BaseException:
            engine.close()
            raise
        return lake

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def close(self) -> None:
        self.engine.close()

    def fork(self) -> "Lake":
        """The same lake for another thread, sharing memory and extensions."""
        return Lake(self.folder, self.settings, DuckDBEngine(self.engine.connection.cursor()))

    # Writing

    def append(
        self, table: TableName, data: Data, provenance: Provenance, *, sort_by: tuple[str, ...] = ()
    ) -> int:
        """Add rows; columns that the table lacks are added to it. Returns the version made.

        Raises:
            ColumnsDiffer: a column has another type than the table's.
            LakeLocked: another job kept writing for longer than `write_wait_s`.
        """
        return self._write_data("append", table, data, provenance, sort_by)

    def replace(
        self, table: TableName, data: Data, provenance: Provenance, *, sort_by: tuple[str, ...] = ()
    ) -> int:
        """Put `data` in the place of all rows and columns. Returns the version made.

        Raises:
            LakeLocked: another job kept writing for longer than `write_wait_s`.
        """
        return self._write_data("replace", table, data, provenance, sort_by)

    def write(
        self, writes: Sequence[TableWrite], provenance: Provenance, *, note: str = "", once: bool = False
    ) -> int:
        """Make all `writes` visible together, as one version, or none of them; the version made.

        Raises:
            RunLanded: this is to happen `once`, and the first table already has a version of this run.
            ColumnsDiffer, LakeLocked: see `append`.
        """

        def work() -> None:
            # Only a writer whose turn it is can know: two workers may carry out one run, each for the other's dead.
            if once:
                self._require_new(provenance.run_id, writes[0].table)
            tables = {str(write.table): self._put(write, provenance) for write in writes}
            self._sign({"run_id": provenance.run_id, "tables": tables, "note": note})

        return self._commit(work)

    def drop(self, table: TableName) -> None:
        """Take the table away; earlier versions stay readable by number until they are past keeping.

        Raises:
            TableUnknown: there is no such table.
        """
        self._require(table)

        def work() -> None:
            self.engine.run(f"DROP TABLE {self.engine.render(table.table(CATALOGUE))}")
            self._sign({"run_id": "", "tables": {str(table): {"rows": 0, "mode": "drop"}}, "note": ""})

        self._commit(work)

    def maintain(self, *, now: datetime) -> None:
        """Merge small files and remove versions older than `keep_versions_days`; run it on a schedule.

        The present version of a table stays, however old: what is served and open is named by its number.
        """
        until = (now - timedelta(days=self.settings.keep_versions_days)).astimezone(UTC)
        instant = f"TIMESTAMPTZ '{until:%Y-%m-%d %H:%M:%S}+00'"
        with write_lock(self.folder / "write.lock", self.settings.write_wait_s):
            self.engine.run(f"CALL ducklake_merge_adjacent_files('{CATALOGUE}')")
            if outdated := self._outdated(until):
                self.engine.run(f"CALL ducklake_expire_snapshots('{CATALOGUE}', versions => {outdated})")
            self.engine.run(f"CALL ducklake_cleanup_old_files('{CATALOGUE}', older_than => {instant})")

    def _outdated(self, until: datetime) -> list[int]:
        """Versions made before `until` that are the present one of no table, the oldest first."""
        rows = self._rows(
            "SELECT snapshot_id, epoch_us(snapshot_time), commit_extra_info FROM ducklake_snapshots(?) ORDER BY 1",
            [CATALOGUE],
        )
        present = {table: number for number, _, text in rows if text for table in json.loads(text)["tables"]}
        kept = {*present.values(), rows[-1][0]}
        limit = until.timestamp() * 1_000_000
        return [number for number, microseconds, _ in rows if microseconds < limit and number not in kept]

    # Reading

    def tables(self, schema: str | None = None) -> tuple[TableName, ...]:
        """The tables that are there now, in order of name."""
        rows = self._rows(
            "SELECT table_schema, table_name FROM information_schema.tables WHERE table_catalog = ? ORDER BY 1, 2",
            [CATALOGUE],
        )
        return tuple(TableName(*row) for row in rows if schema in {None, row[0]})

    def columns(self, table: TableName) -> tuple[str, ...]:
        """The table's columns in order, those of provenance among them.

        Raises:
            TableUnknown: there is no such table.
        """
        rows = self._rows(
            "SELECT column_name FROM information_schema.columns "
            "WHERE table_catalog = ? AND table_schema = ? AND table_name = ? ORDER BY ordinal_position",
            [CATALOGUE, table.schema, table.name],
        )
        if not rows:
            raise TableUnknown(table=str(table))
        return tuple(row[0] for row in rows)

    def exists(self, table: TableName) -> bool:
        return table in self.tables(table.schema)

    def count(self, table: TableName, version: int | None = None) -> int:
        """How many rows the table has (at `version`).

        Raises:
            TableUnknown, VersionUnknown: there is no such table or version.
        """
        query = exp.select(exp.Count(this=exp.Star()))
        row = self._run_on(table, version, query.from_(self._at(table, version))).fetchone()
        return int(row[0]) if row else 0

    def read(
        self,
        table: TableName,
        version: int | None = None,
        columns: Sequence[str] | None = None,
        limit: int | None = None,
        where: Mapping[str, Any] | None = None,
    ) -> pa.Table:
        """Rows × columns of the table (at `version`), those whose columns equal `where`, at most `limit`.

        Raises:
            TableUnknown, VersionUnknown, ColumnUnknown: there is no such table, version or column.
        """
        query, parameters = self._select(table, version, columns, limit, where)
        result = self._run_on(table, version, query, parameters)
        with translated_errors():
            return result.to_arrow_table()

    def batches(
        self,
        table: TableName,
        version: int | None = None,
        columns: Sequence[str] | None = None,
        where: Mapping[str, Any] | None = None,
        *,
        order_by: Sequence[str] = (),
        batch_rows: int = 65_536,
    ) -> Iterator[pa.RecordBatch]:
        """As `read`, in batches, so that a table of any size passes through; sorted when `order_by` is given."""
        query, parameters = self._select(table, version, columns, None, where)
        if order_by:
            query = query.order_by(*(exp.column(name, quoted=True) for name in order_by))
        result = self._run_on(table, version, query, parameters)
        with translated_errors():
            yield from result.to_arrow_reader(batch_rows)

    def versions(self, table: TableName) -> list[TableVersion]:
        """Committed versions of the table since it was last made, the newest first."""
        rows = self._rows(
            "SELECT snapshot_id, epoch_us(snapshot_time), commit_extra_info "
            "FROM ducklake_snapshots(?) WHERE commit_extra_info IS NOT NULL ORDER BY 1 DESC",
            [CATALOGUE],
        )
        found = []
        for version, microseconds, text in rows:
            info = json.loads(text)
            change = info["tables"].get(str(table))
            if change is None:
                continue
            if change["mode"] == "drop":
                break
            found.append(
                TableVersion(
                    version=version,
                    made_at=datetime.fromtimestamp(microseconds / 1_000_000, UTC),
                    rows=change["rows"],
                    mode=change["mode"],
                    run_id=info["run_id"],
                    note=info["note"],
                )
            )
        return found

    # Inside

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.engine.run(query, parameters).fetchall()

    def _attach(self) -> None:
        catalogue, data = (
            str(path).replace("'", "''") for path in (self.folder / "catalogue.sqlite", self.folder / "data")
        )
        # Processes that open a new lake at the same moment must not both make its catalogue.
        with write_lock(self.folder / "write.lock", self.settings.write_wait_s):
            self.engine.run(
                f"ATTACH 'ducklake:sqlite:{catalogue}' AS {CATALOGUE} (DATA_PATH '{data}', OVERRIDE_DATA_PATH true, "
                "DATA_INLINING_ROW_LIMIT 0, META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 10000)"
            )
            codec = self.engine.run(
                "SELECT 1 FROM ducklake_options(?) WHERE option_name = 'parquet_compression'", [CATALOGUE]
            ).fetchone()
            if codec is None:
                self.engine.run(f"CALL {CATALOGUE}.set_option('parquet_compression', 'zstd')")

    def _write_data(
        self, mode: WriteMode, table: TableName, data: Data, provenance: Provenance, sort_by: tuple[str, ...]
    ) -> int:
        data = pa.Table.from_batches([data]) if isinstance(data, pa.RecordBatch) else data
        self.engine.register("incoming", data)
        try:
            source: exp.Query = exp.select("*").from_(exp.table_("incoming", quoted=True))
            if isinstance(data, pa.RecordBatchReader):  # can be read once, and a commit may be tried again
                self.engine.write("incoming_kept", source)
                source = exp.select("*").from_(exp.table_("incoming_kept", quoted=True))
            write = TableWrite(table=table, source=source, mode=mode, sort_by=sort_by)
            return self.write([write], provenance)
        finally:
            self.engine.unregister("incoming")
            self.engine.drop("incoming_kept")

    def _put(self, write: TableWrite, provenance: Provenance) -> dict[str, Any]:
        """Write the rows within the open transaction; what the version remembers of it."""
        target = write.table.table(CATALOGUE)
        schema = exp.to_identifier(write.table.schema, quoted=True).sql(dialect="duckdb")
        self.engine.run(f"CREATE SCHEMA IF NOT EXISTS {CATALOGUE}.{schema}")
        described = self.engine.run(f"DESCRIBE {self.engine.render(write.source)}").fetchall()
        source = write.source
        if write.sort_by:  # before the provenance columns are there to be carried along
            keys = (exp.column(name, quoted=True) for name in write.sort_by)
            source = exp.select("*").from_(source.subquery("unsorted")).order_by(*keys)
        rows = self.engine.render(stamped(source, [row[0] for row in described], provenance))
        name = self.engine.render(target)
        known = set(self.columns(write.table)) if self.exists(write.table) else None
        before = self._counted(target) if write.mode == "append" and known is not None else 0
        if write.mode == "replace" or known is None:
            self.engine.run(f"CREATE OR REPLACE TABLE {name} AS {rows}")
        else:
            for column, kind in ((row[0], row[1]) for row in described if row[0] not in known):
                added = exp.to_identifier(column, quoted=True).sql(dialect="duckdb")
                self.engine.run(f"ALTER TABLE {name} ADD COLUMN {added} {kind}")
            try:
                self.engine.run(f"INSERT INTO {name} BY NAME {rows}")
            except ColumnsDiffer:
                raise ColumnsDiffer(table=str(write.table)) from None
        after = self._counted(target)
        if write.expected_rows is not None and after - before != write.expected_rows:
            raise RowsLost(table=str(write.table), expected=write.expected_rows, written=after - before)
        return {"rows": after, "mode": write.mode}

    def _counted(self, table: exp.Expr) -> int:
        row = self.engine.run(exp.select("count(*)").from_(table)).fetchone()
        return int(row[0]) if row else 0

    def _require_new(self, run_id: str, table: TableName) -> None:
        for known in self.versions(table):
            if known.run_id == run_id:
                raise RunLanded(run=run_id, version=known.version)

    def _sign(self, info: Mapping[str, Any]) -> None:
        """Keep with the version who made it and for which run."""
        text = json.dumps(info, ensure_ascii=False)
        self.engine.run(
            f"CALL ducklake_set_commit_message('{CATALOGUE}', 'jutong', ?, extra_info => ?)",
            [str(info["run_id"]), text],
        )

    def _commit(self, work: Callable[[], None]) -> int:
        """Run `work` in one transaction, again when another process was faster; the version made."""
        with write_lock(self.folder / "write.lock", self.settings.write_wait_s):
            for attempt in range(1, _ATTEMPTS + 1):
                try:
                    with self._transaction():
                        work()
                    row = self.engine.run(
                        "SELECT * FROM ducklake_last_committed_snapshot(?)", [CATALOGUE]
                    ).fetchone()
                except LakeLocked:
                    if attempt == _ATTEMPTS:
                        raise LakeLocked(seconds=round(self.settings.write_wait_s, 1)) from None
                    time.sleep(0.05 * 2**attempt)
                else:
                    return int(row[0]) if row else 0
        raise AssertionError("unreachable")

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        self.engine.run("BEGIN")
        try:
            yield
            self.engine.run("COMMIT")
        except BaseException:
            # A failed commit has already ended the transaction.
            with suppress(duckdb.TransactionException):
                self.engine.connection.execute("ROLLBACK")
            raise

    def _at(self, table: TableName, version: int | None) -> exp.Expr:
        source = table.table(CATALOGUE)
        if version is None:
            return source
        moment = exp.HistoricalData(this="AT", kind="VERSION", expression=exp.Literal.number(version))
        source.set("when", moment)
        return source

    def _select(
        self,
        table: TableName,
        version: int | None,
        columns: Sequence[str] | None,
        limit: int | None,
        where: Mapping[str, Any] | None,
    ) -> tuple[exp.Select, list[Any]]:
        names = [exp.column(name, quoted=True) for name in columns] if columns is not None else [exp.Star()]
        query = exp.select(*names).from_(self._at(table, version))
        parameters: list[Any] = []
        for name, value in (where or {}).items():
            query = query.where(exp.EQ(this=exp.column(name, quoted=True), expression=exp.Placeholder()))
            parameters.append(value)
        if limit is not None:
            query = query.limit(limit)
        return query, parameters

    def _run_on(
        self, table: TableName, version: int | None, query: exp.Query, parameters: Sequence[Any] = ()
    ) -> duckdb.DuckDBPyConnection:
        """Run a query over one table; say plainly when table, version or column is not there."""
        try:
            return self.engine.connection.execute(self.engine.render(query), list(parameters))
        except (duckdb.BinderException, duckdb.CatalogException, duckdb.InvalidInputException):
            pass
        except duckdb.Error:
            with translated_errors():
                raise
        if version is None:
            raise (
                ColumnUnknown(table=str(table), columns=_unknown(query, self.columns(table)))
                if self.exists(table)
                else TableUnknown(table=str(table))
            )
        if version in {known.version for known in self.versions(table)}:
            raise ColumnUnknown(table=str(table), columns=_unknown(query, ()))
        raise VersionUnknown(table=str(table), version=version)

    def _require(self, table: TableName) -> None:
        if not self.exists(table):
            raise TableUnknown(table=str(table))


def _unknown(query: exp.Query, known: Sequence[str]) -> str:
    """The columns that `query` names and the table lacks."""
    return "、".join(sorted({column.name for column in query.find_all(exp.Column)} - set(known)))
