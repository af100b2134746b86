"""Parquet files: columns keep their types, row groups are streamed, nested values come as JSON text."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from jutong.dataflow.connectors.errors import TooManyColumns
from jutong.dataflow.connectors.file_errors import ParquetDamaged
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import Capability, Finding, RejectedLine, bounded
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

# Half of a surrogate pair, or bytes that are no UTF-8, show themselves as one of these.
_DAMAGE: Final = (pa.ArrowException, OSError, UnicodeDecodeError)


class ParquetConnector:
    """One Parquet file. An empty text is null; lists, maps and structs are JSON text."""

    kind = "parquet"
    capabilities = frozenset({Capability.SNAPSHOT, Capability.TYPED})
    spec = KindSpec(
        kind=kind,
        zh="Parquet 文件",
        en="Parquet file",
        place=Place.FILE,
        options=(PATH,),
        capabilities=capabilities,
        format_class=FormatClass.SELF_DESCRIBED,
        format="parquet",
        tested_zh="Arrow 写出的文件，含各种类型、嵌套列和截断的文件",
        tested_en="Files written by Arrow: every type, nested columns, cut-off files.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        with self._opened() as file:
            self._source = file.schema_arrow
            self._rows, self._groups = file.metadata.num_rows, file.metadata.num_row_groups
        if len(self._source.names) > limits.max_columns:
            raise TooManyColumns(
                name=self._path.name, columns=len(self._source.names), limit=limits.max_columns
            )
        self._schema = pa.schema(
            [
                (name, _landing(kind))
                for name, kind in zip(_unique(self._source.names), self._source.types, strict=True)
            ]
        )

    def columns(self) -> tuple[str, ...]:
        return tuple(self._schema.names)

    def rejected(self) -> Sequence[RejectedLine]:
        return ()

    def findings(self) -> tuple[Finding, ...]:
        nested = [field.name for field in self._source if pa.types.is_nested(field.type)]
        if not nested:
            return ()
        return (
            Finding(
                code="parquet_nested",
                zh=f"{len(nested)} 个嵌套列按 JSON 文本读取",
                en=f"{len(nested)} nested columns are read as JSON text",
                detail={"columns": nested},
            ),
        )

    def describe(self) -> dict[str, Any]:
        return {
            "row_groups": self._groups,
            "rows_declared": self._rows,
            "types": {field.name: str(field.type) for field in self._source},
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        try:
            with self._opened() as file:
                for batch in file.iter_batches(batch_size=self._limits.batch_rows, use_threads=False):
                    columns = [
                        _landed(column, kind)
                        for column, kind in zip(batch.columns, self._schema.types, strict=True)
                    ]
                    whole = pa.record_batch(columns, schema=self._schema)
                    yield from bounded(whole, self._limits.batch_rows)
        except _DAMAGE as error:
            raise ParquetDamaged(name=self._path.name) from error

    def _opened(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(self._path, memory_map=False, pre_buffer=False)
        except _DAMAGE as error:
            raise ParquetDamaged(name=self._path.name) from error


def _landing(kind: pa.DataType) -> pa.DataType:
    """The type in which values of `kind` are handed on."""
    types = pa.types
    if types.is_dictionary(kind):
        return _landing(kind.value_type)
    if (
        types.is_large_string(kind)
        or types.is_string_view(kind)
        or types.is_null(kind)
        or types.is_nested(kind)
    ):
        return pa.string()
    if types.is_large_binary(kind) or types.is_fixed_size_binary(kind) or types.is_binary_view(kind):
        return pa.binary()
    if types.is_float16(kind):
        return pa.float32()
    if types.is_decimal256(kind):
        return pa.string()
    return kind


def _landed(column: pa.Array, kind: pa.DataType) -> pa.Array:
    if pa.types.is_nested(column.type):
        return pa.array(
            [None if value is None else _json(value) for value in column.to_pylist()], pa.string()
        )
    if column.type != kind:
        column = column.cast(kind)
    if pa.types.is_string(kind):
        column.validate(full=True)
        return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
    return column


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str)


def _unique(names: Sequence[str]) -> list[str]:
    """Names of columns, a repeated one numbered: Parquet allows what tables do not."""
    taken: dict[str, int] = {}
    unique = []
    for name in names:
        taken[name] = taken.get(name, 0) + 1
        unique.append(name if taken[name] == 1 else f"{name}_{taken[name]}")
    return unique
