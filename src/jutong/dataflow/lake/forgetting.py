"""Takes ended versions of tables out of the lake's catalogue, so that no byte of them stays in its file.

`python -m jutong.dataflow.lake.forgetting CATALOGUE` reads its tasks as JSON from its input; run by `destroying` under
the lake's write lock. The layout of the catalogue is that of the DuckLake specification.
"""

import json
import sqlite3
import sys
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any, Final

WAIT_S: Final = 10.0
BUSY: Final = 3


def forget(catalogue: str, tasks: Sequence[Mapping[str, Any]]) -> bool:
    """Column statistics hold least and greatest values of rows: they go, and the file is rewritten without them.

    False while a reader holds on to what the write-ahead file had before: then bytes are still in it.
    """
    with closing(sqlite3.connect(catalogue, timeout=WAIT_S, isolation_level=None)) as db:
        db.execute("PRAGMA secure_delete = ON")
        db.execute("BEGIN IMMEDIATE")
        for task in tasks:
            _forget_rows(db, tuple(task["table"]), task["living"], task["ended"])
        db.execute("COMMIT")
        db.execute("VACUUM")
        busy, _pages, _moved = db.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy


def _forget_rows(
    db: sqlite3.Connection, table: tuple[str, str], living: Sequence[int], ended: Sequence[int]
) -> None:
    gone = [*_ended_files(db, living), *_files(db, ended)]
    for name, columns in _tables(db).items():
        if "table_id" in columns and ended:
            db.execute(f"DELETE FROM {name} WHERE table_id IN ({_listed(ended)})")  # noqa: S608  # the catalogue's own names, numbers
        if "data_file_id" in columns and gone and name != "ducklake_files_scheduled_for_deletion":
            db.execute(f"DELETE FROM {name} WHERE data_file_id IN ({_listed(gone)})")  # noqa: S608
    if living:
        db.execute(
            f"DELETE FROM ducklake_delete_file WHERE end_snapshot IS NOT NULL AND table_id IN ({_listed(living)})"  # noqa: S608
        )
    # What upkeep expired, but left on disk for a while: the files are removed by our caller.
    below = f"%{table[0]}/{table[1]}/%"
    db.execute("DELETE FROM ducklake_files_scheduled_for_deletion WHERE path LIKE ?", [below])


def _tables(db: sqlite3.Connection) -> dict[str, set[str]]:
    names = [
        row[0]
        for row in db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name LIKE 'ducklake_%'"
        )
    ]
    return {name: {row[1] for row in db.execute(f"PRAGMA table_info({name})")} for name in names}


def _files(db: sqlite3.Connection, tables: Sequence[int]) -> list[int]:
    if not tables:
        return []
    query = f"SELECT data_file_id FROM ducklake_data_file WHERE table_id IN ({_listed(tables)})"  # noqa: S608
    return [row[0] for row in db.execute(query)]


def _ended_files(db: sqlite3.Connection, living: Sequence[int]) -> list[int]:
    if not living:
        return []
    query = f"SELECT data_file_id FROM ducklake_data_file WHERE end_snapshot IS NOT NULL AND table_id IN ({_listed(living)})"  # noqa: S608
    return [row[0] for row in db.execute(query)]


def _listed(numbers: Sequence[int]) -> str:
    return ", ".join(str(int(number)) for number in numbers)


if __name__ == "__main__":
    sys.exit(0 if forget(sys.argv[1], json.load(sys.stdin)) else BUSY)
