"""What a dataset's rows look like together: counts ready for a chart."""

import math
from collections import Counter
from collections.abc import Sequence
from typing import Any, Final

from jutong.dataflow.serving.cells import Cell, text
from jutong.dataflow.serving.spool import Spool
from jutong.vocabulary.catalogue import DataType, Meaning
from jutong.vocabulary.contracts import InformationItem

MAX_CHARTS: Final = 3
MAX_CATEGORIES: Final = 20
_TRACKED: Final = 2000
_BINS: Final = 10
_NUMBERS: Final = frozenset(
    {DataType.NUMBER, DataType.MONEY, DataType.DOUBLE, DataType.INTEGER, DataType.FLOAT}
)
_DATES: Final = frozenset({DataType.DATE, DataType.TIMESTAMP})
_DATE_MEANINGS: Final = frozenset({Meaning.DATE, Meaning.TIMESTAMP, Meaning.BIRTH_DATE})
_NO_CHART: Final = frozenset({Meaning.GEOMETRY, Meaning.LONGITUDE, Meaning.LATITUDE})


class _Tally:
    """Counts of one column's values, given up when there are too many distinct ones."""

    def __init__(self, item: InformationItem) -> None:
        self.item = item
        self.filled = 0
        self.values: Counter[str] | None = Counter()
        self.months: Counter[str] = Counter()
        self.low, self.high = math.inf, -math.inf
        self.is_date = item.data_type in _DATES or item.meaning in _DATE_MEANINGS
        self.is_number = item.data_type in _NUMBERS and item.meaning not in _NO_CHART

    def add(self, cell: Cell) -> None:
        value = text(cell)
        if not value:
            return
        self.filled += 1
        if self.is_date and _looks_like_date(value):
            self.months[value[:7]] += 1
        elif self.is_number:
            number = _number(value)
            if number is not None:
                self.low, self.high = min(self.low, number), max(self.high, number)
        if self.values is not None:
            self.values[value] += 1
            if len(self.values) > _TRACKED:
                self.values = None


def summarise(items: Sequence[InformationItem], spool: Spool) -> dict[str, Any]:
    """Rows, how full each item is, and up to three charts: `{"kind", "field", "name", "categories", "values"}`.

    Kinds: `bar` (the most frequent values of an item with few distinct ones), `line` (rows by month or year),
    `histogram` (ten equal steps of a number). `other` counts what a bar chart leaves out.
    """
    tallies = [_Tally(item) for item in items]
    for row in spool.rows_once():
        for tally, cell in zip(tallies, row, strict=True):
            tally.add(cell)
    charts = [chart for tally in tallies if (chart := _bar(tally, spool.rows))]
    charts.sort(key=lambda chart: (chart["other"] > 0, len(chart["categories"])))
    charts += [chart for tally in tallies if (chart := _line(tally))]
    charts += _histograms([tally for tally in tallies if tally.is_number and tally.low < tally.high], spool)
    charts = [*charts[: MAX_CHARTS - 1], *charts[MAX_CHARTS - 1 :][:1]]
    return {
        "rows": spool.rows,
        "filled": [
            {"field": tally.item.field, "name": tally.item.name, "count": tally.filled} for tally in tallies
        ],
        "charts": charts,
    }


def _chart(
    kind: str, item: InformationItem, categories: list[str], values: list[int], other: int = 0
) -> dict[str, Any]:
    return {
        "kind": kind,
        "field": item.field,
        "name": item.name,
        "categories": categories,
        "values": values,
        "other": other,
    }


def _bar(tally: _Tally, rows: int) -> dict[str, Any] | None:
    if tally.values is None or tally.item.key or tally.is_date or tally.item.meaning in _NO_CHART:
        return None
    distinct = len(tally.values)
    if not 2 <= distinct <= max(MAX_CATEGORIES, min(200, rows // 5)) or (
        tally.is_number and distinct > MAX_CATEGORIES
    ):
        return None
    shown = tally.values.most_common(MAX_CATEGORIES)
    other = tally.filled - sum(count for _, count in shown)
    return _chart("bar", tally.item, [value for value, _ in shown], [count for _, count in shown], other)


def _line(tally: _Tally) -> dict[str, Any] | None:
    by_month = tally.months
    if len(by_month) < 2:
        return None
    if len(by_month) > 48:
        by_year: Counter[str] = Counter()
        for month, count in by_month.items():
            by_year[month[:4]] += count
        by_month = by_year
    points = sorted(by_month.items())
    return _chart("line", tally.item, [month for month, _ in points], [count for _, count in points])


def _histograms(tallies: Sequence[_Tally], spool: Spool) -> list[dict[str, Any]]:
    chosen = [tally for tally in tallies if tally.values is None or len(tally.values) > MAX_CATEGORIES][
        :MAX_CHARTS
    ]
    if not chosen:
        return []
    places = [spool.fields.index(tally.item.field) for tally in chosen]
    counts = [[0] * _BINS for _ in chosen]
    for row in spool.rows_once():
        for tally, place, bins in zip(chosen, places, counts, strict=True):
            number = _number(text(row[place]) or "")
            if number is not None:
                bins[min(int((number - tally.low) / (tally.high - tally.low) * _BINS), _BINS - 1)] += 1
    return [
        _chart("histogram", tally.item, _steps(tally.low, tally.high), bins)
        for tally, bins in zip(chosen, counts, strict=True)
    ]


def _steps(low: float, high: float) -> list[str]:
    width = (high - low) / _BINS
    return [f"{low + width * n:.6g}–{low + width * (n + 1):.6g}" for n in range(_BINS)]


def _looks_like_date(value: str) -> bool:
    return len(value) >= 7 and value[:4].isdigit() and value[4] == "-" and value[5:7].isdigit()


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
