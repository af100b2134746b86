"""Sessions of a PostgreSQL server: one read-only snapshot, and what the server says against us as our errors."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from psycopg.conninfo import conninfo_to_dict

from jutong.dataflow.connectors.errors import (
    ConnectorError,
    DatabaseMissing,
    OptionInvalid,
    SourceChanged,
    SourceUnreachable,
    TableMissing,
)
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.server_errors import RightMissing, SignInRefused
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.kernel.settings import Secret

# What a connection string may say; the rest (services, files, other servers) is not a department's to choose.
_OF_DSN: Final = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "user": "user",
    "password": "password",
}
_SIGN_IN: Final = ("authentication failed", "no password supplied", "no pg_hba.conf entry", 'role "')
_NO_RIGHT: Final = "42501"
_NO_DATABASE: Final = "3D000"


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresPlace:
    """Where the table is; the password never shows in a representation."""

    host: str
    port: int
    database: str
    user: str
    password: Secret
    schema: str
    table: str

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"


def place_of(options: Mapping[str, Any]) -> PostgresPlace:
    options = {**_of_dsn(text_option(options, "dsn")), **options}
    for name in ("host", "database", "user", "table"):
        if not text_option(options, name):
            raise OptionInvalid(option=name, reason_zh="不能为空", reason_en="it must not be empty")
    return PostgresPlace(
        host=text_option(options, "host"),
        port=number_option(options, "port", 5432, low=1, high=65535),
        database=text_option(options, "database"),
        user=text_option(options, "user"),
        password=Secret(text_option(options, "password")),
        schema=text_option(options, "schema") or "public",
        table=text_option(options, "table"),
    )


def _of_dsn(dsn: str) -> dict[str, Any]:
    """The options that a connection string stands for; the message never repeats it, it holds a password."""
    try:
        known = conninfo_to_dict(dsn)
    except psycopg.Error:
        known = {"?": ""}
    if not known.keys() <= _OF_DSN.keys():
        raise OptionInvalid(
            option="dsn",
            reason_zh="应形如 postgresql://用户:口令@主机:端口/库，不含其他参数",
            reason_en="write it as postgresql://user:password@host:port/database, without other parameters",
        )
    return {_OF_DSN[name]: value for name, value in known.items()}


_SETTINGS: Final = (
    "-c timezone=UTC -c datestyle=ISO -c lock_timeout=10s -c extra_float_digits=1 -c bytea_output=hex"
)


@contextmanager
def session_of(place: PostgresPlace, limits: ReadLimits) -> Iterator[psycopg.Connection[Any]]:
    """A read-only snapshot; what the server says against it becomes an error that names no secret."""
    options = f"-c default_transaction_read_only=on {_SETTINGS}"
    with _translated_errors(place), _connected(place, limits, options) as connection:
        connection.read_only = True
        connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        yield connection


@contextmanager
def own_session(
    place: PostgresPlace,
    limits: ReadLimits,
    *,
    translate: Callable[[psycopg.Error], ConnectorError | None] = lambda _error: None,
) -> Iterator[psycopg.Connection[Any]]:
    """A session of single statements, for what is no reading of rows: slots and publications."""
    with _translated_errors(place, translate), _connected(place, limits, _SETTINGS) as connection:
        connection.autocommit = True
        yield connection


def _connected(place: PostgresPlace, limits: ReadLimits, options: str) -> psycopg.Connection[Any]:
    return psycopg.connect(
        host=place.host,
        port=place.port,
        dbname=place.database,
        user=place.user,
        password=place.password.reveal() or None,
        connect_timeout=limits.connect_timeout_s,
        application_name="jutong",
        options=options,
    )


@contextmanager
def _translated_errors(
    place: PostgresPlace,
    translate: Callable[[psycopg.Error], ConnectorError | None] = lambda _error: None,
) -> Iterator[None]:
    try:
        yield
    except psycopg.Error as error:
        raise translate(error) or _translated(place, error) from error


def _translated(place: PostgresPlace, error: psycopg.Error) -> ConnectorError:
    state = error.sqlstate or ""
    text = str(error)
    if state == _NO_RIGHT:
        return RightMissing(place=str(place), table=place.table)
    if state.startswith("28") or any(said in text for said in _SIGN_IN):
        return SignInRefused(place=str(place))
    if state == _NO_DATABASE or ('database "' in text and "does not exist" in text):
        return DatabaseMissing(place=f"{place.host}:{place.port}")
    if state in {"42P01", "3F000"}:
        return TableMissing(place=str(place), table=place.table)
    if state == "42703":  # a column that was there a moment ago
        return SourceChanged(place=f"{place}.{place.table}")
    return SourceUnreachable(place=str(place))
