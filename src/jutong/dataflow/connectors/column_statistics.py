"""Counts over the columns of a table, taken batch by batch while the source is read once."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from jutong.vocabulary.catalogue import DataType

_DAY: Final = r"(1[89]|20)\d{2}([-/.年](0?[1-9]|1[0-2])[-/.月](0?[1-9]|[12]\d|3[01])日?|(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01]))"
_TIME: Final = r"[ T]?([01]?\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d+)?)?(Z|[+-]\d{2}(:?\d{2})?)?"
# What every value of a column must look like, the narrowest shape first.
_SHAPES: Final[Mapping[DataType, str]] = {
    DataType.DATE: rf"^{_DAY}$",
    DataType.TIMESTAMP: rf"^{_DAY}{_TIME}$",
    DataType.INTEGER: r"^[+-]?(0|[1-9]\d{0,14})$",
    DataType.NUMBER: r"^[+-]?(0|[1-9]\d{0,14})(\.\d+)?([eE][+-]?\d{1,3})?$",
    DataType.BOOLEAN: r"^(true|false|True|False|TRUE|FALSE|是|否)$",
}
_PLACEHOLDERS: Final = pa.array(
    ["NA", "N/A", "null", "NULL", "-", "--", "—", "/", "无", "暂无", "不详", "空"]
)
_CODE_NAME: Final = re.compile(
    r"(?!序号|行号).*(号码?|编[号码]|代码|标识码?|码|[a-z0-9]I[dD]|Code|No)|(?i:(.*_)?(id|code|no|bh|bm|dm))"
)
_NATIVE: Final = (
    (pa.types.is_boolean, DataType.BOOLEAN),
    (pa.types.is_integer, DataType.INTEGER),
    (pa.types.is_floating, DataType.DOUBLE),
    (pa.types.is_decimal, DataType.NUMBER),
    (pa.types.is_date, DataType.DATE),
    (pa.types.is_timestamp, DataType.TIMESTAMP),
    (pa.types.is_binary, DataType.GENERAL),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnStatistics:
    """Counts of values; lengths in characters."""

    name: str
    source_type: pa.DataType
    filled: int
    distinct: int
    max_length: int
    shapes: frozenset[DataType]
    """Every type whose written form all values have."""
    newlines: int
    padded: int
    """Values with blanks at an end, or with full-width blanks."""
    full_width: int
    """Values with full-width letters or digits."""
    destroyed: int
    """Values with U+FFFD or 锟斤拷."""
    placeholders: int

    def data_type(self) -> DataType:
        """The narrowest type that every value has; text where there is none, and for numbers of a register."""
        for check, native in _NATIVE:
            if check(self.source_type):
                return native
        found = next((shape for shape in _SHAPES if shape in self.shapes), None) if self.filled else None
        if found in {DataType.INTEGER, DataType.NUMBER} and _CODE_NAME.fullmatch(self.name):
            return DataType.TEXT
        return found or (DataType.MEMO if self.max_length > 2_000 else DataType.TEXT)


class ColumnCounter:
    """Follows one column over the batches."""

    def __init__(self, field: pa.Field) -> None:
        self.field = field
        self._counts = dict.fromkeys(
            ("filled", "newlines", "padded", "full_width", "destroyed", "placeholders"), 0
        )
        self._max_length = 0
        # A shape that one value lacks is never looked for again: that makes text columns cheap.
        self._shapes = set(_SHAPES)

    def add(self, column: pa.Array) -> None:
        filled = len(column) - column.null_count
        self._counts["filled"] += filled
        if not filled or not pa.types.is_string(column.type):
            return
        self._max_length = max(self._max_length, _whole(pc.max(pc.utf8_length(column))))
        for shape in tuple(self._shapes):
            if not pc.all(pc.match_substring_regex(column, _SHAPES[shape])).as_py():
                self._shapes.discard(shape)
        self._add_oddities(column)

    def _add_oddities(self, column: pa.Array) -> None:
        self._count("placeholders", pc.is_in(column, value_set=_PLACEHOLDERS))
        self._count("newlines", pc.match_substring_regex(column, r"[\r\n]"))
        padded = pc.not_equal(column, pc.utf8_trim_whitespace(column))
        if pc.all(pc.string_is_ascii(column)).as_py():
            self._count("padded", padded)
            return
        self._count("padded", pc.or_(padded, pc.match_substring(column, "　")))
        self._count("full_width", pc.match_substring_regex(column, "[０-９Ａ-Ｚａ-ｚ]"))
        self._count("destroyed", pc.match_substring_regex(column, "\ufffd|锟斤拷"))

    def _count(self, name: str, matches: pa.Array) -> None:
        self._counts[name] += _whole(pc.sum(matches))

    def result(self, distinct: int) -> ColumnStatistics:
        return ColumnStatistics(
            name=self.field.name,
            source_type=self.field.type,
            distinct=min(distinct, self._counts["filled"]),
            max_length=self._max_length,
            shapes=frozenset(self._shapes) if self._counts["filled"] else frozenset(),
            **self._counts,
        )


class TableCounter:
    """Follows a table: pass the batches through `watch`, then ask for the statistics."""

    def __init__(self, schema: pa.Schema) -> None:
        self._columns = [ColumnCounter(field) for field in schema]
        self.rows = 0

    def watch(self, batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            self.rows += batch.num_rows
            for counter, column in zip(self._columns, batch.columns, strict=True):
                counter.add(column)
            yield batch

    def statistics(self, distinct: tuple[int, ...]) -> tuple[ColumnStatistics, ...]:
        return tuple(counter.result(count) for counter, count in zip(self._columns, distinct, strict=True))


def count_distinct(source: pa.Table | pa.RecordBatchReader, *, exact: bool) -> tuple[int, ...]:
    """Distinct filled values of each column; estimated in one streaming pass where not `exact`."""
    count = "count(DISTINCT {})" if exact else "approx_count_distinct({})"
    counts = ", ".join(count.format(_quoted(name)) for name in source.schema.names)
    return tuple(int(value) for value in _row(source, f"SELECT {counts} FROM source"))  # noqa: S608 - quoted


def count_repeated(table: pa.Table) -> int:
    """How many rows repeat an earlier row in every column."""
    if table.num_rows < 2:
        return 0
    distinct = int(_row(table, "SELECT count(*) FROM (SELECT DISTINCT * FROM source)")[0])
    return int(table.num_rows) - distinct


def _row(source: pa.Table | pa.RecordBatchReader, query: str) -> tuple[Any, ...]:
    with duckdb.connect() as connection:
        connection.register("source", source)
        row = connection.execute(query).fetchone()
    assert row is not None
    return tuple(row)


def _whole(value: pa.Scalar) -> int:
    return int(value.as_py() or 0)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
