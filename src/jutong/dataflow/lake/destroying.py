"""Destroying rows for good (销毁): from a table's present version, from all its older ones, and from the disk."""

import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, Self

from sqlglot import exp

from jutong.dataflow.lake.errors import LakeLocked, StatementFailed
from jutong.dataflow.lake.forgetting import BUSY, WAIT_S
from jutong.dataflow.lake.lake import CATALOGUE, Lake
from jutong.dataflow.lake.lock import write_lock
from jutong.dataflow.lake.names import POOL, QUARANTINE, TableName

_METADATA: Final = f"__ducklake_metadata_{CATALOGUE}"
_FORGETTING_S: Final = 600
LOADED: Final = "_load_time"


@dataclass(frozen=True, slots=True, kw_only=True)
class PastTime:
    """Rows whose `column` lies before `cutoff`: a day for a date of the register, an instant for `_load_time`."""

    column: str
    cutoff: date | datetime

    @classmethod
    def of(cls, item: str, cutoff: date, cutoff_at: datetime) -> Self:
        """Counted from the date in `item`, or, without one, from the day of collection."""
        return cls(column=item, cutoff=cutoff) if item else cls(column=LOADED, cutoff=cutoff_at)

    def condition(self) -> exp.Expr:
        """True for those rows; null where the column holds no date."""
        kind = "timestamptz" if isinstance(self.cutoff, datetime) else "date"
        value = exp.TryCast(this=exp.column(self.column, quoted=True), to=exp.DataType.build(kind))
        return exp.LT(this=value, expression=exp.cast(exp.Literal.string(self.cutoff.isoformat()), kind))


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What a table holds of them; `digest`: the sum of the rows' hashes modulo 2^64, the same in any order."""

    rows: int
    due: int
    undated: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Removed:
    """Files that are gone: path below the lake's data folder, and size in bytes."""

    files: tuple[tuple[str, int], ...]

    @property
    def size_bytes(self) -> int:
        return sum(size for _path, size in self.files)


def count_past(lake: Lake, table: TableName, past: PastTime | None) -> Counted:
    """How many rows are past their time; without a condition every row is.

    Raises:
        TableUnknown, ColumnUnknown: there is no such table or column.
    """
    if not lake.exists(table):
        return Counted(rows=0, due=0, undated=0, digest=f"{0:016x}")
    if past is not None:
        lake.read(table, columns=[past.column], limit=0)
    condition = past.condition() if past else exp.true()
    name = lake.engine.render(table.table(CATALOGUE))
    said = lake.engine.render(condition)
    row = lake.engine.run(
        f"SELECT count(*), count(*) FILTER (WHERE {said}), count(*) FILTER (WHERE ({said}) IS NULL), "  # noqa: S608  # checked names
        f"sum(md5_number_lower(coalesce(_hash::VARCHAR, ''))::HUGEINT) FILTER (WHERE {said}) FROM {name}"
    ).fetchone()
    rows, due, undated, total = row or (0, 0, 0, 0)
    return Counted(rows=rows, due=due, undated=undated, digest=f"{int(total or 0) % 2**64:016x}")


def tables_of(service: str, past: PastTime) -> dict[TableName, PastTime | None]:
    """Where the entry's rows are, with what goes there.

    What a refused row's own date says cannot be trusted: where an item's date counts, all refused rows go.
    """
    refused = past if past.column == LOADED else None
    return {TableName(POOL, service): past, TableName(QUARANTINE, service): refused}


def count_entry(lake: Lake, service: str, past: PastTime) -> dict[str, int]:
    """`rows`, `due`, `undated` of the entry's pool table, `quarantined`: refused rows that go with them."""
    pool, refused = (count_past(lake, table, one) for table, one in tables_of(service, past).items())
    return {"rows": pool.rows, "due": pool.due, "undated": pool.undated, "quarantined": refused.due}


def rewrite_without(
    lake: Lake,
    tables: Mapping[TableName, PastTime | None],
    *,
    run_id: str,
    sort_by: Sequence[str] = (),
) -> int:
    """Make one new version of the tables in which only the rows stay that are not past their time; its number.

    Where no row is, the present version stays. Older versions still have the rows until `forget_history`.
    Tables that are not there are passed over; the first one must be.
    """
    there = {table: past for table, past in tables.items() if lake.exists(table)}
    if not any(count_past(lake, table, past).due for table, past in there.items()):
        return lake.versions(next(iter(there)))[0].version

    def work() -> None:
        kept = {}
        for place, (table, past) in enumerate(there.items()):
            name = lake.engine.render(table.table(CATALOGUE))
            stays = (
                lake.engine.render(exp.not_(exp.func("coalesce", past.condition(), exp.false())))
                if past
                else "false"
            )
            order = ", ".join(exp.column(one, quoted=True).sql("duckdb") for one in sort_by if place == 0)
            lake.engine.run(
                f"CREATE OR REPLACE TABLE {name} AS SELECT * FROM {name} WHERE {stays}"  # noqa: S608  # checked names
                + (f" ORDER BY {order}" if order else "")
            )
            kept[str(table)] = {**_did(lake, table), "rows": lake.count(table), "mode": "replace"}
        lake._sign({"run_id": run_id, "tables": kept, "note": ""})  # noqa: SLF001  # the other half of the same component

    return lake._commit(work)  # noqa: SLF001


def _did(lake: Lake, table: TableName) -> dict[str, Any]:
    """What the newest commit remembers of the table (a position in a change log): it goes on to the next."""
    rows = lake.engine.run(
        "SELECT commit_extra_info FROM ducklake_snapshots(?) WHERE commit_extra_info IS NOT NULL ORDER BY snapshot_id DESC",
        [CATALOGUE],
    ).fetchall()
    known = (json.loads(text)["tables"] for (text,) in rows)
    found: dict[str, Any] = next((tables[str(table)] for tables in known if str(table) in tables), {})
    return found


def forget_history(lake: Lake, tables: Sequence[TableName], *, begun_at: datetime) -> Removed:
    """Remove every version of the tables but the present one, their files, and what the catalogue says of them.

    An older version gives no rows from then on, or an error. Safe to repeat: what an interrupted call left is removed
    by the next. Files older than `begun_at` that no version knows go as well: a killed writer left them.

    Raises:
        LakeLocked: a reader kept an old page of the catalogue's file alive; the next call makes an end of it.
    """
    removed: list[tuple[str, int]] = []
    data = lake.folder / "data"
    with write_lock(lake.folder / "write.lock", lake.settings.write_wait_s):
        tasks: list[Mapping[str, Any]] = []
        kept: set[Path] = set()
        gone: set[Path] = set()
        for table in tables:
            living, ended = _generations(lake, table)
            tasks.append({"table": [table.schema, table.name], "living": living, "ended": ended})
            for path, lives in _known_files(lake, data, [*living, *ended]):
                (kept if lives else gone).add(path)
            folder = data / table.schema / table.name
            stray = (path for path in folder.rglob("*.parquet") if folder.is_dir())
            gone |= {path for path in stray if path.stat().st_mtime < begun_at.timestamp()}
        _forget(lake, tasks)
        for path in sorted(gone - kept):
            with suppress(FileNotFoundError):
                size = path.stat().st_size
                path.unlink()
                removed.append((path.relative_to(data).as_posix(), size))
    return Removed(files=tuple(removed))


def _generations(lake: Lake, table: TableName) -> tuple[list[int], list[int]]:
    """(ids of the table as it is, ids of what bore its name before); each replacement gives another."""
    rows = lake.engine.run(
        f"SELECT t.table_id, t.end_snapshot IS NULL AND s.end_snapshot IS NULL FROM {_METADATA}.ducklake_table t "  # noqa: S608  # our names
        f"JOIN {_METADATA}.ducklake_schema s USING (schema_id) WHERE s.schema_name = ? AND t.table_name = ?",
        [table.schema, table.name],
    ).fetchall()
    return [key for key, lives in rows if lives], [key for key, lives in rows if not lives]


def _known_files(lake: Lake, data: Path, tables: Sequence[int]) -> list[tuple[Path, bool]]:
    """(file, whether the present version reads it) of all versions of these tables."""
    if not tables:
        return []
    listed = ", ".join(map(str, tables))
    rows = lake.engine.run(
        " UNION ALL ".join(
            f"SELECT s.path, t.path, f.path, f.path_is_relative, f.end_snapshot IS NULL AND t.end_snapshot IS NULL "  # noqa: S608  # our names, numbers
            f"FROM {_METADATA}.{kind} f JOIN {_METADATA}.ducklake_table t USING (table_id) "
            f"JOIN {_METADATA}.ducklake_schema s USING (schema_id) WHERE f.table_id IN ({listed})"
            for kind in ("ducklake_data_file", "ducklake_delete_file")
        )
    ).fetchall()
    return [
        (data / schema / table / path if relative else Path(path), lives)
        for schema, table, path, relative, lives in rows
    ]


def _forget(lake: Lake, tasks: Sequence[Mapping[str, Any]]) -> None:
    """In a process of its own: the engine has its own SQLite, and two in one process break each other's locks."""
    done = subprocess.run(  # noqa: S603  # our own module
        [sys.executable, "-m", "jutong.dataflow.lake.forgetting", str(lake.folder / "catalogue.sqlite")],
        input=json.dumps(tasks),
        text=True,
        capture_output=True,
        timeout=_FORGETTING_S,
        check=False,
    )
    if done.returncode == BUSY:
        raise LakeLocked(seconds=round(WAIT_S, 1))
    if done.returncode:
        raise StatementFailed(reason="forgetting")
