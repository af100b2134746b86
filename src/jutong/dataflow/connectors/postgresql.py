"""One table or view of a PostgreSQL database: COPY out in one read-only snapshot, parsed by Arrow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow as pa
import pyarrow.csv as pacsv
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from jutong.dataflow.connectors.errors import (
    ColumnUnreadable,
    ConnectorError,
    DatabaseMissing,
    OptionInvalid,
    SourceRefused,
    SourceUnreachable,
    TableMissing,
    TooManyColumns,
)
from jutong.dataflow.connectors.kinds import DATABASE, HOST, PASSWORD, TABLE, USER, KindSpec, Place, port
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.protocol import Capability, Finding, OptionSpec, RejectedLine, bounded
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.kernel.settings import Secret
from jutong.vocabulary.catalogue import FormatClass

# What a connection string may say; the rest (services, files, other servers) is not a department's to choose.
_OF_DSN: Final = {
    "host": "host",
    "port": "port",
    "dbname": "database",
    "user": "user",
    "password": "password",
}
# A NULL comes as this text and not as nothing: an empty text is a value in PostgreSQL.
_NULL: Final = "\\N"
_BLOCK_BYTES: Final = 4 << 20
_COLUMNS: Final = """
    SELECT a.attname, t.typname, a.atttypmod
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
    ORDER BY a.attnum
"""
_PLAIN_TYPES: Final[Mapping[str, pa.DataType]] = {
    "int2": pa.int64(),
    "int4": pa.int64(),
    "int8": pa.int64(),
    "oid": pa.int64(),
    "float4": pa.float64(),
    "float8": pa.float64(),
    "bool": pa.bool_(),
    "date": pa.date32(),
    "timestamp": pa.timestamp("us"),
    "timestamptz": pa.timestamp("us", tz="UTC"),
}
_REFUSED: Final = ("28", "42501")
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


class PostgresqlConnector:
    """One table, in one snapshot (REPEATABLE READ, read-only). Types without an Arrow twin come as text."""

    kind = "postgresql"
    capabilities = frozenset({Capability.SNAPSHOT, Capability.TYPED, Capability.REMOTE})
    spec = KindSpec(
        kind=kind,
        zh="PostgreSQL 数据库",
        en="PostgreSQL database",
        place=Place.SERVER,
        options=(
            replace(HOST, unless="dsn"),
            port(5432),
            replace(DATABASE, unless="dsn"),
            replace(USER, unless="dsn"),
            PASSWORD,
            OptionSpec(name="schema", zh="模式", en="Schema", default="public"),
            TABLE,
            OptionSpec(
                name="dsn",
                zh="连接串",
                en="Connection string",
                secret=True,
                hint_zh="可代替以上各项，如 postgresql://用户:口令@主机:端口/库；加密保存，不再显示。",
                hint_en="In the place of the above: postgresql://user:password@host:port/database. Kept encrypted.",
            ),
        ),
        capabilities=capabilities,
        format_class=FormatClass.DATABASE,
        format="postgresql",
        tested_zh="真实的 PostgreSQL 15 服务器",
        tested_en="A real PostgreSQL 15 server.",
        tables=True,
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        del root  # a server is not below the sources folder
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._place = place_of(options)
        with self._session() as connection:
            self._schema = self._find_schema(connection)
        if len(self._schema.names) > limits.max_columns:
            raise TooManyColumns(
                name=self._place.table, columns=len(self._schema.names), limit=limits.max_columns
            )

    def columns(self) -> tuple[str, ...]:
        return tuple(self._schema.names)

    def rejected(self) -> Sequence[RejectedLine]:
        return ()

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        return {"place": str(self._place), "schema": self._place.schema, "table": self._place.table}

    def read(self) -> Iterator[pa.RecordBatch]:
        names = sql.SQL(", ").join(sql.Identifier(name) for name in self._schema.names)
        query = sql.SQL(
            "COPY (SELECT {names} FROM {table}) TO STDOUT (FORMAT csv, ENCODING 'UTF8', NULL {null})"
        ).format(
            names=names,
            table=sql.Identifier(self._place.schema, self._place.table),
            null=sql.Literal(_NULL),
        )
        with self._session() as connection, connection.cursor() as cursor, cursor.copy(query) as copy:
            stream = _CopyStream(copy.read)
            # Arrow refuses an empty stream, and an empty table is none of its business.
            if not stream.fill():
                return
            try:
                with self._open(stream) as reader:
                    for batch in reader:
                        yield from bounded(batch, self._limits.batch_rows)
            except pa.ArrowInvalid as error:
                raise ColumnUnreadable(name=self._place.table, place=_column_of(error)) from error

    def _open(self, stream: "_CopyStream") -> pacsv.CSVStreamingReader:
        return pacsv.open_csv(
            pa.PythonFile(stream, mode="r"),
            read_options=pacsv.ReadOptions(
                column_names=self._schema.names, block_size=_BLOCK_BYTES, use_threads=False
            ),
            parse_options=pacsv.ParseOptions(newlines_in_values=True, ignore_empty_lines=False),
            convert_options=pacsv.ConvertOptions(
                column_types=self._schema,
                null_values=[_NULL],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["t"],
                false_values=["f"],
            ),
        )

    def _find_schema(self, connection: psycopg.Connection[Any]) -> pa.Schema:
        found = connection.execute(_COLUMNS, (self._place.schema, self._place.table)).fetchall()
        if not found:
            raise TableMissing(place=str(self._place), table=f"{self._place.schema}.{self._place.table}")
        return pa.schema([(name, _arrow_type(kind, modifier)) for name, kind, modifier in found])

    def _session(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return session_of(self._place, self._limits)


@contextmanager
def session_of(place: PostgresPlace, limits: ReadLimits) -> Iterator[psycopg.Connection[Any]]:
    """A read-only snapshot; what the server says against it becomes an error that names no secret."""
    try:
        with psycopg.connect(
            host=place.host,
            port=place.port,
            dbname=place.database,
            user=place.user,
            password=place.password.reveal() or None,
            connect_timeout=limits.connect_timeout_s,
            application_name="jutong",
            options="-c default_transaction_read_only=on -c timezone=UTC -c datestyle=ISO"
            " -c lock_timeout=10s -c extra_float_digits=1 -c bytea_output=hex",
        ) as connection:
            connection.read_only = True
            connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
            yield connection
    except psycopg.Error as error:
        raise _translated(place, error) from error


def _translated(place: PostgresPlace, error: psycopg.Error) -> ConnectorError:
    state = error.sqlstate or ""
    text = str(error)
    if state.startswith(_REFUSED) or "authentication failed" in text or "no password supplied" in text:
        return SourceRefused(place=str(place))
    if state == _NO_DATABASE or ('database "' in text and "does not exist" in text):
        return DatabaseMissing(place=f"{place.host}:{place.port}")
    if state in {"42P01", "3F000"}:
        return TableMissing(place=str(place), table=place.table)
    return SourceUnreachable(place=str(place))


class _CopyStream:
    """The blocks of a COPY as the file that Arrow reads; holds one block at a time."""

    def __init__(self, read: Callable[[], bytes | bytearray | memoryview]) -> None:
        self._read = read
        self._block = memoryview(b"")
        self.closed = False

    def fill(self) -> bool:
        """Make sure that something is held; False at the end."""
        if not self._block:
            self._block = memoryview(bytes(self._read()))
        return bool(self._block)

    def read(self, size: int = -1) -> bytes:
        parts = []
        left = size if size >= 0 else 1 << 62
        while left > 0 and self.fill():
            part, self._block = self._block[:left], self._block[left:]
            parts.append(part)
            left -= len(part)
        return b"".join(parts)

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return False

    def seekable(self) -> bool:
        return False

    def close(self) -> None:
        self.closed = True


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


def _arrow_type(kind: str, modifier: int) -> pa.DataType:
    if kind == "numeric" and modifier >= 4:
        precision, scale = ((modifier - 4) >> 16) & 0xFFFF, (modifier - 4) & 0x7FF
        if precision <= 38 and scale <= precision:
            return pa.decimal128(precision, scale)
    return _PLAIN_TYPES.get(kind, pa.string())


def _column_of(error: pa.ArrowInvalid) -> str:
    """Arrow's message names the column's number and the value; only the number goes on."""
    text = str(error)
    start = text.find("column #")
    return text[start : text.find(":", start)] if start >= 0 else "?"
