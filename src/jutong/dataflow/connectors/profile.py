"""What a source holds, found by reading it once: shape, columns, meanings, and what is odd about it."""

import itertools
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.column_statistics import (
    ColumnStatistics,
    TableCounter,
    count_distinct,
    count_repeated,
)
from jutong.dataflow.connectors.observations import findings_of
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import Connector, Finding
from jutong.dataflow.connectors.recognise import Recognition, recognise
from jutong.dataflow.connectors.registry import kind_of, open_connector
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import DataType, Meaning

# Up to here a table is held whole and counted exactly; beyond it distinct values are estimated while streaming.
_EXACT_BYTES: Final = 96 << 20
_SAMPLE_PER_BATCH: Final = 400
_SAMPLE_ROWS: Final = 4_000


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnProfile:
    """One column: counts over all rows, the type its values have, the meaning that a sample of them shows."""

    name: str
    position: int
    data_type: DataType
    rows: int
    nulls: int
    distinct: int
    max_length: int
    recognition: Recognition
    source_type: str = ""
    """The type at the source; empty for files, where everything is text."""
    values: tuple[str | None, ...] = field(default=(), repr=False, compare=False)
    """A sample, for proposals in this process alone: it is in no JSON and no representation."""

    @property
    def unique(self) -> bool:
        return self.rows > 1 and self.nulls == 0 and self.distinct == self.rows

    def to_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "position": self.position,
            "type": self.data_type.value,
            "type_zh": self.data_type.zh,
            "source_type": self.source_type,
            "nulls": self.nulls,
            "distinct": self.distinct,
            "max_length": self.max_length,
            "meaning": self.recognition.to_dict() if self.recognition.meaning else None,
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class FileProfile:
    """What was found about one table of a source. `distinct_exact` is False where distinct counts are estimates."""

    name: str
    kind: str
    size_bytes: int
    rows: int
    rejected: int
    columns: tuple[ColumnProfile, ...]
    findings: tuple[Finding, ...]
    layout: Mapping[str, Any]
    """How it is read: `encoding`, `bom`, `dialect`, `sheets`, `header_rows` … as the kind of source has them."""
    distinct_exact: bool = True

    def column(self, name: str) -> ColumnProfile:
        """The column called `name`; KeyError when there is none."""
        for column in self.columns:
            if column.name == name:
                return column
        raise KeyError(name)

    def to_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return {
            "name": self.name,
            "kind": self.kind,
            "size_bytes": self.size_bytes,
            **self.layout,
            "rows": self.rows,
            "rejected": self.rejected,
            "distinct_exact": self.distinct_exact,
            "columns": [column.to_dict() for column in self.columns],
            "findings": [
                {
                    "code": finding.code,
                    "column": finding.column,
                    "zh": finding.zh,
                    "en": finding.en,
                    "detail": finding.detail,
                }
                for finding in self.findings
            ],
        }


def profile_file(
    path: Path, options: Mapping[str, Any] | None = None, *, limits: ReadLimits | None = None
) -> FileProfile:
    """Profile one file; `options` are those of its kind of connector (sheet, table, records …).

    Raises:
        ConnectorError: it cannot be read.
    """
    path, kind = located(path, limits)
    given = dict(options or {}) | {"path": path.name}
    connector = open_connector(kind, given, root=path.parent, limits=limits)
    return profile_source(connector, name=path.name, size_bytes=path.stat().st_size)


def located(path: Path, limits: ReadLimits | None) -> tuple[Path, str]:
    """The real path of a file that a person named, and its kind."""
    real = path.absolute().resolve()
    file_inside(real.parent, real.name)
    require_size(real, limit_mb=(limits or ReadLimits()).max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
    return real, kind_of(real)


def profile_source(connector: Connector, *, name: str, size_bytes: int = 0) -> FileProfile:
    """Profile whatever `connector` reads, a table of a database as well as a file."""
    sample = _Sample()
    batches = sample.watch(connector.read())
    held, exact = _hold(batches)
    texts = pa.schema([(column, pa.string()) for column in connector.columns()])
    schema = held[0].schema if held else texts
    counter = TableCounter(schema)
    repeated = None
    if exact:
        table = pa.Table.from_batches(list(counter.watch(held)), schema)
        distinct = count_distinct(table, exact=True)
        repeated = count_repeated(table)
    else:
        rest = counter.watch(itertools.chain(held, batches))
        distinct = count_distinct(pa.RecordBatchReader.from_batches(schema, rest), exact=False)
    statistics = counter.statistics(distinct)
    columns = tuple(
        _column(position, schema.field(position), counter.rows, found, sample)
        for position, found in enumerate(statistics)
    )
    rejected = connector.rejected()
    recognised = frozenset(column.name for column in columns if column.recognition.meaning)
    found = findings_of(counter.rows, statistics, rejected, repeated, recognised)
    return FileProfile(
        name=name,
        kind=connector.kind,
        size_bytes=size_bytes,
        rows=counter.rows,
        rejected=len(rejected),
        columns=columns,
        findings=(*connector.findings(), *found),
        layout=connector.describe(),
        distinct_exact=exact,
    )


def _column(
    position: int, column: pa.Field, rows: int, found: ColumnStatistics, sample: "_Sample"
) -> ColumnProfile:
    values = tuple(sample.values(position))
    recognition = recognise(column.name, values)
    return ColumnProfile(
        name=column.name,
        position=position + 1,
        data_type=_data_type(found, recognition.meaning),
        rows=rows,
        nulls=rows - found.filled,
        distinct=found.distinct,
        max_length=found.max_length,
        recognition=recognition,
        source_type="" if column.type == pa.string() else str(column.type),
        values=values,
    )


_COORDINATES: Final = frozenset({Meaning.LONGITUDE, Meaning.LATITUDE})
_OPEN: Final = frozenset({Meaning.DATE, Meaning.TIMESTAMP, Meaning.BIRTH_DATE})


def _data_type(found: ColumnStatistics, meaning: Meaning | None) -> DataType:
    """The narrowest type that all values have; numbers of a register stay text."""
    if meaning is None or meaning in _OPEN:
        return found.data_type()
    if meaning is Meaning.GEOMETRY:
        return DataType.GENERAL
    if meaning in _COORDINATES and DataType.NUMBER in found.shapes:
        return DataType.DOUBLE
    return DataType.TEXT


class _Sample:
    """Rows taken evenly from every batch, for recognising meanings; bounded."""

    def __init__(self) -> None:
        self._taken: list[pa.RecordBatch] = []
        self._rows: Counter[str] = Counter()

    def watch(self, batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            wanted = min(_SAMPLE_PER_BATCH, _SAMPLE_ROWS - self._rows["taken"], batch.num_rows)
            if not self._taken:
                wanted = min(batch.num_rows, _SAMPLE_ROWS // 2)
            if wanted > 0:
                step = max(1, batch.num_rows // wanted)
                picked = pa.array(range(0, batch.num_rows, step)[:wanted], pa.int64())
                self._taken.append(batch.take(picked))
                self._rows["taken"] += wanted
            yield batch

    def values(self, position: int) -> Iterator[str | None]:
        for batch in self._taken:
            for value in batch.column(position).to_pylist():
                yield None if value is None else str(value)


def _hold(batches: Iterator[pa.RecordBatch]) -> tuple[list[pa.RecordBatch], bool]:
    """The first batches up to `_EXACT_BYTES`, and whether that is all."""
    held: list[pa.RecordBatch] = []
    size = 0
    for batch in batches:
        held.append(batch)
        size += batch.nbytes
        if size > _EXACT_BYTES:
            return held, False
    return held, True
