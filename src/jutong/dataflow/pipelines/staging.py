"""A delivery in the engine's hands: rows numbered, columns named by item, before anything is judged."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from typing import Final

import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.connectors.protocol import Connector, RejectedLine
from jutong.dataflow.lake import DuckDBEngine
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.kernel.errors import JutongError
from jutong.vocabulary.contracts import EntryContract

ROW_NUMBER: Final = "_row_no"
STAGED: Final = "staged"
DELIVERY: Final = "delivery"
REJECTED: Final = "rejected"


def stage(
    engine: DuckDBEngine,
    connector: Connector,
    plan: ColumnPlan,
    seen: Callable[[int], None],
    *,
    into: str = STAGED,
) -> int:
    """Read the source to its end into the table `staged` (`c0`, `c1` …, `_row_no` from 1); the number of rows."""
    reading = _Reading(connector, seen)
    batches = reading.numbered()
    first = next(batches, None)
    if first is None:
        nothing = pa.schema([(f"c{place}", pa.string()) for place in range(len(plan.columns))])
        first = _numbered(pa.RecordBatch.from_pylist([], schema=nothing), 1)
    engine.register("incoming", pa.RecordBatchReader.from_batches(first.schema, chain([first], batches)))
    try:
        engine.write(into, exp.select("*").from_("incoming"))
    except JutongError:
        if reading.failure is not None:  # the engine only saw that its input broke off
            raise reading.failure from None
        raise
    finally:
        engine.unregister("incoming")
    return reading.rows


class _Reading:
    """One reading of a source: counts its rows and remembers why it broke off."""

    def __init__(self, connector: Connector, seen: Callable[[int], None]) -> None:
        self.rows = 0
        self.failure: Exception | None = None
        self._connector = connector
        self._seen = seen

    def numbered(self) -> Iterator[pa.RecordBatch]:
        try:
            for batch in self._connector.read():
                yield _numbered(batch, self.rows + 1)
                self.rows += batch.num_rows
                self._seen(self.rows)
        except Exception as error:
            self.failure = error
            raise


def _numbered(batch: pa.RecordBatch, first: int) -> pa.RecordBatch:
    numbers = pa.arange(first, first + batch.num_rows)
    names = [f"c{place}" for place in range(batch.num_columns)]
    return pa.RecordBatch.from_arrays([*batch.columns, numbers], names=[*names, ROW_NUMBER])


def name_by_item(
    engine: DuckDBEngine,
    plan: ColumnPlan,
    contract: EntryContract,
    *,
    staged: str = STAGED,
    delivery: str = DELIVERY,
) -> None:
    """Make the view `delivery`: one column an item, named by its field, empty where the source has none."""
    described = engine.run(f"DESCRIBE {staged}").fetchall()
    zoned = {row[0] for row in described if row[1] == "TIMESTAMP WITH TIME ZONE"}
    selected: list[exp.Expr] = [exp.column(ROW_NUMBER, quoted=True)]
    for item in contract.items:
        place = plan.sources.get(item.field)
        value: exp.Expr = exp.cast(exp.null(), "text") if place is None else exp.column(f"c{place}")
        if f"c{place}" in zoned:  # a wall clock in Shanghai is what the register's people wrote
            value = exp.AtTimeZone(this=value, zone=exp.Literal.string("Asia/Shanghai"))
        selected.append(exp.alias_(value, item.field, quoted=True))
    query = engine.render(exp.select(*selected).from_(staged))
    engine.run(f"CREATE OR REPLACE TEMP VIEW {delivery} AS {query}")


def delivered_types(engine: DuckDBEngine) -> dict[str, str]:
    """Field of an item → the type of its column in the view `delivery`."""
    return {row[0]: str(row[1]) for row in engine.run(f"DESCRIBE {DELIVERY}").fetchall()}


def source_row(plan: ColumnPlan) -> exp.Expr:
    """The row as the source has it, as JSON text: every column by its own name."""
    pairs = [
        exp.PropertyEQ(this=exp.to_identifier(column, quoted=True), expression=exp.column(f"c{place}"))
        for place, column in enumerate(plan.columns)
    ]
    return exp.cast(exp.func("to_json", exp.Struct(expressions=pairs)), "text")


def stage_rejected(engine: DuckDBEngine, lines: Sequence[RejectedLine]) -> None:
    """The lines that gave no row, as the table `rejected` (`line`, `reason`, `place`, `text`)."""
    schema = pa.schema(
        [("line", pa.int64()), ("reason", pa.string()), ("place", pa.string()), ("text", pa.string())]
    )
    rows = [
        {"line": line.line, "reason": line.reason, "place": line.place, "text": line.text} for line in lines
    ]
    engine.register("incoming_rejected", pa.Table.from_pylist(rows, schema=schema))
    engine.write(REJECTED, exp.select("*").from_("incoming_rejected"))
    engine.unregister("incoming_rejected")
