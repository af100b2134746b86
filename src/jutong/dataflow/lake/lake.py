"""Versioned tables on DuckLake: Parquet below the lake's folder, its catalogue in SQLite."""

import json
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
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
    PositionMoved,
    RowsLost,
    RunLanded,
    TableUnknown,
    VersionUnknown,
)
from jutong.dataflow.lake.extensions import load_extensions
from jutong.dataflow.lake.files import RowFiles, adopt
from jutong.dataflow.lake.history import every_did, has_index, last_did, make_index, versions_of
from jutong.dataflow.lake.lock import write_lock
from jutong.dataflow.lake.merging import merge
from jutong.dataflow.lake.names import Provenance, TableName, TableVersion, WriteCounts
from jutong.dataflow.lake.rows import stamped
from jutong.dataflow.lake.settings import LakeSettings

CATALOGUE: Final = "lake"
_ATTEMPTS: Final = 6
# Files that no version has: a killed writer's, when they are older than any write takes.
_ABANDONED: Final = timedelta(days=2)

WriteMode = Literal["append", "replace", "merge"]
Noted: TypeAlias = str | Callable[[Sequence[WriteCounts]], str]
Data: TypeAlias = pa.Table | pa.RecordBatch | pa.RecordBatchReader


@dataclass(frozen=True, slots=True, kw_only=True)
class TableWrite:
    """Rows that go to one table: those of `source`, a query or a relation that the engine knows.

    A column `_row_no` of the source is kept as the row number of the delivery.
    """

    table: TableName
    source: exp.Query
    mode: WriteMode = "replace"
    """`merge`: rows take the place of the table's rows of their `keys`; the same row again changes nothing."""
    keys: tuple[str, ...] = ()
    """Columns that tell rows apart when they are merged; never empty, never twice among the rows of `source`."""
    deletes: exp.Query | None = None
    """When merged: the keys of rows that are taken out (those of `source` go in after)."""
    position: str | None = None
    """Where reading the source goes on: kept with the table in the same commit; None: as it was."""
    withdrawn: str = ""
    """When appended: the run whose rows are taken out first."""
    sort_by: tuple[str, ...] = ()
    """Look-ups by these columns then read a small part of the files."""
    expected_rows: int | None = None
    """How many rows must arrive; another number undoes everything."""
    files: RowFiles | None = None
    """Where the rows are already; `source` then only says which columns they have."""


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
        self,
        writes: Sequence[TableWrite],
        provenance: Provenance,
        *,
        note: Noted = "",
        once: bool = False,
        after: str | None = None,
    ) -> int:
        """Make all `writes` visible together, as one version, or none of them; the version made.

        `note` may be a function of what was done to each table, in the order of `writes`.

        Raises:
            RunLanded: this is to happen `once`, and the first table already has a version of this run.
            PositionMoved: this is to come `after` a position of the first table, which another writer has moved.
            ColumnsDiffer, LakeLocked: see `append`.
        """

        def work() -> None:
            # Only a writer whose turn it is can know: two workers may carry out one run, each for the other's dead.
            if once:
                self._require_new(provenance.run_id, writes[0].table)
            if after is not None and self.position(writes[0].table) != after:
                raise PositionMoved(table=str(writes[0].table))
            counts = [self._put(write, provenance) for write in writes]
            tables = {str(write.table): _did(write, done) for write, done in zip(writes, counts, strict=True)}
            text = note if isinstance(note, str) else note(counts)
            self._sign({"run_id": provenance.run_id, "tables": tables, "note": text})

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

    def maintain(self, *, now: datetime, held: Collection[TableName] = ()) -> None:
        """Merge small files and remove versions older than `keep_versions_days`; run it on a schedule.

        The present version of a table stays, however old: what is served and open is named by its number.
        Of `held` tables (legal holds) every version stays.
        """
        until = (now - timedelta(days=self.settings.keep_versions_days)).astimezone(UTC)
        instant = f"TIMESTAMPTZ '{until:%Y-%m-%d %H:%M:%S}+00'"
        with write_lock(self.folder / "write.lock", self.settings.write_wait_s):
            self.engine.run(f"CALL ducklake_merge_adjacent_files('{CATALOGUE}')")
            if outdated := self._outdated(now, frozenset(map(str, held))):
                self.engine.run(f"CALL ducklake_expire_snapshots('{CATALOGUE}', versions => {outdated})")
            self.engine.run(f"CALL ducklake_cleanup_old_files('{CATALOGUE}', older_than => {instant})")
            abandoned = (now - _ABANDONED).astimezone(UTC)
            self.engine.run(
                f"CALL ducklake_delete_orphaned_files('{CATALOGUE}', "
                f"older_than => TIMESTAMPTZ '{abandoned:%Y-%m-%d %H:%M:%S}+00')"
            )

    def _outdated(self, now: datetime, held: frozenset[str] = frozenset()) -> list[int]:
        """Versions past keeping that are the present one of no table, the oldest first.

        Of merged versions, which a change log makes by the second, the last of each day is kept past the first.
        """
        limit, fresh = now - timedelta(days=self.settings.keep_versions_days), now - timedelta(days=1)
        commits = every_did(self.engine)
        present = {table: number for number, _, table, _ in commits if table}
        daily = {(table, made_at.date()): number for number, made_at, table, _ in commits if table}
        kept = {*present.values(), *(number for number, *_ in commits[-1:])}
        kept |= {number for number, made_at, table, _ in commits if made_at >= fresh or table in held}
        kept |= {
            number
            for number, made_at, table, mode in commits
            if made_at >= limit and (mode != "merge" or daily[table, made_at.date()] == number)
        }
        return sorted({number for number, *_ in commits} - kept)

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
        self._require(table)
        rows = self._rows(f"DESCRIBE {self.engine.render(table.table(CATALOGUE))}")
        return tuple(row[0] for row in rows)

    def exists(self, table: TableName) -> bool:
        try:
            # A look-up by name, where a list of all tables would grow with the lake.
            self.engine.connection.execute(f"FROM {self.engine.render(table.table(CATALOGUE))} LIMIT 0")
        except duckdb.CatalogException:
            return False
        except duckdb.Error:
            with translated_errors():
                raise
        return True

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

    def present(self) -> int:
        """The state of the whole lake now, as a version that several readings can name."""
        row = self.engine.run("SELECT id FROM ducklake_current_snapshot(?)", [CATALOGUE]).fetchone()
        return int(row[0]) if row else 0

    def at(self, table: TableName, version: int | None = None) -> exp.Expr:
        """The table (at `version`) as a part of a query of this lake's engine."""
        return self._at(table, version)

    def versions(self, table: TableName, *, limit: int | None = None) -> list[TableVersion]:
        """Committed versions of the table since it was last made, the newest first, at most `limit`."""
        return versions_of(self.engine, table, limit=limit)

    def landed(self, table: TableName, run_id: str) -> TableVersion | None:
        """The version that this run made of the table, if it did; as quick among a million as among ten."""
        return next(iter(versions_of(self.engine, table, run_id=run_id, limit=1)), None)

    def position(self, table: TableName) -> str:
        """Where reading the source of the table goes on; empty before the first commit that said so."""
        return str(last_did(self.engine, table).get("position", ""))

    # Inside

    def _rows(self, query: str, parameters: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        return self.engine.run(query, parameters).fetchall()

    def _attach(self) -> None:
        catalogue, data = (
            str(path).replace("'", "''") for path in (self.folder / "catalogue.sqlite", self.folder / "data")
        )
        # Processes that open a new lake at the same moment must not both make its catalogue.
        with write_lock(self.folder / "write.lock", self.settings.write_wait_s):
            attach = (
                f"ATTACH 'ducklake:sqlite:{catalogue}' AS {CATALOGUE} (DATA_PATH '{data}', OVERRIDE_DATA_PATH true, "
                "DATA_INLINING_ROW_LIMIT 0, META_JOURNAL_MODE 'WAL', META_BUSY_TIMEOUT 10000)"
            )
            self.engine.run(attach)
            if not has_index(self.engine):
                self.engine.run(f"DETACH {CATALOGUE}")
                make_index(self.folder / "catalogue.sqlite")
                self.engine.run(attach)
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

    def _put(self, write: TableWrite, provenance: Provenance) -> WriteCounts:
        """Write the rows within the open transaction."""
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
        if write.withdrawn and known is not None:
            run = exp.Literal.string(write.withdrawn).sql(dialect="duckdb")
            self.engine.run(f"DELETE FROM {name} WHERE _batch_no = {run}")  # noqa: S608  # our names
        before = self._counted(target) if write.mode != "replace" and known is not None else 0
        if write.mode == "merge" and known is not None:
            query = stamped(source, [row[0] for row in described], provenance)
            return merge(
                self.engine, target, rows=query, keys=write.keys, deletes=write.deletes, before=before
            )
        if write.mode == "replace" or known is None:
            empty = " WITH NO DATA" if write.files else ""
            self.engine.run(f"CREATE OR REPLACE TABLE {name} AS {rows}{empty}")
        else:
            for column, kind in ((row[0], row[1]) for row in described if row[0] not in known):
                added = exp.to_identifier(column, quoted=True).sql(dialect="duckdb")
                self.engine.run(f"ALTER TABLE {name} ADD COLUMN {added} {kind}")
            try:
                if write.files is None:
                    self.engine.run(f"INSERT INTO {name} BY NAME {rows}")
            except ColumnsDiffer:
                raise ColumnsDiffer(table=str(write.table)) from None
        if write.files is not None:
            adopt(self.engine, CATALOGUE, write.table, write.files, provenance.run_id)
        after = self._counted(target)
        if write.expected_rows is not None and after - before != write.expected_rows:
            raise RowsLost(table=str(write.table), expected=write.expected_rows, written=after - before)
        return WriteCounts(rows=after, inserted=after - before)

    def _counted(self, table: exp.Expr) -> int:
        row = self.engine.run(exp.select("count(*)").from_(table)).fetchone()
        return int(row[0]) if row else 0

    def _require_new(self, run_id: str, table: TableName) -> None:
        if (known := self.landed(table, run_id)) is not None:
            raise RunLanded(run=run_id, version=known.version)

    def _sign(self, info: Mapping[str, Any]) -> None:
        """Keep with the version who made it and for which run; positions that it does not name go on as they were."""
        for name, did in info["tables"].items():
            if "position" not in did and (carried := self.position(TableName(*name.split(".")))):
                did["position"] = carried
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


def _did(write: TableWrite, counts: WriteCounts) -> dict[str, Any]:
    """What a version remembers of one table."""
    return {
        "rows": counts.rows,
        "mode": write.mode,
        **({} if write.position is None else {"position": write.position}),
    }


def _unknown(query: exp.Query, known: Sequence[str]) -> str:
    """The columns that `query` names and the table lacks."""
    return "、".join(sorted({column.name for column in query.find_all(exp.Column)} - set(known)))
