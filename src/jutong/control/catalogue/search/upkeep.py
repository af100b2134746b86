"""Keeps the index in step with the tables: writers leave a mark, readers load what changed since the mark they know."""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from threading import Lock, Thread
from typing import Final
from uuid import uuid4

from django.db import DatabaseError, connection, transaction

from jutong.control.catalogue.models import (
    Entry,
    Item,
    SearchDocument,
    SearchMark,
    SearchSequence,
    SynonymGroup,
)
from jutong.control.catalogue.search.documents import document_text
from jutong.control.catalogue.search.engine import COLUMNS, Engine, Row
from jutong.control.catalogue.search.terms import Place
from jutong.control.catalogue.search.wording import Wording
from jutong.control.directory.api import insert_rows, next_number

_log: Final = logging.getLogger(__name__)
BATCH: Final = 500
KEPT_MARKS: Final = 1000
SEARCHED: Final = {
    "title": Place.TITLE,
    "code": Place.CODE,
    "service": Place.CODE,
    "provider__name": Place.DEPARTMENT,
    "provider__short_name": Place.DEPARTMENT,
    "provider_unit": Place.KEYWORD,
    "domain_area": Place.KEYWORD,
    "scene": Place.KEYWORD,
    "system__name": Place.KEYWORD,
    "abstract": Place.ABSTRACT,
}
"""Columns of an entry whose text is searched, beside names and fields of its items."""
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
            SearchDocument.objects.filter(pk__in=batch).delete()
            documents = ((key, text, stamp) for key, text in _texts(batch))
            insert_rows(SearchDocument, ("entry_id", "text", "stamp"), documents)


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


def _texts(entries: Sequence[int]) -> Iterator[tuple[int, str]]:
    """(key, document) of these entries; from plain columns, since rows of models would take most of the time."""
    items: dict[int, list[tuple[Place, str]]] = defaultdict(list)
    named = Item.objects.filter(entry_id__in=entries).order_by("entry_id", "position")
    for key, name, field in named.values_list("entry_id", "name", "field"):
        items[key] += [(Place.ITEM, name), (Place.FIELD, field)]
    rows = Entry.objects.filter(pk__in=entries).order_by("pk").values_list("pk", *SEARCHED)
    for key, *texts in rows:
        stretches = [(place, text or "") for place, text in zip(SEARCHED.values(), texts, strict=True)]
        yield key, document_text(stretches + items[key])


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


def warm_search() -> None:
    """Read the index before anybody searches, in a thread of its own: the first search then finds it there.

    Where the database cannot be read yet, the first search reads it.
    """
    Thread(target=_warm, name="search-index", daemon=True).start()


def _warm() -> None:
    try:
        engine()
    except DatabaseError:
        _log.info("the search index waits for the first search")
    finally:
        connection.close()


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
