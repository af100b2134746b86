"""What the portal asks: datasets, one dataset, counts by value. All of it is public."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime
from functools import reduce
from operator import and_
from typing import Any, Final

from django.db.models import Q, QuerySet, Sum

from jutong.control.catalogue.api import live_matches
from jutong.control.directory.api import departments
from jutong.control.opening.models import Dataset
from jutong.control.opening.rows import find, views_of
from jutong.control.opening.terms import DatasetOrder, DatasetStatus, Theme
from jutong.control.opening.values import DatasetFilter, DatasetView, Facets
from jutong.kernel.paging import DEFAULT_LIMIT, CursorInvalid, Page, decode_cursor, encode_cursor
from jutong.vocabulary.catalogue import OpenType, UpdateFrequency

OPEN_DATASETS = DatasetFilter()
# (column, downwards)
ORDERS: Final[Mapping[DatasetOrder, tuple[str, bool]]] = {
    DatasetOrder.NEWEST: ("opened_at", True),
    DatasetOrder.DOWNLOADS: ("downloads", True),
    DatasetOrder.TITLE: ("title", False),
}


def datasets(
    where: DatasetFilter = OPEN_DATASETS,
    *,
    order: DatasetOrder = DatasetOrder.NEWEST,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[DatasetView]:
    """Datasets in `order`, page by page; a cursor goes on in the order in which it was given.

    Raises:
        CursorInvalid: the cursor is none of this order's.
    """
    field, downwards = ORDERS[order]
    rows = _matching(where).order_by(*(f"-{name}" if downwards else name for name in (field, "id")))
    if cursor:
        rows = rows.filter(_beyond(cursor, order))
    found = list(rows[: limit + 1])
    following = None
    if len(found) > limit:
        last = found[limit - 1]
        key = getattr(last, field)
        shown = key.isoformat() if isinstance(key, datetime) else key
        following = encode_cursor([order.value, shown, last.pk])
    return Page(rows=views_of(found[:limit]), next_cursor=following)


def _beyond(cursor: str, order: DatasetOrder) -> Q:
    """The rows that stand after the one at which `cursor` ended."""
    field, downwards = ORDERS[order]
    of, value, last = decode_cursor(cursor, width=3)
    key: Any = value
    try:
        if order is DatasetOrder.NEWEST:
            key = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise CursorInvalid from error
    expected = int if order is DatasetOrder.DOWNLOADS else (str, datetime)
    if of != order.value or not isinstance(last, int) or not isinstance(key, expected):
        raise CursorInvalid
    step = "lt" if downwards else "gt"
    return Q(**{f"{field}__{step}": key}) | Q(**{field: key, f"id__{step}": last})


def dataset(service: str) -> DatasetView:
    """One dataset, whatever its status.

    Raises:
        DatasetNotFound: the entry was never opened, or it is withdrawn and its dataset with it.
    """
    return views_of([find(service)])[0]


def open_services() -> frozenset[str]:
    """Service names of the live entries that have an open dataset."""
    rows = Dataset.objects.filter(status=DatasetStatus.OPEN.value, entry__live=True)
    return frozenset(rows.values_list("entry__service", flat=True))


def facets(where: DatasetFilter = OPEN_DATASETS) -> Facets:
    """Counts of the matching datasets by value, the most frequent first."""
    rows = _matching(where)
    names = {one.code: one.name for one in departments(active_only=False)}
    themes = Counter(rows.values_list("theme", flat=True))
    providers = Counter(rows.values_list("entry__provider__code", flat=True))
    frequencies = Counter(rows.values_list("entry__update_frequency", flat=True))
    open_types = Counter(rows.values_list("entry__open_type", flat=True))
    sums: dict[str, Any] = rows.aggregate(downloads=Sum("downloads"), rows=Sum("release_rows"))
    return Facets(
        themes=tuple((value, Theme(value).zh, count) for value, count in themes.most_common()),
        providers=tuple((value, names.get(value, value), count) for value, count in providers.most_common()),
        frequencies=tuple(
            (value, UpdateFrequency(value).zh, count) for value, count in frequencies.most_common()
        ),
        open_types=tuple((value, OpenType(value).zh, count) for value, count in open_types.most_common()),
        total=rows.count(),
        downloads=sums["downloads"] or 0,
        rows=sums["rows"] or 0,
    )


def _matching(where: DatasetFilter) -> QuerySet[Dataset]:
    rows = Dataset.objects.select_related("entry", "entry__provider").filter(entry__live=True)
    exact = {
        "status": where.status,
        "theme": where.theme,
        "entry__provider__code": where.provider,
        "entry__open_type": where.open_type,
        "entry__update_frequency": where.update_frequency,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value})
    if where.text.strip():
        named = [Q(title__icontains=word) for word in where.text.split()[:8]]
        rows = rows.filter(Q(entry_id__in=live_matches(where.text)) | reduce(and_, named))
    return rows
