"""What the rows of a delivery show: totals among them, what texts look like, whose values they are."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import pyarrow as pa
from sqlglot import exp

from jutong.dataflow.lake import DuckDBEngine, Lake, TableName
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.dataflow.pipelines.drift_columns import Columns
from jutong.vocabulary.collection import DriftKind
from jutong.vocabulary.contracts import EntryContract

ASIDE: Final = "drift_aside"
_ROW: Final = "_row_no"
_SAMPLE_ROWS: Final = 20_000
_SAMPLE_VALUES: Final = 500
# More rows that call themselves totals than this are a table of statistics, not a slip.
_MOST_TOTALS: Final = 200
_FIRST_COLUMNS: Final = 3
_PAIRS: Final = ("合计", "总计", "小计", "共计", "总和", "累计")
_NAMES: Final = (
    *_PAIRS,
    *(
        f"{first}{between}{last}"
        for first, last in _PAIRS
        for between in (" ", "  ", "   ", "    ", "\u3000", "\u3000\u3000")
    ),
    *(
        "本页合计",
        "本页小计",
        "本页累计",
        "全市合计",
        "全市总计",
        "全省合计",
        "全区合计",
        "全县合计",
        "合计数",
        "总计数",
    ),
    *(
        case(word)
        for word in ("total", "subtotal", "grand total", "sum")
        for case in (str.lower, str.title, str.upper)
    ),
)
# A list of texts is looked up, and files whose values lie elsewhere are left out: a pattern would take seconds.
_CALLED: Final = ", ".join(f"'{name}{end}'" for name in _NAMES for end in ("", ":", "：", " "))
# "4375套", "698,109.63 m²": the number that a cell begins with.
_NUMBER: Final = "try_cast(replace(regexp_extract(trim({0}::VARCHAR), '^[+-]?[0-9][0-9,]*([.][0-9]+)?'), ',', '') AS DOUBLE)"


def text_shapes(engine: DuckDBEngine, columns: int, staged: str) -> list[str]:
    """What each text column looks like in its first rows: `VARCHAR:number`, `:date`, `:text`, `:mixed`, `:empty`."""
    names = [f"c{place}" for place in range(columns)]
    number = "regexp_full_match(trim({0}), '[+-]?[0-9]+([.][0-9]+)?')"
    date = "regexp_full_match(trim({0}), '[0-9]{{4}}[-/年][0-9]{{1,2}}[-/月][0-9]{{1,2}}日?([ T].*)?')"
    found = []
    for name in names:
        row = engine.run(
            f"SELECT count(*), count(*) FILTER (WHERE {number.format(name)}), "  # noqa: S608  # our names
            f"count(*) FILTER (WHERE {date.format(name)}) "
            f"FROM (SELECT {name} FROM {staged} WHERE {name} IS NOT NULL AND {_ROW} <= {_SAMPLE_ROWS} LIMIT 2000)"
        ).fetchone()
        found.append(f"VARCHAR:{_shape(*row)}" if row else "VARCHAR:empty")
    return found


def _shape(filled: int, numbers: int, dates: int) -> str:
    if filled == 0:
        return "empty"
    for name, count in (("number", numbers), ("date", dates)):
        if count >= filled * 0.95:
            return name
    return "text" if max(numbers, dates) < filled * 0.5 else "mixed"


def overlap_of(
    lake: Lake, plan: ColumnPlan, staged: str, pool: TableName | None
) -> Callable[[str, str], float | None]:
    """How far the values of a new column are those that the pool holds for an item."""

    def overlap(field: str, column: str) -> float | None:
        if pool is None or field not in lake.columns(pool):
            return None
        name, place = quoted(field), plan.columns.index(column)
        row = lake.engine.run(
            f"SELECT count(*), count(*) FILTER (WHERE v IN (SELECT {name}::VARCHAR FROM {sql_of(lake, pool)})) "  # noqa: S608
            f"FROM (SELECT DISTINCT trim(c{place}::VARCHAR) AS v FROM {staged} "
            f"WHERE c{place} IS NOT NULL AND {_ROW} <= {_SAMPLE_ROWS} LIMIT {_SAMPLE_VALUES})"
        ).fetchone()
        return row[1] / row[0] if row and row[0] else None

    return overlap


def totals_rows(
    lake: Lake,
    contract: EntryContract,
    plan: ColumnPlan,
    columns: Columns,
    staged: str,
    pool: TableName | None,
) -> tuple[int, ...]:
    """Row numbers of totals: called so in one of the first columns, their numbers the sum of others or above them all.

    A row that is called a total but holds no number counts as one as well; rows of the pool that are called
    so already make it an ordinary value. Without a name, only a last row with an empty first column counts.
    """
    engine = lake.engine
    firsts = [place for place in range(min(_FIRST_COLUMNS, len(columns))) if _textual(columns[place][1])]
    if not firsts:
        return ()
    called = " UNION ".join(
        f"SELECT {_ROW} FROM {staged} WHERE c{place} IN ({_CALLED})"  # noqa: S608  # our names
        for place in firsts
    )
    rows = engine.run(f"{called} ORDER BY 1 LIMIT {_MOST_TOTALS + 1}").fetchall()
    if len(rows) > _MOST_TOTALS or (rows and _ordinary(lake, plan, firsts, pool)):
        return ()
    named = [int(row[0]) for row in rows]
    last = _nameless(engine, staged, firsts[0])
    candidates = [*named, *([last] if last and last not in named else [])]
    if not candidates:
        return ()
    sums = _Sums(engine, contract, plan, columns, staged, candidates)
    return tuple(sorted(row for row in candidates if sums.is_total(row, named=row in named)))


def _textual(kind: str) -> bool:
    return kind.startswith("VARCHAR") and kind not in {"VARCHAR:number", "VARCHAR:date"}


def _ordinary(lake: Lake, plan: ColumnPlan, firsts: Sequence[int], pool: TableName | None) -> bool:
    """Whether the pool holds rows that are called totals: then they belong to the table."""
    fields = [field for field, place in plan.sources.items() if place in firsts]
    if pool is None or not (known := [field for field in fields if field in lake.columns(pool)]):
        return False
    called = " OR ".join(f"{quoted(field)}::VARCHAR IN ({_CALLED})" for field in known)
    found = lake.engine.run(f"SELECT 1 FROM {sql_of(lake, pool)} WHERE {called} LIMIT 1")  # noqa: S608  # our names
    return found.fetchone() is not None


def _nameless(engine: DuckDBEngine, staged: str, first: int) -> int | None:
    """The last row, when its first text column is empty and no other row's is."""
    empty = f"coalesce(trim(c{first}::VARCHAR), '') = ''"
    last = engine.run(
        f"SELECT {_ROW}, {empty} FROM {staged} WHERE {_ROW} = (SELECT max({_ROW}) FROM {staged})"  # noqa: S608
    ).fetchone()
    if not last or last[0] <= 3 or not last[1]:
        return None
    others = engine.run(f"SELECT count(*) FROM {staged} WHERE {empty}").fetchone()  # noqa: S608  # our names
    return int(last[0]) if others and others[0] == 1 else None


class _Sums:
    """The sums of the columns' numbers without the candidates, and the candidates' own numbers."""

    def __init__(
        self,
        engine: DuckDBEngine,
        contract: EntryContract,
        plan: ColumnPlan,
        columns: Columns,
        staged: str,
        candidates: Sequence[int],
    ) -> None:
        keys = {plan.sources.get(item.field) for item in contract.items if item.key}
        self._places = [place for place in range(len(columns)) if place not in keys][:100]
        self._rows = {
            int(row[0]): row[1:]
            for row in engine.run(
                f"SELECT {_ROW}, {self._each('{0}')} FROM {staged} "  # noqa: S608  # our names
                f"WHERE {_ROW} IN ({', '.join(map(str, candidates))})"
            ).fetchall()
        }
        self._engine, self._staged = engine, staged
        self._all = ", ".join(map(str, candidates))

    def _each(self, shape: str) -> str:
        numbers = (_NUMBER.format(f"c{place}") for place in self._places)
        return ", ".join(shape.format(number) for number in numbers) or "NULL"

    def is_total(self, row: int, *, named: bool) -> bool:
        """Whether most numbers of `row` are sums of the ordinary rows, or of those since the candidate before."""
        own = self._rows.get(row, ())
        if not any(number for number in own):
            return named
        earlier = max((other for other in self._rows if other < row), default=0)
        spans = [f"{_ROW} NOT IN ({self._all})", f"{_ROW} > {earlier} AND {_ROW} < {row}"]
        if any(self._matches(own, span, named=named) for span in dict.fromkeys(spans)):
            return True
        return named and len(self._rows) == 1 and self._exceeds(own)

    def _exceeds(self, own: Sequence[Any]) -> bool:
        """A total may count what is no longer listed: no other row is as large in any column."""
        found = self._engine.run(
            f"SELECT count(*), {self._each('max({0})')} FROM {self._staged} WHERE {_ROW} NOT IN ({self._all})"  # noqa: S608
        ).fetchone()
        if not found or found[0] < 2:
            return False
        pairs = [(mine, most) for mine, most in zip(own, found[1:], strict=True) if mine and most]
        return bool(pairs) and all(mine > most for mine, most in pairs)

    def _matches(self, own: Sequence[Any], span: str, *, named: bool) -> bool:
        found = self._engine.run(
            f"SELECT count(*), {self._each('sum({0})')} FROM {self._staged} WHERE {span}"  # noqa: S608
        ).fetchone()
        if not found or found[0] < 2:
            return False
        pairs = [(mine, total) for mine, total in zip(own, found[1:], strict=True) if mine and total]
        equal = sum(abs(mine - total) <= 1e-6 * abs(total) + 0.05 for mine, total in pairs)
        # Sums that people have rounded differ a little in some column; one that agrees and a name are enough.
        return equal >= (1 if named else max(2, len(pairs))) and bool(pairs)


def keep_aside(
    engine: DuckDBEngine,
    staged: str,
    totals: Sequence[int],
    changed: Sequence[tuple[int, Sequence[str]]],
) -> None:
    """The table `ASIDE` (`_row_no`, `reason`): the totals, and rows with these values in the column at this place."""
    schema = pa.schema([(_ROW, pa.int64()), ("reason", pa.string())])
    rows = pa.Table.from_pylist(
        [{_ROW: row, "reason": DriftKind.TOTALS_ROW.value} for row in totals], schema=schema
    )
    engine.register("aside_rows", rows)
    try:
        engine.write(ASIDE, exp.select("*").from_("aside_rows"))
    finally:
        engine.unregister("aside_rows")
    for place, values in changed:
        if values:
            engine.run(
                f"INSERT INTO {ASIDE} SELECT {_ROW}, '{DriftKind.VALUES_CHANGED.value}' FROM {staged} "  # noqa: S608
                f"WHERE trim(c{place}::VARCHAR) IN (SELECT unnest(?))",
                [list(values)],
            )


def quoted(name: str) -> str:
    return exp.column(name, quoted=True).sql(dialect="duckdb")


def sql_of(lake: Lake, table: TableName) -> str:
    return lake.engine.render(table.table(CATALOGUE))
