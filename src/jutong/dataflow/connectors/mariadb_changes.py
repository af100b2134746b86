"""The change log of a MariaDB table: row events of the binlog, followed by GTID as a replica does."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Final

from pymysql.cursors import Cursor

from jutong.dataflow.connectors.mariadb_changes_errors import (
    BinlogOff,
    BinlogOfMysql,
    BinlogPurged,
    BinlogSetting,
    ColumnUnlogged,
    TableKeyless,
)
from jutong.dataflow.connectors.mariadb_columns import MariadbColumn
from jutong.dataflow.connectors.mariadb_following import Followed, Follower
from jutong.dataflow.connectors.mariadb_log import LogPosition, LogStream, present_position, variables
from jutong.dataflow.connectors.mariadb_log_values import LoggedColumn
from jutong.dataflow.connectors.mariadb_ranges import TableShape
from jutong.dataflow.connectors.mariadb_session import MariadbPlace, backticked, mariadb_session
from jutong.dataflow.connectors.protocol import ChangeBatch
from jutong.dataflow.connectors.settings import ReadLimits

_POLL_S: Final = 0.2
_WANTED: Final = {
    "binlog_format": "ROW",
    "binlog_row_image": "FULL",
    "binlog_row_metadata": "FULL",
    "log_bin_compress": "OFF",
}


class FollowsBinlog:
    """The `ChangeLogConnector` side of a table; its class knows the place, the limits and the columns.

    The server keeps its log by its own settings (`binlog_expire_logs_seconds`), whether somebody reads it or not.
    """

    _place: MariadbPlace
    _limits: ReadLimits
    _columns: tuple[MariadbColumn, ...]
    _shape: TableShape

    def start_changes(self, name: str) -> str:
        """The log's present end, after checks that from here on it tells everything of this table.

        Raises:
            BinlogOff, BinlogSetting, BinlogRefused, TableKeyless: what an administrator has to do first.
            BinlogOfMysql, ColumnUnlogged: this table cannot be followed.
        """
        with self._watching() as cursor:
            self._require_settings(cursor)
            followed = self._followed(cursor)
            if not self._shape.key:
                table = backticked(self._place.table)
                raise TableKeyless(
                    table=self._place.table, statement=f"ALTER TABLE {table} ADD PRIMARY KEY (…);"
                )
            position = present_position(cursor)
            with self._log_stream(cursor, followed, name, position) as stream:
                stream.next()  # the log's own format: the account may read it
            return str(position)

    def changes(self, name: str, position: str, *, limit: int, wait_s: float) -> Iterator[ChangeBatch]:
        """Batches after `position`; the last may have no row, when only other tables changed.

        A batch holds whole transactions, so that a huge one is one batch. Dates that do not exist are null. After a
        batch with `schema_changed` it ends: a connector opened anew knows the columns.

        Raises:
            ChangesLost: the log no longer has `position`, or the table changed in a way that it does not tell.
            SourceUnreachable: the connection was lost; what was not yielded comes with the next call.
        """
        at = self._parsed(position)
        with ExitStack() as stack:
            cursor = stack.enter_context(self._watching())
            follower = Follower(self._followed(cursor), cursor, at, limit=limit)
            stream: LogStream | None = None
            quiet_since = time.monotonic()
            while True:
                target = present_position(cursor)
                if not target.has(at):  # the log was begun anew
                    raise BinlogPurged(place=str(self._place))
                if stream is None and not at.has(target):
                    stream = stack.enter_context(self._log_stream(cursor, follower.followed, name, at))
                if stream is not None:
                    for batch in follower.up_to(target, stream):
                        yield batch
                        quiet_since = time.monotonic()
                        if batch.schema_changed:
                            return
                if time.monotonic() - quiet_since >= wait_s:
                    break
                time.sleep(min(_POLL_S, wait_s))
            if follower.moved:
                yield follower.batch()

    def acknowledge(self, name: str, position: str) -> None:
        """Nothing to do: how long the log is kept is the server's setting."""

    def stop_changes(self, name: str) -> None:
        """Nothing to do: the server keeps nothing for a reader."""

    def _parsed(self, position: str) -> LogPosition:
        try:
            return LogPosition(position)
        except ValueError as error:
            raise BinlogPurged(place=str(self._place)) from error

    def _log_stream(self, cursor: Cursor, followed: Followed, name: str, start: LogPosition) -> LogStream:
        return LogStream(
            self._place,
            self._limits,
            table=(followed.database, followed.table),
            reader=name,
            start=start,
            cursor=cursor,
        )

    @contextmanager
    def _watching(self) -> Iterator[Cursor]:
        """A connection that holds no snapshot."""
        with mariadb_session(self._place, self._limits) as connection, connection.cursor() as cursor:
            connection.rollback()
            connection.autocommit(True)
            yield cursor

    def _require_settings(self, cursor: Cursor) -> None:
        cursor.execute("SELECT version()")
        (version,) = cursor.fetchone() or ("",)
        if "mariadb" not in str(version).lower():
            raise BinlogOfMysql(place=str(self._place))
        found = variables(cursor)
        if found.get("log_bin") != "ON":
            raise BinlogOff(place=str(self._place))
        for setting, wanted in _WANTED.items():
            if found.get(setting, wanted) != wanted:
                raise BinlogSetting(
                    place=str(self._place),
                    setting=setting,
                    found=found[setting],
                    wanted=wanted,
                    statement=f"SET GLOBAL {setting} = '{wanted}';",
                )

    def _followed(self, cursor: Cursor) -> Followed:
        """The table as the log names it, its keys, and what only the log needs of its columns."""
        place = (self._place.database, self._place.table)
        cursor.execute(
            "SELECT table_schema, table_name, table_type FROM information_schema.tables"
            " WHERE table_schema = %s AND table_name = %s",
            place,
        )
        database, table, kind = cursor.fetchone() or (*place, "")
        if kind == "SYSTEM VERSIONED":
            raise ColumnUnlogged(table=table, column="row_start", type=kind)
        cursor.execute(
            "SELECT column_name, column_type, character_set_name FROM information_schema.columns"
            " WHERE table_schema = %s AND table_name = %s",
            place,
        )
        facts = {name: (declared, charset) for name, declared, charset in cursor.fetchall()}
        cursor.execute(
            "SELECT DISTINCT column_name FROM information_schema.statistics"
            " WHERE table_schema = %s AND table_name = %s AND non_unique = 0",
            place,
        )
        keys = frozenset(str(name) for (name,) in cursor.fetchall())
        return Followed(
            place=str(self._place),
            database=str(database),
            table=str(table),
            keys=keys,
            columns=tuple(self._logged(column, facts.get(column.name)) for column in self._columns),
        )

    def _logged(self, column: MariadbColumn, facts: Sequence[str | None] | None) -> LoggedColumn:
        declared, charset = facts or ("", None)
        logged = LoggedColumn(column=column, declared=str(declared), charset=charset or "")
        if not logged.readable:
            raise ColumnUnlogged(table=self._place.table, column=column.name, type=str(declared))
        return logged
