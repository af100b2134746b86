"""The binlog of a MariaDB server as a stream of events from one position to another; positions are GTID lists."""

import hashlib
import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Final, Self

import pymysql
from pymysql.cursors import Cursor
from pymysqlreplication import BinLogStreamReader
from pymysqlreplication.event import (
    BinLogEvent,
    FormatDescriptionEvent,
    HeartbeatLogEvent,
    MariadbGtidEvent,
    NotImplementedEvent,
    QueryEvent,
    XAPrepareEvent,
    XidEvent,
)
from pymysqlreplication.row_event import DeleteRowsEvent, TableMapEvent, UpdateRowsEvent, WriteRowsEvent

from jutong.dataflow.connectors.errors import SourceUnreachable
from jutong.dataflow.connectors.mariadb_changes_errors import BinlogPurged, BinlogRefused
from jutong.dataflow.connectors.mariadb_session import (
    MariadbPlace,
    backticked,
    connection_settings,
    translated,
)
from jutong.dataflow.connectors.settings import ReadLimits

ROWS: Final = (WriteRowsEvent, UpdateRowsEvent, DeleteRowsEvent)
_EVENTS: Final = (
    *ROWS,
    FormatDescriptionEvent,
    MariadbGtidEvent,
    QueryEvent,
    XidEvent,
    XAPrepareEvent,
    TableMapEvent,
    HeartbeatLogEvent,
    NotImplementedEvent,
)
_HEARTBEAT_S: Final = 5
_SILENCE_S: Final = 60
_DENIED: Final = frozenset({1044, 1045, 1227})
_NO_POSITION: Final = 1236
_ORIGIN: Final = "0-0-0"
"""Before the first transaction of a log that is still empty."""
_GTID: Final = re.compile(r"(\d+)-(\d+)-(\d+)")


class LogPosition:
    """After which transaction of each replication domain reading stands."""

    def __init__(self, text: str) -> None:
        """Raises `ValueError` for a text that is no list of GTIDs."""
        self._last: dict[int, tuple[int, int]] = {}
        for gtid in filter(None, (part.strip() for part in text.split(","))):
            found = _GTID.fullmatch(gtid)
            if found is None:
                raise ValueError(text)
            domain, server, number = map(int, found.groups())
            if number:
                self._last[domain] = (server, number)

    def advance(self, domain: int, server: int, number: int) -> None:
        self._last[domain] = (server, number)

    def has(self, other: "LogPosition") -> bool:
        """Whether everything before `other` lies before this one too."""
        return all(self.number(domain) >= other.number(domain) for domain in other.domains())

    def domains(self) -> tuple[int, ...]:
        return tuple(self._last)

    def number(self, domain: int) -> int:
        """Of the last transaction of a domain; 0 before its first."""
        return self._last.get(domain, (0, 0))[1]

    def for_server(self) -> str:
        """As a replica says it; empty for the beginning."""
        return ",".join(
            f"{domain}-{server}-{number}" for domain, (server, number) in sorted(self._last.items())
        )

    def __str__(self) -> str:
        return self.for_server() or _ORIGIN


def present_position(cursor: Cursor) -> LogPosition:
    """After the newest transaction in the server's log."""
    cursor.execute("SELECT @@global.gtid_binlog_pos")
    (text,) = cursor.fetchone() or ("",)
    return LogPosition(str(text or ""))


class LogStream:
    """One connection that the server sends its log on; it never reads a part of it twice.

    The library would connect anew after a loss and start over from its first position, so a second connection of
    the stream is refused: the caller's next reading goes on from the position that it has stored.
    """

    def __init__(
        self,
        place: MariadbPlace,
        limits: ReadLimits,
        *,
        table: tuple[str, str],
        reader: str,
        start: LogPosition,
        cursor: Cursor,
    ) -> None:
        self._place = place
        self._cursor = cursor
        self._thread = 0
        self._connections = 0
        self._reader = BinLogStreamReader(
            connection_settings={**connection_settings(place, limits), "read_timeout": _SILENCE_S},
            server_id=server_id(place, reader),
            is_mariadb=True,
            auto_position=start.for_server(),
            blocking=True,
            slave_heartbeat=_HEARTBEAT_S,
            only_schemas=[table[0]],
            only_tables=[table[1]],
            only_events=list(_EVENTS),
            filter_non_implemented_events=False,
            enable_logging=False,
            pymysql_wrapper=self._connect,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._reader.close()
        # Else the server notices at its next heartbeat, and keeps the files of its log in use until then.
        with suppress(pymysql.MySQLError, OSError):
            self._cursor.execute(f"KILL CONNECTION {self._thread}")

    def next(self) -> BinLogEvent:
        """Waits for the next event; at the end of the log a heartbeat comes every few seconds.

        Raises:
            BinlogPurged: the server no longer has what follows the start.
            BinlogRefused: the account may not read the log.
            SourceUnreachable: the connection is lost.
        """
        try:
            event = self._reader.fetchone()
        except (pymysql.MySQLError, OSError) as error:
            raise self._told(error) from error
        if event is None:
            raise SourceUnreachable(place=str(self._place))
        return event

    def _connect(self, **settings: Any) -> "pymysql.connections.Connection[Any]":
        """First the stream, then what the library asks the server about itself."""
        self._connections += 1
        if self._connections > 2:
            raise SourceUnreachable(place=str(self._place))
        if self._connections == 1:
            settings["init_command"] = "SET net_write_timeout = 3600"
        elif "db" in settings:  # the library's name of it, which PyMySQL has left behind
            settings["database"] = settings.pop("db")
        connection = pymysql.connect(**settings)
        self._thread = self._thread or connection.thread_id()
        return connection

    def _told(self, error: Exception) -> Exception:
        number, message = (*error.args, "", "")[:2]
        if number == _NO_POSITION and "gtid" in str(message).lower():
            return BinlogPurged(place=str(self._place))
        if number in _DENIED:
            return refused(self._place)
        return translated(self._place, error)


def refused(place: MariadbPlace) -> BinlogRefused:
    statement = f"GRANT REPLICATION SLAVE ON *.* TO {backticked(place.user)}@'%';"
    return BinlogRefused(place=str(place), statement=statement)


def server_id(place: MariadbPlace, reader: str) -> int:
    """A replica's number, one for each reader and far from those that people give."""
    digest = hashlib.sha256(f"{place}/{place.table}/{reader}".encode()).digest()
    return 0x8000_0000 | int.from_bytes(digest[:4], "big")


def variables(cursor: Cursor) -> Mapping[str, str]:
    """The server's settings of its log, by name, in capitals."""
    cursor.execute(
        "SHOW GLOBAL VARIABLES WHERE variable_name IN ('log_bin', 'binlog_format', 'binlog_row_image',"
        " 'binlog_row_metadata', 'log_bin_compress')"
    )
    return {str(name).lower(): str(value).upper() for name, value in cursor.fetchall()}
