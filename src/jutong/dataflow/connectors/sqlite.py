"""One table or view of a SQLite file, opened read-only, in the source's own types."""

import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import pyarrow as pa

from jutong.dataflow.connectors.errors import (
    BoundInvalid,
    ColumnMissing,
    ConnectorError,
    DatabaseDamaged,
    FileUnreadable,
    SourceChanged,
    TableMissing,
    TableUnnamed,
    TooManyColumns,
)
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import (
    Capability,
    Finding,
    OptionSpec,
    Part,
    RejectedLine,
    RejectedLines,
)
from jutong.dataflow.connectors.rows_as_arrow import batch_of
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.connectors.sqlite_proof import ComputesProof
from jutong.dataflow.connectors.sqlite_texts import as_text, quoted
from jutong.vocabulary.catalogue import FormatClass

_NUMBERS: Final = frozenset({pa.int64(), pa.float64()})


class SqliteConnector(ComputesProof):
    """One table. A value that does not fit its column's declared type sets its row aside (`type_mismatch`)."""

    kind = "sqlite"
    capabilities = frozenset(
        {
            Capability.SNAPSHOT,
            Capability.TYPED,
            Capability.CURSOR,
            Capability.PUSHDOWN,
            Capability.PROOF,
        }
    )
    spec = KindSpec(
        kind=kind,
        zh="SQLite 数据库文件",
        en="SQLite database file",
        place=Place.FILE,
        options=(
            PATH,
            OptionSpec(
                name="table",
                zh="表名",
                en="Table",
                hint_zh="只有一张表时可以不填。",
                hint_en="May be left out where there is only one.",
            ),
        ),
        capabilities=capabilities,
        format_class=FormatClass.DATABASE,
        format="sqlite",
        tested_zh="Python 自带的 SQLite 3 写出的真实数据库文件",
        tested_en="Real database files of SQLite 3.",
        tables=True,
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        self._rejected = self._no_rejected()
        try:
            with closing(self._connect()) as connection:
                self._tables = _tables(connection)
                self._table = self._choose(text_option(options, "table"))
                self._schema, self._keyed = _schema(connection, self._table)
        except sqlite3.Error as error:
            raise self._translated(error) from error
        if len(self._schema.names) > limits.max_columns:
            raise TooManyColumns(
                name=self._path.name, columns=len(self._schema.names), limit=limits.max_columns
            )

    def columns(self) -> tuple[str, ...]:
        return tuple(self._schema.names)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        return {"tables": list(self._tables), "table": self._table}

    def read(self) -> Iterator[pa.RecordBatch]:
        return self.read_part(Part())

    def read_part(self, part: Part) -> Iterator[pa.RecordBatch]:
        """As `read`, of the selected rows and columns; with `limit` and a bounded column in that column's order."""
        where, values = self._where(part)
        names = part.columns or self._schema.names
        yield from self._read_where(f"{where}{self._order(part)}", values, names)

    def _read_where(
        self, where: str, values: Sequence[Any], names: Sequence[str]
    ) -> Iterator[pa.RecordBatch]:
        """The rows under these conditions, in this order, as the statement has them behind its table."""
        self._rejected = self._no_rejected()
        schema = pa.schema([self._field(name) for name in names])
        columns = ", ".join(quoted(name) for name in schema.names)
        query = f"SELECT {columns} FROM {quoted(self._table)}{where}"  # noqa: S608
        readers = [as_text if column.type == pa.string() else _as_it_is for column in schema]
        number = 0
        for rows in self._selected(query, values):
            batch = batch_of(rows, schema, readers, before=number, rejected=self._rejected)
            number += len(rows)
            if batch.num_rows:
                yield batch

    def _selected(self, query: str, values: Sequence[Any] = ()) -> Iterator[list[Any]]:
        try:
            with closing(self._connect()) as connection:
                self._require_unchanged(connection)
                cursor = connection.execute(query, values)
                while rows := cursor.fetchmany(self._limits.batch_rows):
                    yield rows
        except sqlite3.Error as error:
            raise self._translated(error) from error

    def _source(self) -> str:
        return quoted(self._table)

    def greatest(self, column: str) -> str | None:
        """Of a number's column the greatest number: a text that strayed into it sorts above them all."""
        name, kind = quoted(column), self._field(column).type
        numbers = f" WHERE typeof({name}) IN ('integer', 'real')" if kind in _NUMBERS else ""
        query = f"SELECT max({name}) FROM {quoted(self._table)}{numbers}"  # noqa: S608
        try:
            with closing(self._connect()) as connection:
                self._require_unchanged(connection)
                (found,) = connection.execute(query).fetchone()
        except sqlite3.Error as error:
            raise self._translated(error) from error
        return None if found is None else str(as_text(found))

    def _require_unchanged(self, connection: sqlite3.Connection) -> None:
        """SQLite takes the quoted name of a column that is gone for a text of its own: every row would have it."""
        connection.execute("BEGIN")  # what is looked at here is what is read next
        names = _schema(connection, self._table)[0].names
        if not set(self._schema.names) <= set(names):
            raise SourceChanged(place=f"{self._path.name}.{self._table}")

    def _field(self, name: str) -> pa.Field:
        if name not in self._schema.names:
            raise ColumnMissing(name=self._table, column=name)
        return self._schema.field(name)

    def _where(self, part: Part) -> tuple[str, list[Any]]:
        """Conditions with their values apart."""
        asked = [(name, "=", value) for name, value in part.equal.items()]
        if part.column:
            self._field(part.column)
        asked += [
            (part.column, sign, bound)
            for sign, bound in ((">=", part.lower), ("<", part.upper))
            if bound is not None
        ]
        conditions = [f"{quoted(name)} {sign} ?" for name, sign, _ in asked]
        values = [_bound(self._field(name), value) for name, _, value in asked]
        return (f" WHERE {' AND '.join(conditions)}" if conditions else ""), values

    def _order(self, part: Part) -> str:
        # The row identifier keeps the order stable; views and WITHOUT ROWID tables have none.
        keys = ["rowid"] if self._keyed else []
        if part.limit is not None and part.column:
            keys.insert(0, quoted(part.column))
        order = f" ORDER BY {', '.join(keys)}" if keys else ""
        return order if part.limit is None else f"{order} LIMIT {int(part.limit)}"

    def _choose(self, wanted: str) -> str:
        if wanted:
            if wanted not in self._tables:
                raise TableMissing(place=self._path.name, table=wanted)
            return wanted
        if not self._tables:
            raise TableMissing(place=self._path.name, table="*")
        if len(self._tables) > 1:
            raise TableUnnamed(name=self._path.name, tables="、".join(self._tables[:20]))
        return self._tables[0]

    def _connect(self) -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"file:{quote(str(self._path))}?mode=ro", uri=True, check_same_thread=False, timeout=5
        )
        connection.execute("PRAGMA query_only = ON")
        return connection

    def _translated(self, error: sqlite3.Error) -> ConnectorError:
        code = getattr(error, "sqlite_errorcode", None)
        if code in {
            sqlite3.SQLITE_BUSY,
            sqlite3.SQLITE_LOCKED,
            sqlite3.SQLITE_CANTOPEN,
            sqlite3.SQLITE_IOERR,
        }:
            return FileUnreadable(name=self._path.name, reason="SQLite is busy")
        return DatabaseDamaged(name=self._path.name)

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._path.name, limit=self._limits.max_rejected)


def _tables(connection: sqlite3.Connection) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT name FROM sqlite_schema WHERE type IN ('table', 'view') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " ORDER BY name"
    )
    return tuple(name for (name,) in rows)


def _schema(connection: sqlite3.Connection, table: str) -> tuple[pa.Schema, bool]:
    """The columns as Arrow types, and whether rows can be ordered by their row identifier."""
    columns = connection.execute(f"PRAGMA table_info({quoted(table)})").fetchall()
    schema = pa.schema([(name, _arrow_type(declared)) for _, name, declared, *_ in columns])
    try:
        connection.execute(f"SELECT rowid FROM {quoted(table)} LIMIT 1").fetchone()  # noqa: S608
    except sqlite3.OperationalError:
        return schema, False
    kind = connection.execute("SELECT type FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
    return schema, bool(kind) and kind[0] == "table"


def _arrow_type(declared: str) -> pa.DataType:
    """By SQLite's rules of affinity; whatever may hold digits that matter is text."""
    name = (declared or "").upper()
    if "INT" in name:
        return pa.int64()
    if "BLOB" in name:
        return pa.binary()
    if any(word in name for word in ("REAL", "FLOA", "DOUB")):
        return pa.float64()
    return pa.string()


def _bound(column: pa.Field, text: str) -> Any:
    """A bound as the value that the column's own would be compared with."""
    try:
        if column.type == pa.int64():
            return int(text)
        if column.type == pa.float64():
            return float(text)
        return bytes.fromhex(text) if column.type == pa.binary() else text
    except ValueError as error:
        raise BoundInvalid(column=column.name) from error


def _as_it_is(value: Any) -> Any:
    return value
