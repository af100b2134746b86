"""The short way of a delivery: the lake's engine scans the source itself, and in that one pass the rows get their types,
their provenance and a mask of the rules that they break, and are in the files of the next version.

What is not in those files is asked of the source again, in the same snapshot: the content of the few rows that may
not land. The long way (`staging`) gives the same report, the same rows and the same quarantine.
"""

# ruff: noqa: S608  # every name in the SQL is ours or quoted

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final, Literal, Self

from sqlglot import exp, parse_one

from jutong.dataflow.connectors.errors import SourceChanged, SourceUnreachable
from jutong.dataflow.connectors.protocol import Capability, EngineConnector
from jutong.dataflow.lake import DuckDBEngine, Lake, Provenance, TableName, TableWrite
from jutong.dataflow.lake.errors import StatementFailed
from jutong.dataflow.lake.files import RowFiles, files_for, with_provenance
from jutong.dataflow.lake.lake import CATALOGUE
from jutong.dataflow.lake.names import POOL
from jutong.dataflow.lake.rows import row_hash
from jutong.dataflow.pipelines import staging
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.dataflow.pipelines.drift_columns import Arrival, gone_and_new
from jutong.dataflow.pipelines.judging import Judgement, judgement
from jutong.dataflow.pipelines.snapshot import Snapshot
from jutong.dataflow.quality import QualityRule, native
from jutong.dataflow.quality.casts import TEXTS
from jutong.dataflow.quality.check import check_judged
from jutong.dataflow.quality.rules import Required, Unique
from jutong.vocabulary.contracts import EntryContract, RuleOutcome

_POLL_S: Final = 0.5
_NUMBERS: Final = "row_numbers"
_WANTED: Final = "held_wanted"
_ZONED: Final = "TIMESTAMP WITH TIME ZONE"


def is_possible(
    connector: EngineConnector, arrival: Arrival, plan: ColumnPlan, rules: Sequence[QualityRule]
) -> bool:
    """Whether the engine can read this source by itself, and every row be judged alone.

    Which of several rows of one key stays is a matter of their order, and a scan has none: the source itself must
    keep such items unique. A column that may be another's new name is looked at first.
    """
    if Capability.ENGINE not in connector.capabilities:
        return False
    gone, new = gone_and_new(arrival.columns_before, connector.columns())
    if gone and new:
        return False
    alone = [rule for rule in rules if isinstance(rule, Unique)]
    if not alone:
        return True
    kept = _unique_items(connector, plan)
    return all(any(set(items) <= set(rule.items) for items in kept) for rule in alone)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scanned:
    """A source's rows in files of the lake, judged row by row, not yet part of any version."""

    contract: EntryContract
    plan: ColumnPlan
    source: str
    """SQL of the source's rows: `c0`, `c1` …; readable within the snapshot."""
    types: Mapping[str, str]
    """Column `c0`, `c1` … → the engine's type."""
    files: RowFiles
    rows: int
    again: str
    """As `source`, with `_hash` and the masks as in the files."""
    masks: tuple[str, ...]
    snapshot: Snapshot


@contextmanager
def scanned(
    lake: Lake,
    connector: EngineConnector,
    contract: EntryContract,
    plan: ColumnPlan,
    rules: Sequence[QualityRule],
    provenance: Provenance,
    seen: Callable[[int], None],
) -> Iterator[Scanned]:
    """Scan the source into files; its snapshot stays open until the end of the block, the files without a version go.

    Raises:
        SourceUnreachable: the source broke off.
        SourceChanged: it has other columns than a moment ago.
        OutOfSpace: memory or disk is used up.
    """
    engine = lake.engine
    relation = connector.attach(engine.connection)
    try:
        names = ", ".join(f"c{place}" for place in range(len(plan.columns)))
        source = f"SELECT * FROM ({relation}) AS s({names})"
        with files_for(engine, CATALOGUE, lake.folder, TableName(POOL, contract.service)) as folder:
            snapshot = Snapshot(engine)
            try:
                place = str(connector.describe().get("place", ""))
                types = _described(engine, source, place=place)
                engine.run(f"CREATE OR REPLACE TEMP SEQUENCE {_NUMBERS}")
                landing = _Landing.of(contract, plan, rules, types, source)
                rows = _written(lake, landing.files(provenance), folder, seen, place=place)
                yield Scanned(
                    contract=contract,
                    plan=plan,
                    source=source,
                    types=types,
                    files=RowFiles(paths=tuple(sorted(folder.glob("*.parquet")))),
                    rows=rows,
                    again=landing.again(),
                    masks=landing.judged.names,
                    snapshot=snapshot,
                )
            finally:
                snapshot.forget()
    finally:
        connector.detach(engine.connection)


def _described(engine: DuckDBEngine, source: str, *, place: str) -> dict[str, str]:
    try:
        return {row[0]: str(row[1]) for row in engine.run(f"DESCRIBE {source}").fetchall()}
    except StatementFailed:  # the server answers, and the columns that it named are not there
        raise SourceChanged(place=place) from None


def _written(lake: Lake, query: str, folder: Path, seen: Callable[[int], None], *, place: str) -> int:
    """Carry out the scan beside this thread, which tells how far it is and can break it off."""
    statement = (
        f"COPY ({query}) TO '{str(folder).replace(chr(39), chr(39) * 2)}' "
        "(FORMAT parquet, COMPRESSION zstd, PER_THREAD_OUTPUT true, FILENAME_PATTERN '{uuid}', OVERWRITE_OR_IGNORE true)"
    )
    connection = lake.engine.connection
    with ThreadPoolExecutor(max_workers=1) as pool:
        work: Future[int] = pool.submit(lambda: int(lake.engine.run(statement).fetchone()[0]))  # type: ignore[index]
        try:
            while not _done(work):
                seen(0)
        except BaseException:
            connection.interrupt()
            raise
        try:
            return work.result()
        except (
            StatementFailed
        ):  # whatever the scan met, it was the source's: our own part cannot fail on a value
            raise SourceUnreachable(place=place) from None


def _done(work: Future[int]) -> bool:
    try:
        work.exception(timeout=_POLL_S)
    except TimeoutError:
        return False
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class _Landing:
    """How the rows of a source become those that land, as parts of one SELECT."""

    contract: EntryContract
    plan: ColumnPlan
    types: Mapping[str, str]
    source: str
    judged: Judgement

    @classmethod
    def of(
        cls,
        contract: EntryContract,
        plan: ColumnPlan,
        rules: Sequence[QualityRule],
        types: Mapping[str, str],
        source: str,
    ) -> Self:
        kinds = item_types(contract, plan, types)
        judged = judgement(tuple(rules), tuple(kinds.items()))
        return cls(contract=contract, plan=plan, types=types, source=source, judged=judged)

    def rows(self, carried: Sequence[str] = ()) -> str:
        """The items in their types, the masks, whether an item was filled; and further columns of the source."""
        kinds = item_types(self.contract, self.plan, self.types)
        items = self.contract.items
        named = [f"{_delivered(self.plan, item.field, self.types)} AS {_name(item.field)}" for item in items]
        typed = [
            f"{native.typed(item, kinds[item.field]).sql('duckdb')} AS {_name(item.field)}" for item in items
        ]
        flags = [f"{_name(items[n].field)} IS NOT NULL AS {_flag(n)}" for n in _flagged(self.contract, kinds)]
        below = ", ".join([*named, *carried])
        prepared = ", ".join(["*", *self.judged.shared])
        columns = ", ".join([*typed, *self.judged.masks, *flags, *carried])
        return f"SELECT {columns} FROM (SELECT {prepared} FROM (SELECT {below} FROM ({self.source})))"

    def files(self, provenance: Provenance) -> str:
        """What goes into the files."""
        fields = [item.field for item in self.contract.items]
        constants = [one.sql("duckdb") for one in with_provenance((staging.ROW_NUMBER,), provenance)]
        columns = ["*", f"nextval('{_NUMBERS}') AS {staging.ROW_NUMBER}", *constants]
        columns.append(f"{row_hash(fields).sql('duckdb')} AS _hash")
        return f"SELECT {', '.join(columns)} FROM ({self.rows()})"

    def again(self) -> str:
        """The source's rows with their masks and hash, to find some of them."""
        fields = [item.field for item in self.contract.items]
        places = [f"c{place}" for place in range(len(self.plan.columns))]
        columns = [
            *places,
            *self.judged.names,
            f"{row_hash(fields).sql('duckdb')} AS _hash",
        ]
        return f"SELECT {', '.join(columns)} FROM ({self.rows(places)})"


def _name(field: str) -> str:
    return exp.column(field, quoted=True).sql("duckdb")


def _flagged(contract: EntryContract, kinds: Mapping[str, str]) -> list[int]:
    """Items whose column may hold what lands as nothing: only the delivery tells that it was filled."""
    return [n for n, item in enumerate(contract.items) if not native.keeps_filled(item, kinds[item.field])]


def _flag(number: int) -> str:
    return f"_filled_{number}"


def _delivered(plan: ColumnPlan, field: str, types: Mapping[str, str]) -> str:
    """The column that answers for an item, as `staging.name_by_item` has it."""
    place = plan.sources.get(field)
    if place is None:
        return "NULL::VARCHAR"
    zoned = types[f"c{place}"] == _ZONED
    return f"c{place} AT TIME ZONE 'Asia/Shanghai'" if zoned else f"c{place}"


def item_types(contract: EntryContract, plan: ColumnPlan, types: Mapping[str, str]) -> dict[str, str]:
    """Field of an item → the type of the column that answers for it."""
    found = {}
    for item in contract.items:
        place = plan.sources.get(item.field)
        kind = "VARCHAR" if place is None else types[f"c{place}"]
        found[item.field] = "TIMESTAMP" if kind == _ZONED else kind
    return found


def _unique_items(connector: EngineConnector, plan: ColumnPlan) -> tuple[tuple[str, ...], ...]:
    fields = {plan.columns[place]: field for field, place in plan.sources.items()}
    return tuple(
        tuple(fields[column] for column in columns)
        for columns in connector.unique_keys()
        if all(column in fields for column in columns)
    )


# What follows looks at the files.


def make_views(lake: Lake, scan: Scanned) -> None:
    """The views `staged` and `delivery` over the files, as far as drift and rules look at them."""
    lake.engine.drop(staging.STAGED)
    items = {
        scan.plan.sources[item.field]: item for item in scan.contract.items if item.field in scan.plan.sources
    }
    columns = []
    for place in range(len(scan.plan.columns)):
        kind, item = scan.types[f"c{place}"], items.get(place)
        value = "NULL" if item is None else exp.column(item.field, quoted=True).sql("duckdb")
        plain = item is not None and item.data_type in TEXTS and kind == "VARCHAR"
        columns.append(f"{value} AS c{place}" if plain else f"TRY_CAST({value} AS {kind}) AS c{place}")
    relation, number = scan.files.relation(), staging.ROW_NUMBER
    lake.engine.run(
        f"CREATE OR REPLACE TEMP VIEW {staging.STAGED} AS SELECT {', '.join([*columns, number])} FROM {relation}"
    )
    lake.engine.run(f"CREATE OR REPLACE TEMP VIEW {staging.DELIVERY} AS SELECT * FROM {relation}")


def forget_views(lake: Lake) -> None:
    """Of `staged` there may be a view or a table: it is a table on the long way."""
    for name in (staging.STAGED, staging.DELIVERY):
        found = lake.engine.run(
            "SELECT 1 FROM duckdb_views() WHERE temporary AND view_name = ?", [name]
        ).fetchone()
        if found:
            lake.engine.run(f"DROP VIEW {name}")


def judged(
    lake: Lake, scan: Scanned, rules: Sequence[QualityRule], *, findings: str
) -> tuple[RuleOutcome, ...]:
    """What the masks say, and the rules that look at several rows; leaves `findings` as `check` does."""
    filled = _filled(lake, scan)
    counts = [scan.rows if isinstance(rule, Required) else filled[rule.fields[0]] for rule in rules]
    return check_judged(lake.engine, staging.DELIVERY, rules, counts, findings=findings)


def _filled(lake: Lake, scan: Scanned) -> dict[str, int]:
    """For each item, how many rows were delivered with a value: the files' own statistics know."""
    if not scan.files.paths:
        return {item.field: 0 for item in scan.contract.items}
    kinds = item_types(scan.contract, scan.plan, scan.types)
    rows = lake.engine.run(
        "SELECT path_in_schema, sum(stats_null_count), count(*) = count(stats_null_count) "
        f"FROM parquet_metadata([{', '.join(repr(str(path)) for path in scan.files.paths)}]) GROUP BY 1"
    ).fetchall()
    nulls = {name: int(count) for name, count, known in rows if known}
    found = {}
    for number, item in enumerate(scan.contract.items):
        if native.keeps_filled(item, kinds[item.field]) and item.field in nulls:
            found[item.field] = scan.rows - nulls[item.field]
        else:
            column = exp.column(item.field, quoted=True).sql("duckdb")
            keeps = native.keeps_filled(item, kinds[item.field])
            what = f"count({column})" if keeps else f"count_if({_flag(number)})"
            row = lake.engine.run(f"SELECT {what} FROM {scan.files.relation()}").fetchone()
            found[item.field] = int(row[0]) if row else 0
    return found


def fetch_held(lake: Lake, scan: Scanned, held: str) -> None:
    """Ask the source again for the rows in `held`: `staged` and `delivery` are then these rows as the long way has them.

    A row is found by what landed of it and by what it breaks; among rows that are equal in both, one is as good as
    another.
    """
    engine, number = lake.engine, staging.ROW_NUMBER
    same = ", ".join([*scan.masks, "_hash"])
    ranked = f"row_number() OVER (PARTITION BY {same}) AS _rank"
    engine.write(
        _WANTED,
        f"SELECT {number}, {same}, {ranked} FROM {scan.files.relation()} "
        f"WHERE {number} IN (SELECT {number} FROM {held})",
    )
    forget_views(lake)
    places = ", ".join(f"c{place}" for place in range(len(scan.plan.columns)))
    wanted = engine.run(f"SELECT count(*) FROM {_WANTED}").fetchone()
    rows = scan.again if wanted and wanted[0] else f"{scan.again} LIMIT 0"
    engine.write(
        staging.STAGED,
        f"SELECT {places}, {number} FROM {_WANTED} JOIN (SELECT *, {ranked} FROM ({rows}) "
        f"WHERE _hash IN (SELECT _hash FROM {_WANTED})) USING ({same}, _rank)",
    )
    engine.drop(_WANTED)
    staging.name_by_item(engine, scan.plan, scan.contract)


def pool_write(scan: Scanned, held: str, *, mode: Literal["append", "replace"], rows: int) -> TableWrite:
    """The files as the entry's table, without the rows in `held`."""
    fields = [item.field for item in scan.contract.items]
    columns = [exp.column(name, quoted=True) for name in (*fields, staging.ROW_NUMBER, "_hash")]
    return TableWrite(
        table=TableName(POOL, scan.contract.service),
        source=exp.select(*columns).from_(
            _parsed(f"SELECT * FROM {scan.files.relation()}").subquery("files")
        ),
        mode=mode,
        expected_rows=rows,
        files=replace(scan.files, left_out=held if rows < scan.rows else ""),
    )


def good_rows(scan: Scanned, held: str) -> exp.Query:
    """The rows that land."""
    number = staging.ROW_NUMBER
    return _parsed(
        f"SELECT * FROM {scan.files.relation()} WHERE {number} NOT IN (SELECT {number} FROM {held})"
    )


def _parsed(query: str) -> exp.Query:
    parsed = parse_one(query, dialect="duckdb")
    assert isinstance(parsed, exp.Query)
    return parsed
