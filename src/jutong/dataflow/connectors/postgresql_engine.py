"""A PostgreSQL table as a relation of the lake's engine: binary COPY over several connections, in one snapshot.

The extension opens every connection in one exported snapshot (REPEATABLE READ, read-only), so that a table that
changes meanwhile is read as of one moment. Several statements see the same moment within one transaction of the engine.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Final
from uuid import uuid4

import duckdb
from sqlglot import exp

from jutong.dataflow.connectors.errors import SourceUnreachable
from jutong.dataflow.connectors.protocol import Part
from jutong.dataflow.lake.extensions import load_extensions
from jutong.kernel.settings import Secret

# PostgreSQL's type → the engine's type that has the same values as the connector's own reading; "" stays as it is.
_READ_AS: Final[Mapping[str, str]] = {
    "int2": "BIGINT",
    "int4": "BIGINT",
    "int8": "",
    "oid": "BIGINT",
    "float4": "DOUBLE",
    "float8": "",
    "bool": "",
    "date": "",
    "timestamp": "",
    "timestamptz": "",
    "text": "",
    "varchar": "",
    "bpchar": "",
    "json": "",
    "uuid": "VARCHAR",
}
_OPTIONS: Final = "-c default_transaction_read_only=on -c lock_timeout=10s -c timezone=UTC"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableColumn:
    """A column as the server's catalogue has it."""

    name: str
    kind: str
    modifier: int

    @property
    def digits(self) -> tuple[int, int] | None:
        """Precision and scale of a numeric that says them."""
        if self.kind != "numeric" or self.modifier < 4:
            return None
        return ((self.modifier - 4) >> 16) & 0xFFFF, (self.modifier - 4) & 0x7FF


def can_scan(columns: Sequence[TableColumn]) -> bool:
    """Whether the engine reads each of these without loss: a numeric of any length would come as a double."""
    return all(column.kind in _READ_AS or _fits(column.digits) for column in columns)


def _fits(digits: tuple[int, int] | None) -> bool:
    return digits is not None and digits[1] <= digits[0] <= 38


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """Where the engine reads from."""

    host: str
    port: int
    database: str
    user: str
    password: Secret
    connect_timeout_s: int

    def __str__(self) -> str:
        return f"{self.host}:{self.port}/{self.database}"


class Attachment:
    """A server's schema that an engine reads; the password is in a secret of the engine, which shows it to nobody."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, server: Server, schema: str) -> None:
        self._connection = connection
        self._name = f"source_{uuid4().hex}"
        load_extensions(connection, "postgres_scanner")
        parts = {
            "HOST": server.host,
            "PORT": str(server.port),
            "DATABASE": server.database,
            "USER": server.user,
            "PASSWORD": server.password.reveal(),
        }
        secret = ", ".join(f"{name} {_text(value)}" for name, value in parts.items() if value)
        place = f"application_name=jutong connect_timeout={server.connect_timeout_s} options='{_OPTIONS}'"
        try:
            connection.execute(f"CREATE TEMPORARY SECRET {self._name} (TYPE postgres, {secret})")
            connection.execute(
                f"ATTACH {_text(place)} AS {self._name} "
                f"(TYPE postgres, READ_ONLY, SECRET {self._name}, SCHEMA {_text(schema)})"
            )
        except duckdb.Error:  # its message has the address and, on some faults, the whole connection string
            self.close()
            raise SourceUnreachable(place=str(server)) from None

    def relation(self, schema: str, table: str, columns: Sequence[TableColumn], part: Part | None) -> str:
        """SQL of the rows, these columns in order."""
        chosen = columns if part is None or part.columns is None else _named(columns, part.columns)
        selected = [_read(column) for column in chosen]
        source = exp.table_(table, db=schema, catalog=self._name, quoted=True).sql(dialect="duckdb")
        query = f"SELECT {', '.join(selected)} FROM {source}"  # noqa: S608  # quoted names
        conditions = _conditions(columns, part) if part else []
        if conditions:
            query += f" WHERE {' AND '.join(conditions)}"
        return query if part is None or part.limit is None else f"{query} LIMIT {part.limit}"

    def close(self) -> None:
        """Forget the server; safe to repeat."""
        for statement in (f"DETACH DATABASE IF EXISTS {self._name}", f"DROP SECRET IF EXISTS {self._name}"):
            with suppress(duckdb.Error):
                self._connection.execute(statement)


def _read(column: TableColumn) -> str:
    name = _quoted(column.name)
    kind = _READ_AS.get(column.kind, "")
    if column.kind == "float4":  # 0.1 stays 0.1, as in the server's text
        return f"CAST(CAST({name} AS VARCHAR) AS DOUBLE) AS {name}"
    if (
        column.kind == "bpchar" and column.modifier > 4
    ):  # the extension takes away what a char(n) is filled up with
        return f"rpad({name}, {column.modifier - 4}, ' ') AS {name}"
    return f"CAST({name} AS {kind}) AS {name}" if kind else name


def _named(columns: Sequence[TableColumn], names: Sequence[str]) -> list[TableColumn]:
    known = {column.name: column for column in columns}
    return [known[name] for name in names]


def _conditions(columns: Sequence[TableColumn], part: Part) -> list[str]:
    known = {column.name: column for column in columns}
    bounds = [(part.column, ">=", part.lower), (part.column, "<", part.upper)]
    bounds += [(name, "=", value) for name, value in part.equal.items()]
    return [
        f"{_quoted(known[name].name)} {sign} {_text(value)}"
        for name, sign, value in bounds
        if value is not None
    ]


def _quoted(name: str) -> str:
    return exp.to_identifier(name, quoted=True).sql(dialect="duckdb")


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
