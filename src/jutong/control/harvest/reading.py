"""Seeing harvested entries: a list, one with its original, findings counted."""

from collections import Counter
from collections.abc import Mapping

from django.db.models import Q, QuerySet

from jutong.control.directory.api import Actor, Permission, require
from jutong.control.harvest.errors import RecordNotFound
from jutong.control.harvest.models import HarvestedEntry
from jutong.control.harvest.rows import findings_from, harvested_view
from jutong.control.harvest.values import FindingCount, HarvestedFilter, HarvestedView
from jutong.kernel.paging import DEFAULT_LIMIT, Page, decode_numbers, encode_cursor
from jutong.kernel.text import normalise
from jutong.vocabulary.harvest import Side

EVERY_PRESENT = HarvestedFilter()


def harvested(
    actor: Actor,
    where: HarvestedFilter = EVERY_PRESENT,
    *,
    limit: int = DEFAULT_LIMIT,
    cursor: str | None = None,
) -> Page[HarvestedView]:
    """Entries of other catalogues, those that came last first."""
    rows = _matching(actor, where).select_related("source", "adopted").order_by("-id").defer("raw")
    if cursor:
        rows = rows.filter(pk__lt=decode_numbers(cursor, width=1)[0])
    found = list(rows[: limit + 1])
    following = encode_cursor([found[limit - 1].pk]) if len(found) > limit else None
    return Page(rows=tuple(harvested_view(row) for row in found[:limit]), next_cursor=following)


def count_harvested(actor: Actor, where: HarvestedFilter = EVERY_PRESENT) -> int:
    return _matching(actor, where).count()


def harvested_keys(actor: Actor, where: HarvestedFilter, *, limit: int) -> tuple[int, ...]:
    """Keys of what `harvested` would list, for an act on all of it."""
    return tuple(_matching(actor, where).order_by("-id").values_list("pk", flat=True)[:limit])


def _matching(actor: Actor, where: HarvestedFilter) -> QuerySet[HarvestedEntry]:
    require(actor, Permission.ENTRY_READ)
    rows = HarvestedEntry.objects.all()
    exact: Mapping[str, object] = {
        "source__code": where.source,
        "state": where.state,
        "proposes": where.proposes,
    }
    rows = rows.filter(**{name: value for name, value in exact.items() if value not in {None, ""}})
    if where.adopted is not None:
        rows = rows.filter(adopted__isnull=not where.adopted)
    if where.side:
        rows = rows.filter(Q(ours__gt=0) if where.side == Side.OURS.value else Q(theirs__gt=0))
    for word in normalise(where.text).split()[:8]:
        rows = rows.filter(search_text__contains=word)
    return rows


def harvested_entry(actor: Actor, key: int) -> tuple[HarvestedView, str]:
    """One of them, and its original as it came (JSON).

    Raises:
        RecordNotFound
    """
    require(actor, Permission.ENTRY_READ)
    row = find_record(key)
    return harvested_view(row), row.raw


def find_record(key: int) -> HarvestedEntry:
    """Raises `RecordNotFound` when there is none."""
    row = HarvestedEntry.objects.select_related("source", "adopted").filter(pk=key).first()
    if row is None:
        raise RecordNotFound
    return row


def finding_counts(actor: Actor, source: str) -> tuple[FindingCount, ...]:
    """What was found in a source's present records: in how many of them, on whose side; the most frequent first."""
    require(actor, Permission.ENTRY_READ)
    rows = HarvestedEntry.objects.filter(source__code=source).filter(Q(ours__gt=0) | Q(theirs__gt=0))
    counted: Counter[tuple[str, str, str, str]] = Counter()
    for text in rows.values_list("findings", flat=True).iterator(2000):
        counted.update({(found.side.value, found.code, found.zh, found.en) for found in findings_from(text)})
    return tuple(
        FindingCount(side=side, code=code, zh=zh, en=en, records=records)
        for (side, code, zh, en), records in counted.most_common()
    )
