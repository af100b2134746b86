"""Listed columns: a delivery whose districts, kinds or codes are others than before."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from jutong.dataflow.lake import DuckDBEngine, Lake, TableName
from jutong.dataflow.pipelines.columns import ColumnPlan
from jutong.dataflow.pipelines.drift_columns import Arrival
from jutong.dataflow.pipelines.drift_rows import quoted, sql_of
from jutong.vocabulary.catalogue import DataType, Level, Meaning
from jutong.vocabulary.collection import CollectionMode, DriftFinding, DriftKind
from jutong.vocabulary.contracts import EntryContract, InformationItem

# What is longer than this is no list that people keep in mind.
_LISTED: Final = 200
_SMALL_TABLE: Final = 20_000
_SHOWN: Final = 30
# With more distinct values than this, what differs is counted and not told.
_MOST_TOLD: Final = 60
_LIST_MEANINGS: Final = frozenset({None, Meaning.REGION_CODE, Meaning.SEX, Meaning.NATION, Meaning.INDUSTRY})
_TOLD_MEANINGS: Final = frozenset({None, Meaning.REGION_CODE, Meaning.INDUSTRY})
# How columns of places are called: they may be the key of a table of figures, and say nothing of anybody.
_PLACES: Final = ("区县", "县区", "区划", "街道", "乡镇", "辖区", "省份", "地市")
_TOTALS: Final = ("合计", "总计", "小计", "共计", "累计")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedValues:
    """A listed column that has other values than before; `came` are those that are new."""

    finding: DriftFinding
    place: int
    came: tuple[str, ...]


def listed_items(contract: EntryContract) -> tuple[tuple[InformationItem, bool], ...]:
    """Items whose values are a list that may be told, and whether that is sure: of a code list, or few public texts."""
    found = []
    for item in contract.items:
        if item.code_list:
            found.append((item, True))
        elif item.key and not _is_place(item):  # names of rows, which come and go
            continue
        elif item.data_type is DataType.TEXT and item.level is Level.L1 and item.meaning in _LIST_MEANINGS:
            found.append((item, False))
    return tuple(found)


def may_be_told(item: InformationItem) -> bool:
    """Whether a report may hold values of this item: no key of records, nothing of persons, nothing sensitive."""
    public = item.level.rank < Level.L3.rank and item.meaning in _TOLD_MEANINGS
    return public and (not item.key or _is_place(item))


def _is_place(item: InformationItem) -> bool:
    return item.meaning is Meaning.REGION_CODE or any(word in item.name for word in _PLACES)


def values_changed(
    lake: Lake, arrival: Arrival, plan: ColumnPlan, staged: str, pool: TableName | None
) -> tuple[ChangedValues, ...]:
    """Listed columns whose set of values differs from the delivery before: which came, which went."""
    if pool is None or arrival.before is None or arrival.before.landed == 0:
        return ()
    known = set(lake.columns(pool))
    small = arrival.before.landed <= _SMALL_TABLE
    whole = arrival.mode in {CollectionMode.REPLACE, CollectionMode.APPEND}
    found = []
    for item, sure in listed_items(arrival.contract):
        place = plan.sources.get(item.field)
        if place is None or item.field not in known or not (sure or small):
            continue
        run_id = arrival.before.run_id if arrival.mode is CollectionMode.APPEND else ""
        before = _values(lake.engine, quoted(item.field), sql_of(lake, pool), run_id)
        now = _values(lake.engine, f"c{place}", staged, "")
        change = _compared(arrival, item, place, before, now, sure=sure, whole=whole)
        if change is not None:
            rows = _rows_with(lake.engine, staged, place, change.came)
            found.append(_counted(change, rows))
    return tuple(found)


def _values(engine: DuckDBEngine, column: str, relation: str, run_id: str) -> dict[str, int]:
    """Value → rows; one more than may be listed where there are too many."""
    where = "_batch_no = ?" if run_id else "TRUE"
    # Grouped as they are, then trimmed: trimming millions of values costs more than finding the few there are.
    rows = engine.run(
        f"SELECT trim(v::VARCHAR), sum(n) FROM (SELECT {column} AS v, count(*) AS n FROM {relation} "  # noqa: S608
        f"WHERE {where} AND {column} IS NOT NULL GROUP BY 1) GROUP BY 1 LIMIT {_LISTED + 1}",
        [run_id] if run_id else [],
    ).fetchall()
    return {str(value): int(count) for value, count in rows if value}


def _compared(
    arrival: Arrival,
    item: InformationItem,
    place: int,
    before: dict[str, int],
    now: dict[str, int],
    *,
    sure: bool,
    whole: bool,
) -> ChangedValues | None:
    if not before or not now or max(len(before), len(now)) > _LISTED:
        return None
    if not sure and not (_is_list(item, before) and _is_list(item, now)):
        return None
    came = tuple(sorted(set(now) - set(before) - set(_TOTALS)))
    went = tuple(sorted(set(before) - set(now))) if whole else ()
    if not came and not went:
        return None
    # Names of another kind altogether are other rows, not another list.
    if not sure and len(set(before) & set(now)) * 2 < min(len(before), len(now)):
        return None
    told = may_be_told(item) and max(len(before), len(now)) <= _MOST_TOLD
    finding = DriftFinding(
        kind=DriftKind.VALUES_CHANGED,
        action=arrival.policy.action(DriftKind.VALUES_CHANGED),
        column=item.field,
        before=_listing(went) if told else _counting(went),
        now=_listing(came) if told else _counting(came),
    )
    return ChangedValues(finding=finding, place=place, came=came)


def _is_list(item: InformationItem, values: dict[str, int]) -> bool:
    """Few short texts, each in several rows or naming its row: what people call a list."""
    short = all(len(value) <= 30 and not _is_number(value) for value in values)
    return short and (item.key or sum(values.values()) >= 5 * len(values))


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).replace("-", "", 1).isdigit()


def _listing(values: Sequence[str]) -> str:
    shown = "、".join(values[:_SHOWN])
    return f"{shown}…（{len(values)}）" if len(values) > _SHOWN else shown


def _counting(values: Sequence[str]) -> str:
    return f"（{len(values)}）" if values else ""


def _rows_with(engine: DuckDBEngine, staged: str, place: int, values: Sequence[str]) -> int:
    if not values:
        return 0
    row = engine.run(
        f"SELECT count(*) FROM {staged} WHERE trim(c{place}::VARCHAR) IN (SELECT unnest(?))",  # noqa: S608
        [list(values)],
    ).fetchone()
    return int(row[0]) if row else 0


def _counted(change: ChangedValues, rows: int) -> ChangedValues:
    return replace(change, finding=replace(change.finding, rows=rows))
