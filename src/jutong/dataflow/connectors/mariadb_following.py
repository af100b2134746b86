"""Events of a MariaDB binlog put together again: transactions, the rows of one table in them, batches."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import pyarrow as pa
from pymysql.cursors import Cursor
from pymysqlreplication.event import (
    BinLogEvent,
    MariadbGtidEvent,
    NotImplementedEvent,
    QueryEvent,
    XidEvent,
)
from pymysqlreplication.row_event import DeleteRowsEvent, RowsEvent, TableMapEvent, UpdateRowsEvent

from jutong.dataflow.connectors.mariadb_changes_errors import BinlogSetting, RowsChangedUnlogged
from jutong.dataflow.connectors.mariadb_log import ROWS, LogPosition, LogStream
from jutong.dataflow.connectors.mariadb_log_values import Decode, LoggedColumn, decoder, row
from jutong.dataflow.connectors.mariadb_statements import Effect, effect_on
from jutong.dataflow.connectors.protocol import ChangeBatch, ChangeKind

_CHUNK: Final = 8_192
_AT_ONCE: Final = 500
_STANDALONE, _XA_PREPARED = 1, 64
_COMPRESSED: Final = range(165, 172)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """The table as the log names it."""

    place: str
    database: str
    table: str
    keys: frozenset[str]
    """Columns of the primary key and of other unique keys."""
    columns: tuple[LoggedColumn, ...]


class ChangedRows:
    """Changes in their order, as columns; only the newest few thousand are kept as Python values."""

    def __init__(self, followed: Followed, cursor: Cursor) -> None:
        self._columns = followed.columns
        self._cursor = cursor
        self._rows: list[Sequence[Any]] = []
        self._ops: list[str] = []
        self._chunks: list[pa.RecordBatch] = []
        self.count = 0

    def add(self, kind: ChangeKind, values: Sequence[Any]) -> None:
        self._rows.append(values)
        self._ops.append(kind.value)
        self.count += 1
        if len(self._rows) >= _CHUNK:
            self._pack()

    def clear(self) -> None:
        self._rows, self._ops, self._chunks, self.count = [], [], [], 0

    def taken(self) -> pa.RecordBatch:
        """All of them, which then are no longer here."""
        self._pack()
        whole = pa.concat_batches(self._chunks)
        self.clear()
        sequence = pa.array(range(whole.num_rows), pa.int64())
        kept = pa.array([[]] * whole.num_rows, pa.list_(pa.string()))
        names = [*whole.schema.names[:-1], "_op", "_seq", "_kept"]
        return pa.record_batch([*whole.columns, sequence, kept], names=names)

    def _pack(self) -> None:
        by_column = zip(*self._rows, strict=True) if self._rows else ((),) * len(self._columns)
        arrays = [
            column.array(self._rendered(column, values))
            for column, values in zip(self._columns, by_column, strict=True)
        ]
        names = [*(column.column.name for column in self._columns), "_op"]
        self._chunks.append(pa.record_batch([*arrays, pa.array(self._ops, pa.string())], names=names))
        self._rows, self._ops = [], []

    def _rendered(self, column: LoggedColumn, values: Sequence[Any]) -> Sequence[Any]:
        """Values that only the server turns into text: shapes, rare character sets."""
        if not column.at_server:
            return values
        wanted = list({value for value in values if value is not None})
        texts: dict[bytes, str] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            part = wanted[start : start + _AT_ONCE]
            parts = (column.at_server.format(f"x'{value.hex()}'") for value in part)
            self._cursor.execute(f"SELECT {', '.join(parts)}")
            texts.update(zip(part, self._cursor.fetchone() or (), strict=True))
        return [None if value is None else texts[value] for value in values]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How the row images of one version of the table are read."""

    decoders: tuple[Decode, ...]
    order: tuple[int | None, ...]
    """Where each of the table's columns stands in the image; None: the image is older than the column."""

    def values(self, image: Sequence[Any]) -> list[Any]:
        return [None if place is None else image[place] for place in self.order]


class Follower:
    """Reads a stream from transaction to transaction and gives batches that end where one ends."""

    def __init__(self, followed: Followed, cursor: Cursor, at: LogPosition, *, limit: int) -> None:
        self.followed = followed
        self._limit = limit
        self._at = at
        self._told = str(at)
        self._rows = ChangedRows(followed, cursor)
        self._keys = tuple(
            place for place, one in enumerate(followed.columns) if one.column.name in followed.keys
        )
        self._layouts: dict[int, _Layout] = {}
        self._open: MariadbGtidEvent | None = None
        self._emptied = self._reshaped = False
        self._committed_at: datetime | None = None

    @property
    def moved(self) -> bool:
        """Whether transactions ended since the last batch."""
        return str(self._at) != self._told

    def batch(self) -> ChangeBatch:
        """What came since the last one."""
        self._told = str(self._at)
        emptied, reshaped = self._emptied, self._reshaped
        self._emptied = self._reshaped = False
        return ChangeBatch(
            rows=self._rows.taken(),
            position=self._told,
            committed_at=self._committed_at,
            truncated=emptied,
            schema_changed=reshaped,
        )

    def up_to(self, target: LogPosition, stream: LogStream) -> Iterator[ChangeBatch]:
        """Batches until `target` is reached, which the log must have.

        Raises:
            RowsChangedUnlogged: after what came before has been given.
        """
        while not self._at.has(target):
            event = stream.next()
            try:
                self._take(event)
            except RowsChangedUnlogged:
                if self._rows.count or self._emptied:
                    yield self.batch()
                raise
            if self._open is None and (self._reshaped or self._rows.count >= self._limit):
                yield self.batch()
        if self._rows.count or self._emptied or self._reshaped:
            yield self.batch()

    def _take(self, event: BinLogEvent) -> None:
        if isinstance(event, MariadbGtidEvent):
            self._close(event)
            self._open = event
        elif isinstance(event, TableMapEvent):
            self._layouts[event.table_id] = self._layout(event)
        elif isinstance(event, ROWS):
            if self._open is not None and self._open.flags & _XA_PREPARED:
                self._unlogged("XA PREPARE")
            self._add(event)
        elif isinstance(event, QueryEvent):
            self._statement(event)
        elif isinstance(event, NotImplementedEvent):
            if event.event_type in _COMPRESSED:
                raise BinlogSetting(
                    place=self.followed.place,
                    setting="log_bin_compress",
                    found="ON",
                    wanted="OFF",
                    statement="SET GLOBAL log_bin_compress = 'OFF';",
                )
        else:  # its commit; a heartbeat or a new file, which come between transactions
            self._close(event)

    def _close(self, event: BinLogEvent) -> None:
        """The open transaction ends here."""
        if self._open is None:
            return
        gtid = self._open
        self._open = None
        self._at.advance(gtid.domain_id, gtid.server_id, gtid.gtid_seq_no)
        stamp = event.timestamp if isinstance(event, XidEvent | QueryEvent) else gtid.timestamp
        self._committed_at = datetime.fromtimestamp(stamp, UTC)

    def _statement(self, event: QueryEvent) -> None:
        verb = event.query[:20].upper().split()
        if verb[:1] == ["COMMIT"]:
            self._close(event)
            return
        if verb[:1] == ["ROLLBACK"]:
            if self._rows.count:
                self._unlogged("ROLLBACK")
            if verb[1:2] != ["TO"]:
                self._close(event)
            return
        effect = effect_on(
            event.query,
            default=event.schema.decode(),
            database=self.followed.database,
            table=self.followed.table,
        )
        if effect is Effect.UNLOGGED:
            self._unlogged(" ".join(verb[:2]))
        if effect in {Effect.EMPTIED, Effect.REMADE}:
            self._rows.clear()
            self._emptied = True
        if effect in {Effect.RESHAPED, Effect.REMADE}:
            self._reshaped = True
        if self._open is not None and self._open.flags & _STANDALONE:
            self._close(event)

    def _add(self, event: RowsEvent) -> None:
        layout = self._layouts[event.table_id]
        for bitmap in (event.columns_present_bitmap, getattr(event, "columns_present_bitmap2", None)):
            if bitmap is not None and not _all_set(bitmap, len(layout.decoders)):
                self._unlogged("binlog_row_image")
        data = event.packet.read(event.event_size - event.packet.read_bytes)
        at = 0
        while at < len(data):
            image, at = row(data, at, layout.decoders)
            values = layout.values(image)
            if isinstance(event, UpdateRowsEvent):
                image, at = row(data, at, layout.decoders)
                after = layout.values(image)
                if any(values[place] != after[place] for place in self._keys):
                    self._rows.add(ChangeKind.DELETE, self._key_alone(values))
                    self._rows.add(ChangeKind.INSERT, after)
                else:
                    self._rows.add(ChangeKind.UPDATE, after)
            elif isinstance(event, DeleteRowsEvent):
                self._rows.add(ChangeKind.DELETE, self._key_alone(values))
            else:
                self._rows.add(ChangeKind.INSERT, values)

    def _key_alone(self, values: Sequence[Any]) -> list[Any]:
        return [value if place in self._keys else None for place, value in enumerate(values)]

    def _layout(self, event: TableMapEvent) -> _Layout:
        wanted = {one.column.name: one for one in self.followed.columns}
        for logged in event.columns:
            if logged.name in wanted and not wanted[logged.name].fits(logged):  # read by newer columns
                self._unlogged("ALTER TABLE")
        names = [logged.name for logged in event.columns]
        return _Layout(
            decoders=tuple(decoder(logged, wanted.get(logged.name)) for logged in event.columns),
            order=tuple(names.index(name) if name in names else None for name in wanted),
        )

    def _unlogged(self, operation: str) -> None:
        raise RowsChangedUnlogged(table=self.followed.table, operation=operation)


def _all_set(bitmap: bytes, bits: int) -> bool:
    return int.from_bytes(bitmap, "little") & (full := (1 << bits) - 1) == full
