"""One table or view of a PostgreSQL database: COPY out in one read-only snapshot, parsed by Arrow."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import psycopg
import pyarrow as pa
from psycopg import sql

from jutong.dataflow.connectors.errors import (
    BoundInvalid,
    ColumnMissing,
    ColumnUnreadable,
    TableMissing,
    TooManyColumns,
)
from jutong.dataflow.connectors.kinds import DATABASE, HOST, PASSWORD, TABLE, USER, KindSpec, Place, port
from jutong.dataflow.connectors.postgresql_changes import FollowsChanges
from jutong.dataflow.connectors.postgresql_engine import Attachment, Server, TableColumn, can_scan
from jutong.dataflow.connectors.postgresql_parts import greatest_of, selection
from jutong.dataflow.connectors.postgresql_proof import ComputesProof, among
from jutong.dataflow.connectors.postgresql_session import place_of, session_of
from jutong.dataflow.connectors.postgresql_texts import NULL, opened
from jutong.dataflow.connectors.protocol import Capability, Finding, OptionSpec, Part, RejectedLine, bounded
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_COLUMNS: Final = """
    SELECT a.attname, t.typname, a.atttypmod, pg_is_in_recovery()
    FROM pg_attribute a
    JOIN pg_class c ON c.oid = a.attrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_type t ON t.oid = a.atttypid
    WHERE n.nspname = %s AND c.relname = %s AND a.attnum > 0 AND NOT a.attisdropped
      AND c.relkind IN ('r', 'v', 'm', 'p', 'f')
    ORDER BY a.attnum
"""
_UNIQUE: Final = """
    SELECT array_agg(a.attname::text)
    FROM pg_index i
    JOIN pg_class c ON c.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = c.relnamespace
    JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = ANY (i.indkey[0:i.indnkeyatts - 1])
    WHERE n.nspname = %s AND c.relname = %s AND i.indisunique AND i.indisvalid AND i.indimmediate
      AND i.indpred IS NULL AND i.indexprs IS NULL
    GROUP BY i.indexrelid HAVING bool_and(a.attnotnull)
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


class PostgresqlConnector(ComputesProof, FollowsChanges):
    """One table, in one snapshot (REPEATABLE READ, read-only). Types without an Arrow twin come as text."""

    kind = "postgresql"
    capabilities = frozenset(
        {
            Capability.SNAPSHOT,
            Capability.TYPED,
            Capability.REMOTE,
            Capability.ENGINE,
            Capability.PROOF,
            Capability.CURSOR,
            Capability.PUSHDOWN,
            Capability.CHANGE_LOG,
        }
    )
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
        self._attached: Attachment | None = None
        with self._session() as connection:
            self._schema = self._find_schema(connection)
        if not can_scan(self._table) or self._standby:
            self.capabilities = self.capabilities - {Capability.ENGINE}
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
        return self.read_part(Part())

    def read_part(self, part: Part) -> Iterator[pa.RecordBatch]:
        """As `read`, of the selected rows and columns; with `limit` and a bounded column in that column's order."""
        select = selection(self._identifier, self._place.table, self._schema.names, part)
        names = self._schema.names if part.columns is None else part.columns
        yield from self._copied(select, names, asked=part.column or "、".join(part.equal))

    def read_keys(self, key: str, keys: Sequence[str]) -> Iterator[pa.RecordBatch]:
        """As `read`, of the rows whose key is one of these texts."""
        select = sql.SQL("{} WHERE {}").format(
            selection(self._identifier, self._place.table, self._schema.names, Part()),
            among(self._column(key), keys),
        )
        yield from self._copied(select, self._schema.names, asked=key)

    def _copied(self, select: sql.Composed, names: Sequence[str], *, asked: str) -> Iterator[pa.RecordBatch]:
        schema = pa.schema([self._schema.field(name) for name in names])
        query = sql.SQL("COPY ({select}) TO STDOUT (FORMAT csv, ENCODING 'UTF8', NULL {null})").format(
            select=select, null=sql.Literal(NULL)
        )
        with self._session() as connection, connection.cursor() as cursor:
            try:
                with cursor.copy(query) as copy:
                    yield from self._batches(_CopyStream(copy.read), schema)
            except psycopg.DataError as error:
                if not asked:  # a view that cannot compute one of its rows
                    raise ColumnUnreadable(name=self._place.table, place="?") from error
                raise BoundInvalid(column=asked) from error

    def greatest(self, column: str) -> str | None:
        kinds = {one.name: one.kind for one in self._table}
        if column not in kinds:
            raise ColumnMissing(name=self._place.table, column=column)
        with self._session() as connection:
            row = connection.execute(greatest_of(self._identifier, column, kinds[column])).fetchone()
        return None if row is None else str(row[0])

    @property
    def _identifier(self) -> sql.Identifier:
        return sql.Identifier(self._place.schema, self._place.table)

    def _batches(self, stream: "_CopyStream", schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        # Arrow refuses an empty stream, and an empty table is none of its business.
        if not stream.fill():
            return
        try:
            with opened(stream, schema) as reader:
                for batch in reader:
                    yield from bounded(batch, self._limits.batch_rows)
        except pa.ArrowInvalid as error:
            raise ColumnUnreadable(name=self._place.table, place=_column_of(error)) from error

    def _find_schema(self, connection: psycopg.Connection[Any]) -> pa.Schema:
        found = connection.execute(_COLUMNS, (self._place.schema, self._place.table)).fetchall()
        if not found:
            raise TableMissing(place=str(self._place), table=f"{self._place.schema}.{self._place.table}")
        self._table = tuple(
            TableColumn(name=name, kind=kind, modifier=digits) for name, kind, digits, _ in found
        )
        # A standby gives no snapshot that several connections could share.
        self._standby = bool(found[0][3])
        return pa.schema([(column.name, _arrow_type(column.kind, column.modifier)) for column in self._table])

    def attach(self, connection: Any, part: Part | None = None) -> str:
        """The rows as a relation of the engine, read by itself; all in one snapshot.

        Raises:
            SourceUnreachable: the engine cannot reach the server.
        """
        place = self._place
        server = Server(
            host=place.host,
            port=place.port,
            database=place.database,
            user=place.user,
            password=place.password,
            connect_timeout_s=self._limits.connect_timeout_s,
        )
        self.detach(connection)
        self._attached = Attachment(connection, server, place.schema)
        return self._attached.relation(place.schema, place.table, self._table, part)

    def detach(self, connection: Any) -> None:
        """Forget what `attach` made; safe to repeat."""
        del connection  # the attachment knows its own
        if self._attached is not None:
            self._attached.close()
            self._attached = None

    def unique_keys(self) -> tuple[tuple[str, ...], ...]:
        """The columns of each whole unique index without nulls, those of the primary key among them."""
        with self._session() as connection:
            rows = connection.execute(_UNIQUE, (self._place.schema, self._place.table)).fetchall()
        return tuple(tuple(names) for (names,) in rows)

    def _session(self) -> AbstractContextManager[psycopg.Connection[Any]]:
        return session_of(self._place, self._limits)


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
