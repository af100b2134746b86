"""Keeps the index in step with the tables: writers leave a mark, readers load what changed since the mark they know."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from threading import Lock
from typing import Final
from uuid import uuid4

from django.db import connection, transaction

from jutong.control.catalogue.models import (
    Entry,
    SearchDocument,
    SearchMark,
    SearchSequence,
    SynonymGroup,
)
from jutong.control.catalogue.search.documents import document_text
from jutong.control.catalogue.search.engine import COLUMNS, Engine, Row
from jutong.control.catalogue.search.terms import Place
from jutong.control.catalogue.search.wording import Wording
from jutong.control.directory.api import next_number

BATCH: Final = 500
KEPT_MARKS: Final = 1000
OVERLAY: Final = 500
"""With more changed entries than these beside it, the whole index is made anew."""


def index_many(entries: Iterable[int]) -> None:
    """Make the search say what the tables say of these entries (keys of rows), within the caller's transaction.

    Call it after entries were written by other means than `store.write`; a whole import is one call.
    """
    waiting = iter(dict.fromkeys(entries))
    with transaction.atomic():
        stamp = 0
        while batch := list(islice(waiting, BATCH)):
            stamp = stamp or mark()
            rows = Entry.objects.filter(pk__in=batch).select_related("provider", "system")
            SearchDocument.objects.bulk_create(
                [
                    SearchDocument(entry=row, text=_text_of(row), stamp=stamp)
                    for row in rows.prefetch_related("items")
                ],
                update_conflicts=True,
                unique_fields=["entry"],
                update_fields=["text", "stamp"],
            )


def touch(entries: Sequence[int]) -> None:
    """Let readers notice that conditions of these entries (status, department, level …) changed, not their words."""
    with transaction.atomic():
        SearchDocument.objects.filter(pk__in=entries).update(stamp=mark())


def mark() -> int:
    """Leave a mark for readers; its row lock lasts until the transaction ends, so that marks come in order."""
    number = next_number(SearchSequence, "last", id=1)
    SearchMark.objects.create(number=number, token=uuid4().hex)
    if number % KEPT_MARKS == 0:
        SearchMark.objects.filter(number__lt=number - KEPT_MARKS).delete()
    return number


def _text_of(entry: Entry) -> str:
    stretches = [
        (Place.TITLE, entry.title),
        (Place.CODE, entry.code or ""),
        (Place.CODE, entry.service),
        (Place.DEPARTMENT, entry.provider.name),
        (Place.DEPARTMENT, entry.provider.short_name),
        (Place.KEYWORD, entry.provider_unit),
        (Place.KEYWORD, entry.domain_area),
        (Place.KEYWORD, entry.scene),
        (Place.KEYWORD, entry.system.name if entry.system else ""),
        (Place.ABSTRACT, entry.abstract),
    ]
    for item in entry.items.all():
        stretches += [(Place.ITEM, item.name), (Place.FIELD, item.field)]
    return document_text(stretches)


class _Known:
    """The engine of one database, as of a mark."""

    def __init__(self) -> None:
        self.lock = Lock()
        self.engine = Engine.of([], Wording.with_city([]))
        self.number, self.token = -1, ""


_known: dict[str, _Known] = defaultdict(_Known)


def engine() -> Engine:
    """The index as the tables say it now (as the present transaction sees them)."""
    known = _known[str(connection.settings_dict["NAME"])]
    with known.lock:
        marks = list(
            SearchMark.objects.filter(number__gte=known.number)
            .order_by("number")
            .values_list("number", "token")
        )
        if marks[:1] != [(known.number, known.token)]:
            known.engine = _whole()
        elif len(marks) > 1:
            known.engine = _renewed(known)
        known.number, known.token = marks[-1] if marks else (-1, "")
        return known.engine


def _whole() -> Engine:
    """Everything from the tables; entries that have no document yet get theirs."""
    index_many(Entry.objects.filter(document=None).values_list("pk", flat=True))
    return Engine.of(_rows(), _wording())


def _renewed(known: _Known) -> Engine:
    changed = _rows(after=known.number)
    if len(changed) + known.engine.overlaid > OVERLAY:
        return Engine.of(_rows(), _wording())
    return known.engine.with_changed(changed, _wording())


def _rows(*, after: int | None = None) -> list[Row]:
    documents = SearchDocument.objects.all()
    if after is not None:
        documents = documents.filter(stamp__gt=after)
    return list(documents.order_by("entry_id").values_list("entry_id", "text", *COLUMNS))


def _wording() -> Wording:
    return Wording.with_city(SynonymGroup.objects.values_list("terms", flat=True))
