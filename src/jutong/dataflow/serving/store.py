"""Reading snapshots: the current version of each service, reopened when another is published."""

import json
import sqlite3
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from jutong.dataflow.serving.cells import Cell, Row
from jutong.dataflow.serving.errors import ItemUnknown, KeySetUnknown, SnapshotUnusable
from jutong.dataflow.serving.pointers import CURRENT, current_name
from jutong.dataflow.serving.snapshots import ROW_NUMBER

_CHECK_SECONDS: Final = 0.2
_MMAP_BYTES: Final = 1 << 40  # as much as the file has; the pages are shared between processes


class Snapshot:
    """One version of a service's rows, read-only. Used by one thread at a time."""

    def __init__(self, path: Path) -> None:
        """Raises sqlite3.Error, or ValueError, when the file is no snapshot."""
        uri = f"file:{quote(str(path))}?mode=ro&immutable=1"
        self._db = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None)
        try:
            self._db.execute(f"PRAGMA mmap_size={_MMAP_BYTES}")
            meta = json.loads(self._db.execute("SELECT content FROM meta").fetchone()[0])
        except BaseException:
            self._db.close()
            raise
        self.service: str = meta["service"]
        self.version: int = meta["version"]
        self.rows: int = meta["rows"]
        self.published_at = datetime.fromisoformat(meta["published_at"])
        self.fields: tuple[str, ...] = tuple(meta["fields"])
        self.key_sets: tuple[tuple[str, ...], ...] = tuple(map(tuple, meta["key_sets"]))
        self.listed: bool = meta["listed"]
        self._known = frozenset(frozenset(keys) for keys in self.key_sets)
        self._key = frozenset(self.key_sets[0] if self.key_sets else ())
        self._query = lru_cache(maxsize=256)(self._make_query)

    def find(
        self,
        keys: Mapping[str, str],
        *,
        columns: Sequence[str],
        limit: int,
        after: int = 0,
        filters: Sequence[tuple[str, Sequence[str]]] = (),
    ) -> list[Row]:
        """Rows whose items equal `keys`, each as (row number, *columns), by row number after `after`.

        No keys at all lists the rows, where the contract says so. `filters` are (item, allowed values).
        Every value is bound, never part of the query's text.

        Raises:
            KeySetUnknown: the entry is not kept by this set of items.
            ItemUnknown: a column or a condition names an item that this version of the rows does not have.
        """
        names = tuple(keys)
        query = self._query(names, tuple(columns), tuple((item, len(allowed)) for item, allowed in filters))
        values: list[Any] = [value.strip() for value in keys.values()]
        values.append(after)
        for _, allowed in filters:
            values.extend(allowed)
        values.append(limit)
        return self._db.execute(query, values).fetchall()

    def sample(
        self, *, columns: Sequence[str], limit: int, filters: Sequence[tuple[str, Sequence[str]]] = ()
    ) -> list[tuple[Cell, ...]]:
        """Some rows that pass `filters`, for a preview (dry run); which ones is of no meaning."""
        names = ", ".join(map(self._column, columns))
        where = [self._allowed(item, len(allowed)) for item, allowed in filters]
        query = f"SELECT {names} FROM rows WHERE {' AND '.join(where) or '1'} LIMIT ?"  # noqa: S608 - checked names
        values = [value for _, allowed in filters for value in allowed]
        return self._db.execute(query, [*values, limit]).fetchall()

    def close(self) -> None:
        self._db.close()

    def _make_query(
        self, keys: tuple[str, ...], columns: tuple[str, ...], filters: tuple[tuple[str, int], ...]
    ) -> str:
        if frozenset(keys) not in self._known and not (not keys and self.listed):
            raise KeySetUnknown(service=self.service, keys="+".join(keys) or "-")
        where = [f'"{name}" = ?' for name in keys] + [f'"{ROW_NUMBER}" > ?']
        where += [self._allowed(item, count) for item, count in filters]
        names = ", ".join([f'"{ROW_NUMBER}"', *map(self._column, columns)])
        return f'SELECT {names} FROM rows WHERE {" AND ".join(where)} ORDER BY "{ROW_NUMBER}" LIMIT ?'  # noqa: S608 - checked names

    def _allowed(self, item: str, count: int) -> str:
        """Conditions are texts; a number of the register equals the text that it is written as."""
        return f"CAST({self._column(item)} AS TEXT) IN ({', '.join('?' * count)})"

    def _column(self, name: str) -> str:
        if name not in self.fields:
            raise ItemUnknown(service=self.service, item=name)
        # An empty key is kept as an empty text, because a table in key order knows no null.
        return f"nullif(\"{name}\", '')" if name in self._key else f'"{name}"'


class SnapshotStore:
    """The current snapshot of each service below `folder`; looks for a new version at most five times a second."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._open: dict[str, Snapshot] = {}
        self._seen: dict[str, tuple[float, tuple[int, int] | None]] = {}

    def get(self, service: str) -> Snapshot | None:
        """The snapshot of `service`; None when nothing is published.

        Raises:
            SnapshotUnusable: the current version cannot be opened.
        """
        now = time.monotonic()
        checked_at, mark = self._seen.get(service, (0.0, None))
        if now - checked_at < _CHECK_SECONDS:
            return self._open.get(service)
        folder = self.folder / service
        found = _mark(folder)
        if found != mark or (found is not None and service not in self._open):
            self._reopen(service, folder)
        self._seen[service] = (now, found)
        return self._open.get(service)

    def close(self) -> None:
        for snapshot in self._open.values():
            snapshot.close()
        self._open.clear()
        self._seen.clear()

    def _reopen(self, service: str, folder: Path) -> None:
        name = current_name(folder)
        try:
            fresh = Snapshot(folder / name) if name else None
        except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
            raise SnapshotUnusable(service=service) from error
        old = self._open.pop(service, None)
        if fresh is not None:
            self._open[service] = fresh
        if old is not None:
            old.close()


def _mark(folder: Path) -> tuple[int, int] | None:
    """Changes whenever `current` was switched."""
    try:
        status = (folder / CURRENT).stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_ino


def published_services(folder: Path) -> Iterator[str]:
    """Every service that has a current snapshot."""
    for path in sorted(folder.glob(f"*/{CURRENT}")):
        yield path.parent.name


def open_current(folder: Path, service: str) -> "closing[Snapshot] | None":
    """The current snapshot for one `with` block, e.g. the dry run on an approval's page.

    Raises:
        SnapshotUnusable: it cannot be opened.
    """
    name = current_name(folder / service)
    if name is None:
        return None
    try:
        return closing(Snapshot(folder / service / name))
    except (sqlite3.Error, ValueError, TypeError, KeyError) as error:
        raise SnapshotUnusable(service=service) from error
