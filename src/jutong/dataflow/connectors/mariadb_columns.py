"""Columns of a MariaDB table: how each is asked for so that nothing of it is lost, and what it is in Arrow.

ConnectorX has its own ideas of decimals (28 digits, guessed scale), times and dates that do not exist (it ends
the program), so those are asked for as something it carries faithfully and put together again here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from jutong.dataflow.connectors.errors import BoundInvalid
from jutong.dataflow.connectors.mariadb_session import backticked

_EPOCH_DAY: Final = 719_528
_FIRST_DAY: Final = 366
"""`TO_DAYS` of 0001-01-01; the year 0 is no date of any register."""
_FIRST_INSTANT: Final = -62_135_596_800_000_000
_INTEGERS: Final = frozenset({"tinyint", "smallint", "mediumint", "int", "bigint", "year"})
_BINARY: Final = frozenset({"blob", "tinyblob", "mediumblob", "longblob", "binary", "varbinary"})
_TEXTS: Final = frozenset({"char", "varchar", "tinytext", "text", "mediumtext", "longtext", "enum", "set"})
_GEOMETRIES: Final = frozenset(
    {"geometry", "point", "linestring", "polygon", "multipoint", "multilinestring", "multipolygon"}
    | {"geometrycollection", "geomcollection"}
)
_TIME: Final = re.compile(r"-?\d{1,3}:\d{2}:\d{2}(\.\d{1,6})?")


@dataclass(frozen=True, slots=True, kw_only=True)
class MariadbColumn:
    """A column as the server declares it; the Arrow type follows from that."""

    name: str
    data_type: str
    column_type: str
    nullable: bool
    precision: int = 0
    scale: int = 0

    @property
    def unsigned(self) -> bool:
        return "unsigned" in self.column_type

    @property
    def dated(self) -> bool:
        """Its values may be dates that do not exist, such as 0000-00-00."""
        return self.data_type in {"date", "datetime", "timestamp"}

    @property
    def arrow(self) -> pa.DataType:
        kind = self.data_type
        if kind in _INTEGERS:
            return pa.uint64() if kind == "bigint" and self.unsigned else pa.int64()
        if kind == "bit":
            return {1: pa.bool_(), 64: pa.uint64()}.get(self.precision, pa.int64())
        if kind == "decimal" and self.precision <= 38:
            return pa.decimal128(self.precision, self.scale)
        if kind in _BINARY:
            return pa.binary()
        return {
            "float": pa.float64(),
            "double": pa.float64(),
            "date": pa.date32(),
            "datetime": pa.timestamp("us"),
            "timestamp": pa.timestamp("us", tz="UTC"),
        }.get(kind, pa.string())

    def expressions(self) -> tuple[str, ...]:
        """What is selected for it: its value, and for a date that may be null whether it is."""
        name = backticked(self.name)
        if self.dated:
            value = f"TO_DAYS({name})" if self.data_type == "date" else f"{name} + INTERVAL 0 DAY"
            return (value, f"ISNULL({name})") if self.nullable else (value,)
        if self.data_type == "decimal":
            return (f"CONCAT({name})",)
        if self.data_type == "bit":
            return (f"{name} + 0",)
        if self.data_type in _GEOMETRIES:
            return (f"ST_AsText({name})",)
        if self.arrow == pa.string() and self.data_type not in _TEXTS:
            return (f"CAST({name} AS CHAR)",)
        return (name,)

    def carried(self) -> tuple[pa.DataType, ...]:
        """The Arrow types in which `expressions` come."""
        if self.dated:
            value = pa.int64() if self.data_type == "date" else pa.timestamp("us")
            return (value, pa.int64()) if self.nullable else (value,)
        if self.data_type == "float":
            return (pa.float32(),)
        if self.data_type == "bit":
            return (pa.uint64(),)
        kind = self.arrow
        return (pa.string(),) if pa.types.is_decimal(kind) else (kind,)

    def decode(self, parts: Sequence[pa.Array]) -> tuple[pa.Array, np.ndarray | None]:
        """The column from what was carried, and a mask of the rows with a date that does not exist, if any."""
        value = parts[0]
        if self.dated:
            return self._date(value, parts[1] if self.nullable else None)
        if self.data_type == "float":
            # By its shortest text, as the server writes it: 1.1 and not 1.100000023841858.
            value = value.cast(pa.string())
        if self.data_type == "bit" and self.precision == 1:
            return pc.not_equal(value, pa.scalar(0, pa.uint64())), None
        return value.cast(self.arrow), None

    def _date(self, value: pa.Array, empty: pa.Array | None) -> tuple[pa.Array, np.ndarray | None]:
        if self.data_type == "date":
            early = pc.less(value, _FIRST_DAY)
            days = pc.subtract(value, _EPOCH_DAY).cast(pa.int32())
            found = days.view(pa.date32())
        else:
            early = pc.less(value, pa.scalar(_FIRST_INSTANT, pa.int64()).cast(pa.timestamp("us")))
            found = value.view(self.arrow)
        wrong = pc.fill_null(early, fill_value=False)
        lost = pc.is_null(value)
        if empty is not None:
            lost = pc.and_(lost, pc.equal(empty, 0))
        wrong = pc.or_(wrong, lost)
        if not wrong.true_count:
            return found, None
        return pc.if_else(wrong, pa.scalar(None, found.type), found), wrong.to_numpy(zero_copy_only=False)

    def literal(self, text: str) -> str:
        """A bound as SQL: checked by the column's type and written anew, so that no text of a caller is SQL.

        Raises:
            BoundInvalid: it is no value of this column's type.
        """
        try:
            return self._literal(text)
        except (ValueError, InvalidOperation) as error:
            raise BoundInvalid(column=self.name) from error

    def _literal(self, text: str) -> str:
        kind = self.data_type
        if kind in _INTEGERS or kind == "bit":
            return str(int(text))
        if kind in {"decimal", "float", "double"}:
            number = Decimal(text)
            if not number.is_finite():
                raise ValueError(kind)
            return format(number, "f") if kind == "decimal" else repr(float(number))
        if kind == "date":
            return f"DATE'{datetime.fromisoformat(text).date().isoformat()}'"
        if kind in {"datetime", "timestamp"}:
            return f"TIMESTAMP'{self._instant(text)}'"
        if kind == "time" and not _TIME.fullmatch(text):
            raise ValueError(kind)
        if kind in _BINARY:
            return f"x'{bytes.fromhex(text).hex()}'"
        return f"_utf8mb4 x'{text.encode().hex()}'"

    def _instant(self, text: str) -> str:
        at = datetime.fromisoformat(text)
        if at.tzinfo is not None:
            if self.data_type == "datetime":
                raise ValueError("a time zone in a column without one")
            at = at.astimezone(UTC).replace(tzinfo=None)
        return at.isoformat(sep=" ")

    def greatest(self) -> str:
        """SQL of the greatest value as text."""
        name = backticked(self.name)
        if self.data_type in _BINARY:
            return f"LOWER(HEX(MAX({name})))"
        return f"CAST(MAX({name + ' + 0' if self.data_type == 'bit' else name}) AS CHAR)"


def columns_query() -> str:
    """Parameters: database, table."""
    return (
        "SELECT column_name, data_type, column_type, is_nullable = 'YES',"
        " coalesce(numeric_precision, 0), coalesce(numeric_scale, 0)"
        " FROM information_schema.columns WHERE table_schema = %s AND table_name = %s ORDER BY ordinal_position"
    )


def column_of(row: Sequence[Any]) -> MariadbColumn:
    """A row of `columns_query`."""
    name, data_type, column_type, nullable, precision, scale = row
    return MariadbColumn(
        name=name,
        data_type=str(data_type).lower(),
        column_type=str(column_type).lower(),
        nullable=bool(nullable),
        precision=int(precision),
        scale=int(scale),
    )
