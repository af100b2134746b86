"""Searches that a person keeps by name, and what is new in them since they last looked."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import msgspec
from django.db import IntegrityError, transaction

from jutong.control.catalogue.errors import SavedSearchInvalid, SavedSearchNotFound
from jutong.control.catalogue.models import SavedSearch
from jutong.control.catalogue.search.query import count_since
from jutong.control.catalogue.search.values import SearchQuery
from jutong.control.directory.api import Actor, Permission, require
from jutong.kernel.clock import Clock

NAME_LENGTH: Final = 60
MOST: Final = 20
"""So many searches a person keeps at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SavedSearchView:
    id: int
    name: str
    query: SearchQuery
    looked_at: datetime
    fresh: int
    """Entries of the result that are new or were changed since the person last looked."""


def save_search(actor: Actor, name: str, query: SearchQuery, *, clock: Clock) -> SavedSearchView:
    """Keep `query` under `name`; one that has the name already is replaced.

    Raises:
        SavedSearchInvalid: no name, too long a one, or too many searches.
    """
    require(actor, Permission.ENTRY_READ)
    name, now = " ".join(name.split()), clock.now()
    mine = SavedSearch.objects.filter(person_id=_person(actor))
    if not name or len(name) > NAME_LENGTH:
        raise SavedSearchInvalid(
            reason_zh=f"名称须为1至{NAME_LENGTH}个字", reason_en=f"a name has 1 to {NAME_LENGTH} letters"
        )
    if mine.exclude(name=name).count() >= MOST:
        raise SavedSearchInvalid(
            reason_zh=f"最多保存{MOST}个，请先删除不用的", reason_en=f"{MOST} are the most, delete one first"
        )
    kept = msgspec.json.encode(replace(query, cursor=None)).decode()
    try:
        with transaction.atomic():
            row, _ = SavedSearch.objects.update_or_create(
                person_id=_person(actor),
                name=name,
                defaults={"query": kept, "looked_at": now},
                create_defaults={"query": kept, "looked_at": now, "created_at": now},
            )
    except IntegrityError as error:  # the same name at the same time from another window
        raise SavedSearchInvalid(
            reason_zh="同名检索刚刚保存过", reason_en="it was saved a moment ago"
        ) from error
    return _view(actor, row)


def saved_searches(actor: Actor) -> tuple[SavedSearchView, ...]:
    """The actor's own searches, the oldest first."""
    require(actor, Permission.ENTRY_READ)
    return tuple(_view(actor, row) for row in SavedSearch.objects.filter(person_id=_person(actor)))


def look_at(actor: Actor, search_id: int, *, clock: Clock) -> SavedSearchView:
    """The search, which counts as looked at from now on.

    Raises:
        SavedSearchNotFound: the actor keeps none of this number.
    """
    row = _mine(actor, search_id)
    view = _view(actor, row)
    SavedSearch.objects.filter(pk=row.pk).update(looked_at=clock.now())
    return view


def forget_search(actor: Actor, search_id: int) -> None:
    """Raises `SavedSearchNotFound` when the actor keeps none of this number."""
    _mine(actor, search_id).delete()


def _person(actor: Actor) -> int:
    """The actor's number; the platform's own actors keep no searches."""
    return -1 if actor.person_id is None else actor.person_id


def _mine(actor: Actor, search_id: int) -> SavedSearch:
    require(actor, Permission.ENTRY_READ)
    row = SavedSearch.objects.filter(pk=search_id, person_id=_person(actor)).first()
    if row is None:
        raise SavedSearchNotFound
    return row


def _view(actor: Actor, row: SavedSearch) -> SavedSearchView:
    query = msgspec.json.decode(row.query, type=SearchQuery)
    return SavedSearchView(
        id=row.pk,
        name=row.name,
        query=query,
        looked_at=row.looked_at,
        fresh=count_since(actor, query.where, row.looked_at),
    )
