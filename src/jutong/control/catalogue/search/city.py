"""The city's own synonyms, beside those that the platform brings along."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from jutong.control.catalogue.errors import SynonymsInvalid
from jutong.control.catalogue.models import SynonymGroup
from jutong.control.catalogue.search.folding import fold
from jutong.control.catalogue.search.upkeep import mark
from jutong.control.directory.api import Actor, AuditAction, Permission, record, require
from jutong.kernel.clock import Clock

TERM_LENGTH: Final = 40
MOST_TERMS: Final = 20
MOST_GROUPS: Final = 2000


@dataclass(frozen=True, slots=True, kw_only=True)
class SynonymGroupView:
    id: int
    terms: tuple[str, ...]
    note: str
    changed_at: datetime
    changed_by: str


def synonym_groups(actor: Actor) -> tuple[SynonymGroupView, ...]:
    """The city's groups, the newest first."""
    require(actor, Permission.ENTRY_READ)
    return tuple(_view(row) for row in SynonymGroup.objects.order_by("-id"))


def add_synonyms(actor: Actor, terms: tuple[str, ...], *, note: str = "", clock: Clock) -> SynonymGroupView:
    """Take these terms for the same from now on; searches everywhere know it at once.

    Raises:
        SynonymsInvalid: fewer than two terms, or one that no text can hold.
    """
    require(actor, Permission.CLASSIFICATION_MANAGE)
    kept = tuple(dict.fromkeys(term.strip() for term in terms if term.strip()))
    _check(kept, note)
    now = clock.now()
    with transaction.atomic():
        row = SynonymGroup.objects.create(
            terms=list(kept), note=note, changed_at=now, changed_by=actor.display_name
        )
        mark()
        _record(actor, row, clock, change="add")
    return _view(row)


def remove_synonyms(actor: Actor, group_id: int, *, clock: Clock) -> None:
    """Take the terms of this group for different things again.

    Raises:
        SynonymsInvalid: there is no such group.
    """
    require(actor, Permission.CLASSIFICATION_MANAGE)
    with transaction.atomic():
        row = SynonymGroup.objects.filter(pk=group_id).first()
        if row is None:
            raise SynonymsInvalid(reason_zh="该组已被删除", reason_en="the group is gone already")
        mark()
        _record(actor, row, clock, change="remove")
        row.delete()


def _check(terms: tuple[str, ...], note: str) -> None:
    problem = ("", "")
    if not 2 <= len(terms) <= MOST_TERMS:
        problem = (
            f"一组须有2至{MOST_TERMS}个词，用空格分开",
            f"a group has 2 to {MOST_TERMS} terms, parted by spaces",
        )
    elif not all(len(fold(term)) >= 2 and len(term) <= TERM_LENGTH for term in terms):
        problem = (f"每个词须为2至{TERM_LENGTH}个字", f"each term has 2 to {TERM_LENGTH} letters")
    elif len(note) > 200:
        problem = ("说明不超过200字", "a note has 200 letters at most")
    elif SynonymGroup.objects.count() >= MOST_GROUPS:
        problem = (f"最多{MOST_GROUPS}组", f"{MOST_GROUPS} groups are the most")
    if problem[0]:
        raise SynonymsInvalid(reason_zh=problem[0], reason_en=problem[1])


def _record(actor: Actor, row: SynonymGroup, clock: Clock, *, change: str) -> None:
    record(
        actor,
        AuditAction.SYNONYMS_CHANGE,
        at=clock.now(),
        object_type="synonyms",
        object_id=str(row.pk),
        detail={"change": change, "terms": row.terms},
    )


def _view(row: SynonymGroup) -> SynonymGroupView:
    return SynonymGroupView(
        id=row.pk, terms=tuple(row.terms), note=row.note, changed_at=row.changed_at, changed_by=row.changed_by
    )
