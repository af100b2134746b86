"""Sessions of a MariaDB or MySQL server: read-only, in UTC, and what the server says against us as our errors."""

import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

import pymysql
from pymysql.cursors import Cursor, SSCursor

from jutong.dataflow.connectors.errors import (
    ConnectorError,
    DatabaseMissing,
    OptionInvalid,
    SourceUnreachable,
    TableMissing,
)
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.server_errors import RightMissing, SignInRefused, TlsNeeded
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.kernel.settings import Secret

_READ_TIMEOUT_S: Final = 600
# Dates that do not exist must give NULL and no error; names are quoted by backticks alone; texts are not padded.
SETTING_UP: Final = ("SET time_zone = '+00:00'", "SET sql_mode = ''")
_SIGN_IN: Final = frozenset({1044, 1045, 1130, 1698, 3118, 4151})
_NO_RIGHT: Final = frozenset({1142, 1143, 1227})
_TLS_NEEDED: Final = frozenset({3159, 4031})
_NO_DATABASE: Final = 1049
_NO_TABLE: Final = frozenset({1051, 1146})


@dataclass(frozen=True, slots=True, kw_only=True)
class MariadbPlace:
    """Where the table is; the password never shows in a representation."""

    host: str
    port: int
    database: str
    user: str
    password: Secret
    table: str
    tls: str = ""
    """Empty: none; `require`: encrypted; `verify`: encrypted, and the server's certificate is checked."""

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"

    def address(self) -> str:
        """For ConnectorX; it holds the password."""
        who = quote(self.user, safe="")
        password = self.password.reveal()
        secret = f":{quote(password, safe='')}" if password else ""
        host = f"[{self.host}]" if ":" in self.host else self.host
        database = quote(self.database, safe="")
        return f"mysql://{who}{secret}@{host}:{self.port}/{database}?tcp_keepalive_time_ms=30000&prefer_socket=false"


def mariadb_place(options: Mapping[str, Any]) -> MariadbPlace:
    """Raises `OptionInvalid` where something is missing or malformed."""
    for name in ("host", "database", "user", "table"):
        if not text_option(options, name):
            raise OptionInvalid(option=name, reason_zh="不能为空", reason_en="it must not be empty")
    tls = text_option(options, "tls")
    if tls not in {"", "require", "verify"}:
        raise OptionInvalid(
            option="tls", reason_zh="应为 require 或 verify", reason_en="it must be require or verify"
        )
    return MariadbPlace(
        host=text_option(options, "host"),
        port=number_option(options, "port", 3306, low=1, high=65535),
        database=text_option(options, "database"),
        user=text_option(options, "user"),
        password=Secret(text_option(options, "password")),
        table=text_option(options, "table"),
        tls=tls,
    )


@contextmanager
def mariadb_session(
    place: MariadbPlace, limits: ReadLimits, *, streaming: bool = False
) -> Iterator["pymysql.connections.Connection[Cursor]"]:
    """A connection in one read-only snapshot (REPEATABLE READ); errors name no secret.

    With `streaming`, rows come from the server as they are asked for and are not held here.
    """
    try:
        connection = pymysql.connect(
            **connection_settings(place, limits),
            database=place.database,
            cursorclass=SSCursor if streaming else Cursor,
        )
        # A server that accepts and stays silent ends like one that does not answer; a long statement does not.
        connection._read_timeout = _READ_TIMEOUT_S  # noqa: SLF001
        try:
            with connection.cursor() as cursor:
                for statement in (
                    *SETTING_UP,
                    f"SET net_write_timeout = {_READ_TIMEOUT_S * 6}",
                    "SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ",
                    "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY",
                ):
                    cursor.execute(statement)
            yield connection
        finally:
            # Not `close()`: it would first read what a streaming cursor has left unread.
            if connection._result is not None:  # noqa: SLF001
                connection._result.unbuffered_active = False  # noqa: SLF001
            connection._force_close()  # noqa: SLF001
    except (pymysql.MySQLError, OSError) as error:
        raise translated(place, error) from error


def connection_settings(place: MariadbPlace, limits: ReadLimits) -> dict[str, Any]:
    """For PyMySQL; they hold the password."""
    return {
        "host": place.host,
        "port": place.port,
        "user": place.user,
        "password": place.password.reveal(),
        "charset": "utf8mb4",
        "connect_timeout": limits.connect_timeout_s,
        "read_timeout": limits.connect_timeout_s,
        "program_name": "jutong",
        **_tls(place),
    }


def _tls(place: MariadbPlace) -> dict[str, Any]:
    if not place.tls:
        return {"ssl_disabled": True}
    context = ssl.create_default_context()
    if place.tls == "require":
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return {"ssl": context}


def translated(place: MariadbPlace, error: BaseException) -> ConnectorError:
    """What the server or the network said, as our error."""
    number = error.args[0] if error.args else None
    if number in _SIGN_IN:
        return SignInRefused(place=str(place))
    if number in _NO_RIGHT:
        return RightMissing(place=str(place), table=place.table)
    if number in _TLS_NEEDED:
        return TlsNeeded(place=str(place))
    if number == _NO_DATABASE:
        return DatabaseMissing(place=f"{place.host}:{place.port}")
    if number in _NO_TABLE:
        return TableMissing(place=str(place), table=place.table)
    return SourceUnreachable(place=str(place))


def backticked(name: str) -> str:
    """A name of the source as an SQL identifier, whatever it contains."""
    return "`" + name.replace("`", "``") + "`"
