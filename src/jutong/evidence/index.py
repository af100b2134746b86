"""Questions to the evidence: a SQLite file that loads what is new in the segments and answers by page."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jutong.evidence.records import EvidenceRecord, StoredRecord, read_records
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor

_COLUMNS: Final = (
    "kind",
    "time",
    "service",
    "operation",
    "outcome",
    "request_id",
    "client_id",
    "actor",
    "consumer",
    "provider",
    "entry",
    "grant_id",
    "application_id",
    "items",
    "purpose",
    "rows",
    "key_digest",
    "latency_us",
)
_INDEXED: Final = (
    "grant_id",
    "consumer",
    "provider",
    "entry",
    "service",
    "client_id",
    "application_id",
    "request_id",
)
_GROUPS: Final[Mapping[str, str]] = {
    "entry": "entry",
    "service": "service",
    "grant_id": "grant_id",
    "application_id": "application_id",
    "consumer": "consumer",
    "provider": "provider",
    "client_id": "client_id",
    "outcome": "outcome",
    "kind": "kind",
    "operation": "operation",
    # The business day is one of Asia/Shanghai (UTC+8 without summer time since 1992).
    "day": "date(time / 1000000 + 28800, 'unixepoch')",
}
_LOAD_BATCH: Final = 5000


@dataclass(frozen=True, slots=True)
class CallCount:
    """How often it happened within one group: all calls, those that gave data, rows given, mean time (µs)."""

    group: tuple[str, ...]
    calls: int
    answered: int
    rows: int
    mean_latency_us: int


class EvidenceIndex:
    """An index over `folder`; safe to lose (it is made again) and to share between processes.

    It shows what the segments say; whether they may be believed is for `verify_folder`.
    """

    def __init__(self, folder: Path, *, path: Path | None = None) -> None:
        self.folder = folder
        self.path = path or folder / "index.sqlite"

    def refresh(self) -> int:
        """Load what was written since the last time; the number of records that came."""
        with self._connection() as connection:
            connection.execute("BEGIN IMMEDIATE")
            start = dict(connection.execute("SELECT segment, offset FROM loaded").fetchall())
            count, batch = 0, []
            for stored in read_records(self.folder, after=start):
                batch.append(stored)
                if len(batch) == _LOAD_BATCH:
                    count += _insert(connection, batch)
                    batch = []
            count += _insert(connection, batch)
            connection.execute("COMMIT")
        return count

    def calls(
        self,
        *,
        grant_id: str | None = None,
        department: str | None = None,
        consumer: str | None = None,
        provider: str | None = None,
        entry: str | None = None,
        service: str | None = None,
        client_id: str | None = None,
        application_id: str | None = None,
        request_id: str | None = None,
        outcome: str | None = None,
        kind: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        limit: int = DEFAULT_LIMIT,
        after: str | None = None,
    ) -> Page[EvidenceRecord]:
        """Newest first; `department` finds the calls in which it is consumer or provider; `until` is excluded.

        Raises:
            CursorInvalid: `after` is no cursor of such a page.
        """
        where, values = _conditions(
            {
                "grant_id": grant_id,
                "consumer": consumer,
                "provider": provider,
                "entry": entry,
                "service": service,
                "client_id": client_id,
                "application_id": application_id,
                "request_id": request_id,
                "outcome": outcome,
                "kind": kind,
            },
            department=department,
            since=since,
            until=until,
        )
        if after is not None:
            where.append("(time, id) < (?, ?)")
            values += decode_numbers(after, width=2)
        columns = ", ".join(_COLUMNS)
        condition = " AND ".join(where) or "1"
        query = f"SELECT time, id, {columns} FROM calls WHERE {condition} ORDER BY time DESC, id DESC LIMIT ?"  # noqa: S608 - names are ours
        self.refresh()
        with self._connection() as connection:
            found = connection.execute(query, [*values, limit + 1]).fetchall()
        more = len(found) > limit
        rows = found[:limit]
        return Page(
            rows=tuple(_record(row[2:]) for row in rows),
            next_cursor=encode_cursor(rows[-1][:2]) if more else None,
        )

    def counts(
        self,
        by: Sequence[str],
        *,
        department: str | None = None,
        entry: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[CallCount, ...]:
        """Counts per group; `by` names one or more of entry, service, grant_id, consumer, provider, day, outcome …

        Raises KeyError for a group that is none of these.
        """
        groups = ", ".join(_GROUPS[name] for name in by)
        where, values = _conditions({"entry": entry}, department=department, since=since, until=until)
        query = (
            f"SELECT {groups}, count(*), sum(outcome = 'ok'), sum(rows), avg(latency_us) FROM calls "  # noqa: S608 - names are ours
            f"WHERE {' AND '.join(where) or '1'} GROUP BY {groups} ORDER BY {groups}"
        )
        self.refresh()
        with self._connection() as connection:
            found = connection.execute(query, values).fetchall()
        width = len(by)
        return tuple(
            CallCount(
                tuple(map(str, row[:width])),
                row[width],
                row[width + 1],
                row[width + 2],
                round(row[width + 3]),
            )
            for row in found
        )

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        connection = sqlite3.connect(self.path, isolation_level=None, timeout=30)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=NORMAL")
            _create(connection)
            yield connection
        finally:
            connection.close()


def _create(connection: sqlite3.Connection) -> None:
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'calls'").fetchone():
        return
    columns = ", ".join(
        f"{name} INTEGER NOT NULL" if name in {"time", "rows", "latency_us"} else f"{name} TEXT NOT NULL"
        for name in _COLUMNS
    )
    connection.execute("BEGIN IMMEDIATE")
    connection.execute(
        "CREATE TABLE IF NOT EXISTS loaded (segment TEXT PRIMARY KEY, offset INTEGER NOT NULL)"
    )
    connection.execute(f"CREATE TABLE IF NOT EXISTS calls (id INTEGER PRIMARY KEY, {columns})")
    connection.execute("CREATE INDEX IF NOT EXISTS by_time ON calls (time)")
    for name in _INDEXED:
        connection.execute(f"CREATE INDEX IF NOT EXISTS by_{name} ON calls ({name}, time)")
    connection.execute("COMMIT")


def _insert(connection: sqlite3.Connection, batch: list[StoredRecord]) -> int:
    marks = ", ".join("?" * len(_COLUMNS))
    connection.executemany(
        f"INSERT INTO calls ({', '.join(_COLUMNS)}) VALUES ({marks})",  # noqa: S608 - names are ours
        [_values(stored.record) for stored in batch],
    )
    connection.executemany(
        "INSERT INTO loaded VALUES (?, ?) ON CONFLICT (segment) DO UPDATE SET offset = excluded.offset",
        list({stored.segment: stored.offset for stored in batch}.items()),
    )
    return len(batch)


def _values(record: EvidenceRecord) -> list[Any]:
    fields = dict(zip(record.__slots__, astuple(record), strict=True))
    fields["time"] = _microseconds(record.time)
    fields["items"] = ",".join(record.items)
    return [fields[name] for name in _COLUMNS]


def _record(row: Sequence[Any]) -> EvidenceRecord:
    fields = dict(zip(_COLUMNS, row, strict=True))
    fields["time"] = datetime.fromtimestamp(fields["time"] / 1_000_000, UTC)
    fields["items"] = tuple(filter(None, fields["items"].split(",")))
    return EvidenceRecord(**fields)


def _microseconds(at: datetime) -> int:
    return round(at.timestamp() * 1_000_000)


def _conditions(
    equal: Mapping[str, str | None], *, department: str | None, since: datetime | None, until: datetime | None
) -> tuple[list[str], list[Any]]:
    where: list[str] = []
    values: list[Any] = []
    for name, value in equal.items():
        if value is not None:
            where.append(f"{name} = ?")
            values.append(value)
    if department is not None:
        where.append("(consumer = ? OR provider = ?)")
        values += [department, department]
    if since is not None:
        where.append("time >= ?")
        values.append(_microseconds(since))
    if until is not None:
        where.append("time < ?")
        values.append(_microseconds(until))
    return where, values
