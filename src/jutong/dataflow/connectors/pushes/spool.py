"""The spool: what a source pushed, on disk before it is acknowledged, each message known by its id or offset.

A source has a folder of its own: segments `<number of the first record>.jsonl`, one record a line, and beside
them `index.sqlite`, which knows the ids that were taken in. The index follows the segments: what a crash left
out of it is read again. Records are numbered from 1 without gaps; a reader's position is such a number.
"""

import fcntl
import os
import shutil
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Final, Self

import msgspec

from jutong.dataflow.connectors.pushes.errors import SpoolDamaged, SpoolFull, SpoolUnwritable
from jutong.dataflow.connectors.pushes.messages import Backlog, Kept, Message, Record
from jutong.dataflow.connectors.pushes.segments import cut, first_number, last_line, sync_folder
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.kernel.home import PRIVATE, DataHome

_SUFFIX: Final = ".jsonl"
_KEEP_IDS: Final = timedelta(days=30)
_SCHEMA: Final = """
BEGIN;
CREATE TABLE IF NOT EXISTS taken (id TEXT PRIMARY KEY, number INTEGER NOT NULL, at TEXT NOT NULL, receipt TEXT) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS streams (name TEXT PRIMARY KEY, at INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS upto (number INTEGER NOT NULL);
INSERT INTO upto VALUES (0);
PRAGMA user_version = 1;
COMMIT;
"""


@dataclass(slots=True)
class _Tail:
    """Where the next record goes."""

    path: Path
    size: int
    number: int
    checked: tuple[str, int] = field(default=("", -1))


_decoder: Final = msgspec.json.Decoder(Record)


class Spool:
    """One source's spool; any number of processes and threads may append, one after another."""

    def __init__(self, folder: Path, settings: SpoolSettings | None = None) -> None:
        self.folder = folder
        self._settings = settings or SpoolSettings()
        self._lock = threading.Lock()
        self._tail: _Tail | None = None

    @classmethod
    def of(cls, home: DataHome, source: str, settings: SpoolSettings | None = None) -> Self:
        return cls(home.pushed / source, settings)

    # Writing

    def append(self, messages: Sequence[Message], *, at: datetime) -> tuple[Kept, ...]:
        """Take the messages in; when this returns they are on disk, and a crash does not lose them.

        Raises:
            SpoolFull: the source has to wait until what it pushed before was collected; nothing was taken in.
            SpoolUnwritable: the disk refuses; nothing was taken in.
        """
        with self._alone() as index:
            tail = self._end()
            self._catch_up(index, tail)
            kept, lines, fresh = self._sorted(index, messages, tail.number, at)
            if lines:
                self._require_room(sum(map(len, lines)))
                self._write(b"".join(lines), tail, len(lines))
                _note(index, fresh)
        return kept

    def forget_stream(self, name: str) -> None:
        """The stream begins anew (its topic was made again): its next offsets count as new."""
        with self._alone() as index:
            index.execute("DELETE FROM streams WHERE name = ?", [name])
            index.commit()

    def forget(self, through: int, *, at: datetime) -> int:
        """Remove the segments whose records are all committed, up to number `through`; how many went.

        What was taken in stays known by its id for thirty days more.
        """
        with self._alone() as index:
            tail = self._end()
            self._catch_up(index, tail)
            index.execute("DELETE FROM taken WHERE at < ?", [(at - _KEEP_IDS).isoformat()])
            index.commit()
            index.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # on disk before what it was made from goes
            if tail.size and through >= tail.number - 1:
                self._begin(tail)
            segments = self._segments()
            gone = [path for path, following in pairwise(segments) if first_number(following) <= through + 1]
            for path in gone:
                path.unlink()
            return len(gone)

    def offset(self, stream: str) -> int | None:
        """The last offset of the stream that was taken in."""
        if not self.folder.is_dir():
            return None
        with self._alone() as index:
            self._catch_up(index, self._end())
            row = index.execute("SELECT at FROM streams WHERE name = ?", [stream]).fetchone()
        return None if row is None else int(row[0])

    def knows(self, message_id: str) -> bool:
        """Whether a message of this id was taken in."""
        if not self.folder.is_dir():
            return False
        with self._alone() as index:
            self._catch_up(index, self._end())
            return index.execute("SELECT 1 FROM taken WHERE id = ?", [message_id]).fetchone() is not None

    # Reading

    def end(self) -> int:
        """The number of the newest record; 0 when nothing was ever taken in."""
        if not self.folder.is_dir():
            return 0
        with self._flock():
            return self._end().number - 1

    def records(self, after: int = 0, until: int | None = None) -> Iterator[Record]:
        """Records with numbers above `after`, up to `until`, in order.

        Raises:
            SpoolDamaged: a line is unreadable, or records that were not yet read are missing.
        """
        last = self.end() if until is None else until
        expected = after + 1
        for path in self._segments_after(after):
            with path.open("rb") as file:
                for line in file:
                    record = self._decoded(path, line)
                    if record.number > last:
                        return
                    if record.number < expected:
                        continue
                    if record.number != expected:
                        raise SpoolDamaged(name=path.name, number=expected)
                    expected += 1
                    yield record
        if expected <= last:
            raise SpoolDamaged(name=self.folder.name, number=expected)

    def backlog(self, after: int = 0) -> Backlog:
        """What is left for a reader at position `after`."""
        records = max(0, self.end() - after)
        if not records:
            return Backlog(records=0, size_bytes=0, oldest_at=None)
        size = sum(path.stat().st_size for path in self._segments_after(after))
        first = next(self.records(after, after + 1), None)
        return Backlog(records=records, size_bytes=size, oldest_at=first.at if first else None)

    # Inside

    @contextmanager
    def _alone(self) -> Iterator[sqlite3.Connection]:
        self._make()
        with self._flock(), closing(sqlite3.connect(self.folder / "index.sqlite", timeout=30)) as index:
            index.execute("PRAGMA journal_mode=WAL")
            index.execute("PRAGMA synchronous=NORMAL")
            if index.execute("PRAGMA user_version").fetchone()[0] == 0:
                index.executescript(_SCHEMA)
            yield index

    @contextmanager
    def _flock(self) -> Iterator[None]:
        with self._lock, (self.folder / "lock").open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make(self) -> None:
        try:
            self.folder.parent.mkdir(mode=PRIVATE, parents=True, exist_ok=True)
            self.folder.mkdir(mode=PRIVATE, exist_ok=True)
        except OSError as error:
            raise SpoolUnwritable(reason=error.strerror or "OSError") from error

    def _segments(self) -> list[Path]:
        return sorted(self.folder.glob(f"*{_SUFFIX}"))

    def _segments_after(self, after: int) -> list[Path]:
        segments = self._segments()
        begun = [place for place, path in enumerate(segments) if first_number(path) <= after + 1]
        return segments[begun[-1] if begun else 0 :]

    def _end(self) -> _Tail:
        """The end of the newest segment, a torn line cut off; the folder is ours alone meanwhile."""
        segments = self._segments()
        if not segments:
            return self._begin(_Tail(path=self.folder, size=0, number=1))
        path = segments[-1]
        known, size = self._tail, path.stat().st_size
        if known is not None and (known.path, known.size) == (path, size):
            return known
        whole, last = last_line(path, size)
        if whole < size:
            cut(path, whole)
        number = self._decoded(path, last).number + 1 if last else first_number(path)
        self._tail = _Tail(path=path, size=whole, number=number)
        return self._tail

    def _begin(self, tail: _Tail) -> _Tail:
        """A new, empty segment."""
        path = self.folder / f"{tail.number:016d}{_SUFFIX}"
        os.close(os.open(path, os.O_CREAT | os.O_WRONLY, 0o600))
        sync_folder(self.folder)
        self._tail = _Tail(path=path, size=0, number=tail.number)
        return self._tail

    def _write(self, content: bytes, tail: _Tail, records: int) -> None:
        if tail.size and tail.size + len(content) > self._settings.segment_mb * 1024 * 1024:
            tail = self._begin(tail)
        self._tail = None
        try:
            with tail.path.open("r+b") as file:
                file.seek(tail.size)
                try:
                    file.write(content)
                    file.flush()
                    os.fdatasync(file.fileno())
                except OSError:
                    with suppress(OSError):
                        file.truncate(tail.size)
                    raise
        except OSError as error:
            raise SpoolUnwritable(reason=error.strerror or "OSError") from error
        self._tail = _Tail(path=tail.path, size=tail.size + len(content), number=tail.number + records)

    def _require_room(self, more: int) -> None:
        held = sum(path.stat().st_size for path in self._segments())
        limit = self._settings.max_mb * 1024 * 1024
        if held + more > limit and held:
            raise SpoolFull(held_mb=held >> 20, limit_mb=self._settings.max_mb)
        if shutil.disk_usage(self.folder).free < self._settings.keep_free_mb * 1024 * 1024 + more:
            raise SpoolFull(held_mb=held >> 20, limit_mb=self._settings.max_mb)

    def _sorted(
        self, index: sqlite3.Connection, messages: Sequence[Message], number: int, at: datetime
    ) -> tuple[tuple[Kept, ...], list[bytes], list[Record]]:
        """Each message's fate, the lines to write, and their records."""
        kept: list[Kept] = []
        lines: list[bytes] = []
        fresh: list[Record] = []
        known = _Known(index)
        for message in messages:
            before = known.of(message)
            if before is not None:
                kept.append(before)
                continue
            record = Record(
                number=number + len(fresh),
                at=at,
                id=message.id,
                stream=message.stream,
                offset=message.offset,
                rows=[dict(row) for row in message.rows],
                refused=list(message.refused),
                receipt=dict(message.receipt) if message.receipt is not None else None,
            )
            known.add(record)
            fresh.append(record)
            lines.append(msgspec.json.encode(record) + b"\n")
            kept.append(Kept(number=record.number, receipt=record.receipt))
        return tuple(kept), lines, fresh

    def _catch_up(self, index: sqlite3.Connection, tail: _Tail) -> None:
        """Bring the index to the end of the segments: a crash may have come between the two."""
        upto = int(index.execute("SELECT number FROM upto").fetchone()[0])
        missing = []
        if upto < tail.number - 1:
            for path in self._segments_after(upto):
                with path.open("rb") as file:
                    missing += [
                        record for line in file if (record := self._decoded(path, line)).number > upto
                    ]
            _note(index, missing)

    @staticmethod
    def _decoded(path: Path, line: bytes) -> Record:
        try:
            return _decoder.decode(line)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise SpoolDamaged(name=path.name, number=first_number(path)) from error


class _Known:
    """What the index and this very batch know."""

    def __init__(self, index: sqlite3.Connection) -> None:
        self._index = index
        self._ids: dict[str, Kept] = {}
        self._offsets: dict[str, int] = {}

    def of(self, message: Message) -> Kept | None:
        if message.stream and message.offset <= self._offset(message.stream):
            return Kept(number=0, duplicate=True)
        if not message.id or message.first:
            return None
        if message.id in self._ids:
            return self._ids[message.id]
        row = self._index.execute("SELECT number, receipt FROM taken WHERE id = ?", [message.id]).fetchone()
        if row is None:
            return None
        receipt = msgspec.json.decode(row[1]) if row[1] else None
        return Kept(number=int(row[0]), duplicate=True, receipt=receipt)

    def add(self, record: Record) -> None:
        if record.stream:
            self._offsets[record.stream] = record.offset
        if record.id:
            self._ids[record.id] = Kept(number=record.number, duplicate=True, receipt=record.receipt)

    def _offset(self, stream: str) -> int:
        if stream not in self._offsets:
            row = self._index.execute("SELECT at FROM streams WHERE name = ?", [stream]).fetchone()
            self._offsets[stream] = -1 if row is None else int(row[0])
        return self._offsets[stream]


def _note(index: sqlite3.Connection, records: Sequence[Record]) -> None:
    if not records:
        return
    with index:
        index.executemany(
            "INSERT OR IGNORE INTO taken VALUES (?, ?, ?, ?)",
            [
                (
                    record.id,
                    record.number,
                    record.at.isoformat(),
                    msgspec.json.encode(record.receipt).decode() if record.receipt is not None else None,
                )
                for record in records
                if record.id
            ],
        )
        index.executemany(
            "INSERT INTO streams VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET at = excluded.at",
            [(record.stream, record.offset) for record in records if record.stream],
        )
        index.execute("UPDATE upto SET number = ?", [records[-1].number])
