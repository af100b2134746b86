"""One table or view of a MariaDB or MySQL database, read by ConnectorX in bounded statements.

A table of up to `RANGE_BYTES` is one statement and so one snapshot. A larger one is cut by its primary key, and
each range is a snapshot of its own: rows written in between may be in the later ranges. Where the whole must be
of one instant, the option `reading` says `snapshot`: one transaction of PyMySQL, several times slower. The same
path reads large tables without a usable key, and servers that ask for TLS, which ConnectorX does not speak.
"""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import connectorx
import numpy as np
import pyarrow as pa

from jutong.dataflow.connectors.errors import (
    ColumnMissing,
    OptionInvalid,
    SourceUnreachable,
    TableMissing,
    TooManyColumns,
)
from jutong.dataflow.connectors.kinds import (
    DATABASE,
    HOST,
    PASSWORD,
    TABLE,
    USER,
    KindSpec,
    Place,
    port,
)
from jutong.dataflow.connectors.mariadb_changes import FollowsBinlog
from jutong.dataflow.connectors.mariadb_columns import MariadbColumn, column_of, columns_query
from jutong.dataflow.connectors.mariadb_proof import ComputesProof
from jutong.dataflow.connectors.mariadb_ranges import (
    RANGE_BYTES,
    can_be_cut,
    estimated_rows,
    ranges,
    table_shape,
)
from jutong.dataflow.connectors.mariadb_session import (
    SETTING_UP,
    backticked,
    mariadb_place,
    mariadb_session,
)
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.protocol import (
    Capability,
    Finding,
    OptionSpec,
    Part,
    RejectedLine,
    RejectedLines,
    bounded,
)
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_BATCH_BYTES: Final = 32 << 20
_PANIC: Final = "PanicException"


class MariadbConnector(ComputesProof, FollowsBinlog):
    """One table. A date that does not exist (0000-00-00) is null and counted, or its row is set aside."""

    kind = "mariadb"
    capabilities = frozenset(
        {
            Capability.SNAPSHOT,
            Capability.TYPED,
            Capability.REMOTE,
            Capability.CURSOR,
            Capability.PUSHDOWN,
            Capability.PROOF,
            Capability.CHANGE_LOG,
        }
    )
    spec = KindSpec(
        kind=kind,
        zh="MariaDB、MySQL 数据库",
        en="MariaDB or MySQL database",
        place=Place.SERVER,
        options=(
            HOST,
            port(3306),
            DATABASE,
            USER,
            PASSWORD,
            TABLE,
            OptionSpec(
                name="reading",
                zh="读取方式",
                en="Way of reading",
                default="fast",
                choices=("fast", "snapshot"),
                hint_zh="fast 最快，大表按主键分段读取；snapshot 整张表取同一时刻，慢数倍。",
                hint_en="fast cuts large tables by their key; snapshot reads all of one instant, several times slower.",
            ),
            OptionSpec(
                name="bad_dates",
                zh="不存在的日期",
                en="Dates that do not exist",
                default="null",
                choices=("null", "refuse"),
                hint_zh="如 0000-00-00：null 按空值并计数，refuse 把该行列为问题数据。",
                hint_en="Such as 0000-00-00: null counts and empties them, refuse sets their rows aside.",
            ),
            OptionSpec(
                name="tls",
                zh="加密连接",
                en="Encrypted connection",
                choices=("", "require", "verify"),
                hint_zh="服务器要求 TLS 时填写；verify 还核对证书。读取会慢数倍。",
                hint_en="Where the server asks for TLS; verify checks its certificate. Reading is several times slower.",
            ),
        ),
        capabilities=capabilities,
        format_class=FormatClass.DATABASE,
        format="mysql",
        tested_zh="真实的 MariaDB 10.11 服务器；MySQL 8 未在真实服务器上测试",
        tested_en="A real MariaDB 10.11 server; MySQL 8 was not tried on a real server.",
        tables=True,
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        del root  # a server is not below the sources folder
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._place = mariadb_place(options)
        self._streamed = _choice(options, "reading", "fast", "snapshot") or bool(self._place.tls)
        self._refuse_dates = _choice(options, "bad_dates", "null", "refuse")
        self._bad_dates: dict[str, int] = {}
        self._rejected = self._no_rejected()
        with mariadb_session(self._place, limits) as connection, connection.cursor() as cursor:
            cursor.execute(columns_query(), (self._place.database, self._place.table))
            self._columns = tuple(column_of(row) for row in cursor.fetchall())
            # Says whether the table is missing or only hidden from this account.
            cursor.execute(f"SELECT 1 FROM {backticked(self._place.table)} LIMIT 0")  # noqa: S608
            self._shape = table_shape(cursor, self._place)
        if not self._columns:
            raise TableMissing(place=str(self._place), table=self._place.table)
        if len(self._columns) > limits.max_columns:
            raise TooManyColumns(name=self._place.table, columns=len(self._columns), limit=limits.max_columns)

    def columns(self) -> tuple[str, ...]:
        return tuple(column.name for column in self._columns)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        """What the last reading showed."""
        return tuple(
            Finding(
                code="mariadb_bad_dates",
                zh=f"列“{column}”有 {rows} 个不存在的日期（如 0000-00-00），已按空值处理",
                en=f"Column {column} has {rows} dates that do not exist (such as 0000-00-00); they were read as null",
                column=column,
                detail={"rows": rows},
            )
            for column, rows in self._bad_dates.items()
        )

    def describe(self) -> dict[str, Any]:
        return {
            "place": str(self._place),
            "table": self._place.table,
            "primary_key": list(self._shape.key),
            "one_snapshot": self._streamed or self._shape.rows * self._shape.row_bytes <= RANGE_BYTES,
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        return self.read_part(Part())

    def read_part(self, part: Part) -> Iterator[pa.RecordBatch]:
        """As `read`, of the selected rows and columns; with `limit` and a bounded column in that column's order."""
        yield from self._read_where(self._where(part), part)

    def _read_where(self, where: Sequence[str], part: Part) -> Iterator[pa.RecordBatch]:
        columns = self._selected(part.columns)
        self._rejected = self._no_rejected()
        self._bad_dates = {}
        number = 0
        for raw in self._raw_batches(columns, where, part):
            batch = self._decoded(raw, columns, number)
            number += raw.num_rows
            yield from bounded(batch, self._limits.batch_rows)

    def greatest(self, column: str) -> str | None:
        found = self._selected((column,))[0]
        query = f"SELECT {found.greatest()} FROM {backticked(self._place.table)}"  # noqa: S608
        with mariadb_session(self._place, self._limits) as connection, connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone()
        return None if row is None or row[0] is None else str(row[0])

    def _selected(self, names: Sequence[str] | None) -> tuple[MariadbColumn, ...]:
        known = {column.name: column for column in self._columns}
        wanted = self.columns() if names is None else tuple(names)
        for name in wanted:
            if name not in known:
                raise ColumnMissing(name=self._place.table, column=name)
        return tuple(known[name] for name in wanted)

    def _where(self, part: Part) -> tuple[str, ...]:
        conditions = []
        for name, value in part.equal.items():
            (column,) = self._selected((name,))
            conditions.append(f"{backticked(name)} = {column.literal(value)}")
        for sign, bound in ((">=", part.lower), ("<", part.upper)):
            if bound is not None:
                (column,) = self._selected((part.column,))
                conditions.append(f"{backticked(part.column)} {sign} {column.literal(bound)}")
        return tuple(conditions)

    def _raw_batches(
        self, columns: Sequence[MariadbColumn], where: Sequence[str], part: Part
    ) -> Iterator[pa.RecordBatch]:
        order = self._order(part)
        if self._streamed:
            yield from self._stream(_statement(self._place.table, columns, where) + order, columns)
            return
        # Open while ranges are read: it says where the next one ends, and keeps no snapshot meanwhile.
        with mariadb_session(self._place, self._limits) as connection, connection.cursor() as cursor:
            connection.rollback()
            connection.autocommit(True)
            whole = _statement(self._place.table, columns, where)
            rows = estimated_rows(cursor, whole) if where or not self._shape.rows else self._shape.rows
            rows = min(rows, part.limit or rows)
            if rows <= self._shape.range_rows:
                yield from self._fetch(whole + order, columns)
            elif part.limit is None and can_be_cut(self._shape):
                for condition in ranges(cursor, self._place, self._columns, self._shape):
                    statement = _statement(self._place.table, columns, (condition, *where))
                    yield from self._fetch(statement + order, columns)
            else:
                yield from self._stream(whole + order, columns)

    def _order(self, part: Part) -> str:
        """The key keeps the order the same each time."""
        key = [backticked(name) for name in self._shape.key]
        if part.limit is None:
            return f" ORDER BY {', '.join(key)}" if key else ""
        first = [backticked(part.column)] if part.column else []
        keys = list(dict.fromkeys([*first, *key]))
        return (f" ORDER BY {', '.join(keys)}" if keys else "") + f" LIMIT {int(part.limit)}"

    def _fetch(self, statement: str, columns: Sequence[MariadbColumn]) -> Iterator[pa.RecordBatch]:
        """By ConnectorX; what it raises as a panic is the server going away or a type of its own."""
        types = _carried(columns)
        try:
            reader = connectorx.read_sql(
                self._place.address(),
                statement,
                return_type="arrow_stream",
                batch_size=self._batch_rows(),
                pre_execution_query=list(SETTING_UP),
            )
            for batch in reader:
                yield pa.record_batch(
                    [array.cast(kind) for array, kind in zip(batch.columns, types, strict=True)],
                    names=[str(place) for place in range(len(types))],
                )
        except RuntimeError as error:
            raise SourceUnreachable(place=str(self._place)) from error
        except BaseException as error:
            if type(error).__name__ == _PANIC:
                raise SourceUnreachable(place=str(self._place)) from error
            raise

    def _stream(self, statement: str, columns: Sequence[MariadbColumn]) -> Iterator[pa.RecordBatch]:
        """By PyMySQL: in one snapshot, no faster than the rows are taken."""
        types = _carried(columns)
        with mariadb_session(self._place, self._limits, streaming=True) as connection:
            cursor = connection.cursor()
            cursor.execute(statement)
            while rows := cursor.fetchmany(self._batch_rows()):
                yield pa.record_batch(
                    [
                        pa.array(values, kind, from_pandas=False)
                        for values, kind in zip(zip(*rows, strict=True), types, strict=True)
                    ],
                    names=[str(place) for place in range(len(types))],
                )

    def _batch_rows(self) -> int:
        return max(256, min(self._limits.batch_rows, _BATCH_BYTES // self._shape.row_bytes))

    def _decoded(self, raw: pa.RecordBatch, columns: Sequence[MariadbColumn], before: int) -> pa.RecordBatch:
        arrays: list[pa.Array] = []
        refused = np.zeros(raw.num_rows, bool)
        taken = 0
        for column in columns:
            width = len(column.carried())
            array, wrong = column.decode(raw.columns[taken : taken + width])
            taken += width
            arrays.append(array)
            if wrong is None:
                continue
            if self._refuse_dates:
                for row in np.flatnonzero(wrong & ~refused):
                    self._rejected.add(
                        RejectedLine(line=before + int(row) + 1, reason="type_mismatch", place=column.name)
                    )
                refused |= wrong
            else:
                count = int(wrong.sum())
                self._bad_dates[column.name] = self._bad_dates.get(column.name, 0) + count
        batch = pa.record_batch(arrays, names=[column.name for column in columns])
        return batch.filter(pa.array(~refused)) if refused.any() else batch

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._place.table, limit=self._limits.max_rejected)


def _choice(options: Mapping[str, Any], name: str, usual: str, other: str) -> bool:
    """Whether `other` was chosen; raises `OptionInvalid` for anything but these two."""
    value = text_option(options, name) or usual
    if value not in {usual, other}:
        raise OptionInvalid(
            option=name, reason_zh=f"应为 {usual} 或 {other}", reason_en=f"it must be {usual} or {other}"
        )
    return value == other


def _carried(columns: Sequence[MariadbColumn]) -> tuple[pa.DataType, ...]:
    return tuple(kind for column in columns for kind in column.carried())


def _statement(table: str, columns: Sequence[MariadbColumn], where: Sequence[str]) -> str:
    """Names stand in backticks, values are literals that `MariadbColumn.literal` wrote."""
    parts = [expression for column in columns for expression in column.expressions()]
    named = ", ".join(f"{expression} AS c{place}" for place, expression in enumerate(parts))
    condition = f" WHERE {' AND '.join(where)}" if where else ""
    return f"SELECT {named} FROM {backticked(table)}{condition}"  # noqa: S608
