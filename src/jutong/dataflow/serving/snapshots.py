"""Immutable snapshots for point look-ups: one SQLite file a version, built beside and switched in one step.

Measured choice (docs/decisions): a table in key order, opened read-only, immutable and memory-mapped, answers a
look-up in some 12 µs.
"""

import json
import os
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa

from jutong.dataflow.serving.cells import Row, rows_of, text
from jutong.dataflow.serving.errors import ItemUnknown
from jutong.dataflow.serving.pointers import outdated, scratch, switch
from jutong.vocabulary.catalogue import Meaning
from jutong.vocabulary.contracts import EntryContract

ROW_NUMBER: Final = "_row"
# Letters of these are upper case by their standards, but sources and callers write them either way: look-ups
# ignore their case, and the value stays as the source wrote it.
ANY_CASE: Final = frozenset({Meaning.CITIZEN_ID, Meaning.USCC, Meaning.ORGANISATION_CODE, Meaning.VIN})


@dataclass(frozen=True, slots=True)
class SnapshotInfo:
    """A published snapshot."""

    service: str
    version: int
    rows: int
    size_bytes: int
    published_at: datetime
    path: Path


def snapshot_path(folder: Path, service: str, version: int) -> Path:
    return folder / service / f"v{version}.sqlite"


def version_of(path: Path) -> int:
    return int(path.stem.removeprefix("v"))


def key_sets_of(contract: EntryContract) -> tuple[tuple[str, ...], ...]:
    """The sets of items by which rows can be found; without a declared one, the items marked as key."""
    declared = tuple(keys for keys in contract.query_keys if keys)
    marked = tuple(item.field for item in contract.items if item.key)
    return declared or ((marked,) if marked else ())


def publish_snapshot(
    folder: Path, contract: EntryContract, batches: Iterable[pa.RecordBatch], version: int
) -> SnapshotInfo:
    """Write `batches` as snapshot `version` of the entry's service below `folder` and make it the current one.

    Columns that are no items of the contract are left out. On any error nothing is published. Publishing a version
    again (a job that was interrupted, a contract that changed) replaces it; readers keep the file they have open.

    Raises:
        ItemUnknown: a query key is no item of the contract.
    """
    fields = [item.field for item in contract.items]
    for field in {name for keys in key_sets_of(contract) for name in keys} - set(fields):
        raise ItemUnknown(service=contract.service, item=field)
    path = snapshot_path(folder, contract.service, version)
    path.parent.mkdir(parents=True, exist_ok=True)
    with scratch(path.parent, path.name) as work:
        published_at = datetime.now(UTC)
        rows = _build(work / "snapshot", contract, rows_of(batches, fields), version, published_at)
        _sync(work / "snapshot")
        (work / "snapshot").replace(path)
    switch(path.parent, path.name)
    for old in outdated(path.parent.glob("v*.sqlite"), version_of=version_of, current=path.name):
        old.unlink(missing_ok=True)
    return SnapshotInfo(contract.service, version, rows, path.stat().st_size, published_at, path)


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the rows of a contract lie in the file."""

    fields: tuple[str, ...]
    key: tuple[str, ...]
    """The key set in whose order the table is kept; empty: in the order of arrival."""
    others: tuple[tuple[str, ...], ...]
    any_case: frozenset[str]
    listed: bool
    """Whether rows can be given in the order of arrival, without a key."""

    @classmethod
    def of(cls, contract: EntryContract) -> "_Layout":
        key_sets = key_sets_of(contract)
        keyed = {name for keys in key_sets for name in keys}
        return cls(
            fields=tuple(item.field for item in contract.items),
            key=key_sets[0] if key_sets else (),
            others=key_sets[1:],
            any_case=frozenset(i.field for i in contract.items if i.field in keyed and i.meaning in ANY_CASE),
            listed=not key_sets or () in contract.query_keys,
        )

    @property
    def key_sets(self) -> tuple[tuple[str, ...], ...]:
        return (self.key, *self.others) if self.key else ()

    @property
    def keyed(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for keys in self.key_sets for name in keys))


def _build(
    path: Path, contract: EntryContract, rows: Iterator[Row], version: int, published_at: datetime
) -> int:
    layout = _Layout.of(contract)
    with closing(_open_for_building(path)) as db:
        _create_rows(db, layout, layout.key)
        count = _load_in_key_order(db, path, layout, rows) if layout.key else _insert(db, layout, rows)
        for number, keys in enumerate(layout.others):
            db.execute(f"CREATE INDEX keys_{number} ON rows ({_names(keys)})")
        if layout.key and layout.listed:
            db.execute(f"CREATE UNIQUE INDEX listed ON rows ({_names([ROW_NUMBER])})")
        meta = {
            "service": contract.service,
            "version": version,
            "rows": count,
            "published_at": published_at.isoformat(),
            "fields": layout.fields,
            "key_sets": layout.key_sets,
            "listed": layout.listed,
        }
        db.execute("CREATE TABLE meta (content TEXT NOT NULL)")
        db.execute("INSERT INTO meta VALUES (?)", [json.dumps(meta, ensure_ascii=False)])
        db.execute("ANALYZE")
    return count


def _load_in_key_order(db: sqlite3.Connection, path: Path, layout: _Layout, rows: Iterator[Row]) -> int:
    """Insert sorted: unsorted, each row of a large table would touch another page."""
    staged_path = path.with_name("staged")
    with closing(_open_for_building(staged_path)) as staged:
        _create_rows(staged, layout, ())
        count = _insert(staged, layout, rows)
    names, order = _names([ROW_NUMBER, *layout.fields]), _names([*layout.key, ROW_NUMBER])
    db.execute("ATTACH ? AS staging", [str(staged_path)])
    db.execute("BEGIN")
    db.execute(f"INSERT INTO main.rows ({names}) SELECT {names} FROM staging.rows ORDER BY {order}")  # noqa: S608 - names are of the contract
    db.execute("COMMIT")
    db.execute("DETACH staging")
    return count


def _open_for_building(path: Path) -> sqlite3.Connection:
    db = sqlite3.connect(path, isolation_level=None)
    for pragma in ("page_size=8192", "journal_mode=OFF", "synchronous=OFF", "cache_size=-65536"):
        db.execute(f"PRAGMA {pragma}")
    return db


def _create_rows(db: sqlite3.Connection, layout: _Layout, key: tuple[str, ...]) -> None:
    columns = [_column(name, layout, in_key=name in key) for name in layout.fields]
    if key:
        number, primary = f'"{ROW_NUMBER}" INTEGER NOT NULL', f"PRIMARY KEY ({_names([*key, ROW_NUMBER])})"
        db.execute(f"CREATE TABLE rows ({', '.join([number, *columns, primary])}) WITHOUT ROWID")
    else:
        number = f'"{ROW_NUMBER}" INTEGER PRIMARY KEY'
        db.execute(f"CREATE TABLE rows ({', '.join([number, *columns])})")


def _column(name: str, layout: _Layout, *, in_key: bool) -> str:
    if name not in layout.keyed:
        return f'"{name}"'
    collation = " COLLATE NOCASE" if name in layout.any_case else ""
    return f'"{name}" TEXT{collation}{" NOT NULL" if in_key else ""}'


def _insert(db: sqlite3.Connection, layout: _Layout, rows: Iterator[Row]) -> int:
    marks = ", ".join("?" * (len(layout.fields) + 1))
    db.execute("BEGIN")
    cursor = db.executemany(
        f"INSERT INTO rows ({_names([ROW_NUMBER, *layout.fields])}) VALUES ({marks})",  # noqa: S608 - names are of the contract
        _numbered(rows, layout),
    )
    db.execute("COMMIT")
    return max(cursor.rowcount, 0)


def _numbered(rows: Iterator[Row], layout: _Layout) -> Iterator[Row]:
    """Rows with their number first; keys as text, and an empty key of the table as an empty text."""
    places = [(layout.fields.index(name), name in layout.key) for name in layout.keyed]
    for number, row in enumerate(rows, start=1):
        cells = list(row)
        for place, never_null in places:
            value = text(cells[place])
            cells[place] = "" if value is None and never_null else value
        yield (number, *cells)


def _names(fields: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in fields)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
