"""Changes of a PostgreSQL table, pulled from a logical slot over an ordinary connection (pgoutput).

Nothing is lost and nothing counted twice: the slot keeps every change until `acknowledge`, and a reader that was
killed in between sees it again under the same position.
"""

import hashlib
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import psycopg
import pyarrow as pa
from psycopg import sql

from jutong.dataflow.connectors.changes_errors import (
    ChangeLogOff,
    ChangeLogRefused,
    ChangesLost,
    RowsUnidentified,
    SlotBusy,
)
from jutong.dataflow.connectors.errors import ConnectorError
from jutong.dataflow.connectors.pgoutput import KEPT, Decoder, Transaction, Values
from jutong.dataflow.connectors.postgresql_session import PostgresPlace, own_session
from jutong.dataflow.connectors.postgresql_texts import as_batch
from jutong.dataflow.connectors.protocol import ChangeBatch
from jutong.dataflow.connectors.settings import ReadLimits

_POLL_S: Final = 0.2
_LONGEST_NAME: Final = 48
_BUSY, _NO_RIGHT, _NOT_THERE = "55006", "42501", "42704"
_LOG = pa.schema([("_op", pa.string()), ("_seq", pa.int64()), ("_kept", pa.list_(pa.string()))])


class FollowsChanges:
    """The `ChangeLogConnector` side of a table; its class knows the place, the limits and the columns."""

    _place: PostgresPlace
    _limits: ReadLimits
    _schema: pa.Schema

    def start_changes(self, name: str) -> str:
        """Make publication and slot where they are missing; the position that the slot stands at.

        Raises:
            ChangeLogOff, ChangeLogRefused, RowsUnidentified: what an administrator has to do first.
            ChangesLost: the slot is there, and the server has dropped what it waited for.
        """
        slot = slot_name(name)
        with self._following() as connection:
            self._require_log(connection)
            self._require_publication(connection, slot)
            found = connection.execute(
                "SELECT confirmed_flush_lsn::text, wal_status FROM pg_replication_slots WHERE slot_name = %s",
                (slot,),
            ).fetchone()
            if found is None:
                made = connection.execute(
                    "SELECT lsn::text FROM pg_create_logical_replication_slot(%s, 'pgoutput')", (slot,)
                ).fetchone()
                return str(made[0]) if made else ""
            if found[1] == "lost":
                raise ChangesLost(place=str(self._place))
            return str(found[0])

    def changes(self, name: str, position: str, *, limit: int, wait_s: float) -> Iterator[ChangeBatch]:
        """Batches after `position`; each is to be committed and acknowledged before the next is asked for.

        A batch holds whole transactions, so that a huge one is one batch. Without changes of this table the slot is
        moved on all the same: the server need not keep what concerns others.

        Raises:
            ChangesLost: the slot is gone.
        """
        slot, reached = slot_name(name), _number(position)
        decoder = Decoder(self._place.schema, self._place.table)
        quiet_since = time.monotonic()
        with self._following() as connection:
            while True:
                present = connection.execute("SELECT pg_current_wal_lsn()::text").fetchone()
                messages = self._peeked(connection, slot, limit)
                done = [one for one in decoder.transactions(messages) if one.end > reached]
                if done:
                    reached = done[-1].end
                if any(one.changes or one.truncated or one.reshaped for one in done):
                    quiet_since = time.monotonic()
                    yield self._batch(connection, done, _text(reached))
                    continue
                if messages:
                    self._advance(connection, slot, _text(reached))
                elif present and _number(present[0]) > reached:
                    reached = _number(present[0])
                    self._advance(connection, slot, present[0])
                if time.monotonic() - quiet_since >= wait_s:
                    return
                time.sleep(_POLL_S)

    def acknowledge(self, name: str, position: str) -> None:
        with self._following() as connection:
            self._advance(connection, slot_name(name), position)

    def stop_changes(self, name: str) -> None:
        """Drop slot and publication: an idle slot would keep the server's log for ever."""
        slot = slot_name(name)
        with self._following() as connection:
            connection.execute(
                "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s",
                (slot,),
            )
            connection.execute(sql.SQL("DROP PUBLICATION IF EXISTS {}").format(sql.Identifier(slot)))

    def _require_log(self, connection: psycopg.Connection[Any]) -> None:
        level = connection.execute("SHOW wal_level").fetchone()
        if level is None or level[0] != "logical":
            raise ChangeLogOff(place=str(self._place), statement="ALTER SYSTEM SET wal_level = logical;")
        account = connection.execute(
            "SELECT rolreplication OR rolsuper FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
        if account is None or not account[0]:
            user = sql.Identifier(self._place.user).as_string(connection)
            raise ChangeLogRefused(statement=f"ALTER ROLE {user} REPLICATION;")
        known = connection.execute(
            "SELECT c.relreplident::text, EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary) "
            "FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = %s AND c.relname = %s",
            (self._place.schema, self._place.table),
        ).fetchone()
        if known is None or known[0] == "n" or (known[0] == "d" and not known[1]):
            table = self._table_name(connection)
            raise RowsUnidentified(
                table=self._place.table, statement=f"ALTER TABLE {table} REPLICA IDENTITY FULL;"
            )

    def _require_publication(self, connection: psycopg.Connection[Any], slot: str) -> None:
        listed = connection.execute(
            "SELECT schemaname, tablename FROM pg_publication_tables WHERE pubname = %s", (slot,)
        ).fetchall()
        if (self._place.schema, self._place.table) in listed:
            return
        publication, table = sql.Identifier(slot), sql.Identifier(self._place.schema, self._place.table)
        there = connection.execute("SELECT FROM pg_publication WHERE pubname = %s", (slot,)).fetchone()
        form = (
            "ALTER PUBLICATION {} ADD TABLE {}" if there is not None else "CREATE PUBLICATION {} FOR TABLE {}"
        )
        statement = sql.SQL(form).format(publication, table)
        try:
            connection.execute(statement)
        except psycopg.errors.InsufficientPrivilege as error:
            raise ChangeLogRefused(statement=f"{statement.as_string(connection)};") from error

    def _peeked(self, connection: psycopg.Connection[Any], slot: str, limit: int) -> list[bytes]:
        with connection.cursor(binary=True) as cursor:
            cursor.execute(
                "SELECT data FROM pg_logical_slot_peek_binary_changes(%s, NULL, %s, 'proto_version', '1', "
                "'publication_names', %s)",
                (slot, limit, sql.Identifier(slot).as_string(connection)),
            )
            return [bytes(row[0]) for row in cursor.fetchall()]

    def _advance(self, connection: psycopg.Connection[Any], slot: str, position: str) -> None:
        connection.execute(
            "SELECT pg_replication_slot_advance(slot_name, %s::pg_lsn) FROM pg_replication_slots "
            "WHERE slot_name = %s AND confirmed_flush_lsn < %s::pg_lsn",
            (position, slot, position),
        )

    def _batch(
        self, connection: psycopg.Connection[Any], done: Sequence[Transaction], position: str
    ) -> ChangeBatch:
        emptied = max((place for place, one in enumerate(done) if one.truncated), default=-1)
        changes = [change for one in done[max(emptied, 0) :] for change in one.changes]
        names = tuple(self._schema.names)
        rows = [self._arranged(columns, values, names) for _op, columns, values in changes]
        self._fill_kept(connection, rows, done[-1].keys)
        batch = as_batch(rows, self._schema)
        log = [
            pa.array([op for op, _columns, _values in changes], pa.string()),
            pa.array(range(len(changes)), pa.int64()),
            pa.array([[] for _ in changes], pa.list_(pa.string())),
        ]
        schema = pa.schema([*self._schema, *_LOG])
        return ChangeBatch(
            rows=pa.RecordBatch.from_arrays([*batch.columns, *log], schema=schema),
            position=position,
            committed_at=_newest(done),
            truncated=emptied >= 0,
            schema_changed=any(one.reshaped for one in done)
            or any(columns != names for _op, columns, _values in changes),
        )

    @staticmethod
    def _arranged(columns: tuple[str, ...], values: Values, names: tuple[str, ...]) -> Values:
        """The values in the order of the columns that the connector knows; a column that is gone is empty."""
        if columns == names:
            return values
        known = dict(zip(columns, values, strict=True))
        return [known.get(name) for name in names]

    def _fill_kept(
        self, connection: psycopg.Connection[Any], rows: Sequence[Values], keys: Sequence[str]
    ) -> None:
        """Fetch what the log left out because it did not change: should it change later, the log says so later."""
        names = list(self._schema.names)
        places = [names.index(key) for key in keys if key in names]
        wanted = [row for row in rows if KEPT in row]
        for row in wanted:
            found = connection.execute(
                sql.SQL("SELECT {} FROM {} WHERE {}").format(
                    sql.SQL(", ").join(sql.SQL("{}::text").format(sql.Identifier(name)) for name in names),
                    sql.Identifier(self._place.schema, self._place.table),
                    sql.SQL(" AND ").join(
                        sql.SQL("{}::text = {}").format(sql.Identifier(names[place]), sql.Literal(row[place]))
                        for place in places
                    ),
                )
            ).fetchone()
            for place, value in enumerate(row):
                if value == KEPT:  # a row that is gone is deleted by a change to come
                    row[place] = found[place] if found else None

    def _table_name(self, connection: psycopg.Connection[Any]) -> str:
        return sql.Identifier(self._place.schema, self._place.table).as_string(connection)

    @contextmanager
    def _following(self) -> Iterator[psycopg.Connection[Any]]:
        with own_session(self._place, self._limits, translate=self._said) as connection:
            yield connection

    def _said(self, error: psycopg.Error) -> ConnectorError | None:
        """What a server's refusal means for who follows changes."""
        if error.sqlstate == _BUSY:
            return SlotBusy(slot=self._place.table)
        if error.sqlstate == _NOT_THERE:
            return ChangesLost(place=str(self._place))
        return None


def slot_name(name: str) -> str:
    """The slot and publication of a reader: its name, shortened by a digest where PostgreSQL has no room for it."""
    plain = "".join(letter if letter.isascii() and letter.isalnum() else "_" for letter in name.lower())
    if len(plain) > _LONGEST_NAME:
        plain = f"{plain[:39]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
    return f"jutong_{plain}"


def _newest(done: Sequence[Transaction]) -> datetime | None:
    return max((one.committed_at for one in done), default=None)


def _number(position: str) -> int:
    high, _, low = position.partition("/")
    return (int(high or "0", 16) << 32) + int(low or "0", 16)


def _text(position: int) -> str:
    return f"{position >> 32:X}/{position & 0xFFFFFFFF:X}"
