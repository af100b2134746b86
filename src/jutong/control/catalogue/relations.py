"""Related resources (关联资源代码, core element 13): which entries name each other, and what is a circle.

A related code names the resource that this one comes from, or the same resource under another class. Two entries of
different classes that name each other are one resource in two classes: that is what the guide means, and no circle.
What leads back to its start by other ways is one: an entry would come from itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import Count, TextField
from django.db.models.functions import Cast

from jutong.control.catalogue.errors import RelationCircular
from jutong.control.catalogue.models import Entry
from jutong.control.catalogue.reading import require_visible
from jutong.control.catalogue.rows import summary_from
from jutong.control.catalogue.store import find
from jutong.control.catalogue.values import EntryDraft, EntrySummary
from jutong.control.directory.api import Actor, Permission, can
from jutong.vocabulary.catalogue import ResourceClass

MOST_LOOKED_AT: Final = 2_000
CHUNK: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """What one entry says of its relations."""

    resource_class: ResourceClass
    codes: tuple[str, ...]


def circle_in(relations: Mapping[str, Related], start: str) -> tuple[str, ...]:
    """The codes along a circle that begins and ends with the resource `start`; empty where there is none."""
    same = _same_resource(relations, start)
    if start in relations[start].codes:
        return (start, start)
    came_from: dict[str, str] = {}
    waiting: list[str] = []
    for member in sorted(same):
        for code in relations[member].codes:
            if code not in same and code not in came_from:
                came_from[code] = member
                waiting.append(code)
    while waiting:
        here = waiting.pop()
        if here not in relations:
            continue
        for code in relations[here].codes:
            if code in same:
                return (*reversed(_way(came_from, here, same)), code)
            if code not in came_from:
                came_from[code] = here
                waiting.append(code)
    return ()


def _same_resource(relations: Mapping[str, Related], start: str) -> frozenset[str]:
    """`start` and what is the same resource under other classes: mutual relations across classes."""
    found, waiting = {start}, [start]
    while waiting:
        here = waiting.pop()
        for code in relations[here].codes:
            other = relations.get(code)
            if (
                other
                and code not in found
                and here in other.codes
                and other.resource_class is not relations[here].resource_class
            ):
                found.add(code)
                waiting.append(code)
    return frozenset(found)


def _way(came_from: Mapping[str, str], end: str, same: frozenset[str]) -> list[str]:
    """From `end` back to the member of `same` where the way began."""
    way = [end]
    while way[-1] not in same:
        way.append(came_from[way[-1]])
    return way


def check_relations(entry: Entry, draft: EntryDraft) -> None:
    """Refuse related codes that lead back to the entry.

    Raises:
        RelationCircular: the way is in the message.
    """
    # Nothing can name an entry that has no code yet.
    if not draft.related_codes or entry.code is None:
        return
    own = Related(resource_class=draft.resource_class, codes=draft.related_codes)
    circle = circle_in(_around(entry.code, own), entry.code)
    if circle:
        raise RelationCircular(path=" → ".join(circle))


def circles_of(drafts: Mapping[str, EntryDraft]) -> Mapping[str, RelationCircular]:
    """Those of the resource codes whose related codes lead back to them, if all these drafts came to hold at once."""
    own = {
        code: Related(resource_class=draft.resource_class, codes=draft.related_codes)
        for code, draft in drafts.items()
    }
    if not any(related.codes for related in own.values()):
        return {}
    relations = _without_ends(_reached_from(own))
    circles = {code: circle_in(relations, code) for code in own if code in relations}
    return {code: RelationCircular(path=" → ".join(circle)) for code, circle in circles.items() if circle}


def _without_ends(relations: Mapping[str, Related]) -> Mapping[str, Related]:
    """The relations without the resources from which nothing leads on: these are on no circle."""
    naming: dict[str, list[str]] = {}
    left = {code: set(related.codes) & relations.keys() for code, related in relations.items()}
    for code, codes in left.items():
        for other in codes:
            naming.setdefault(other, []).append(code)
    ends = [code for code, codes in left.items() if not codes]
    while ends:
        end = ends.pop()
        del left[end]
        for code in naming.get(end, ()):
            left[code].discard(end)
            if not left[code]:
                ends.append(code)
    return {code: relations[code] for code in left}


def _around(code: str, own: Related) -> Mapping[str, Related]:
    """What can be reached from the entry `code`, by code."""
    return _reached_from({code: own}, most=MOST_LOOKED_AT)


def _reached_from(own: Mapping[str, Related], *, most: int | None = None) -> Mapping[str, Related]:
    """`own`, and what the tables say of all that can be reached from there; by code, no further than `most`."""
    known = dict(own)
    missing: set[str] = set()
    wanted = {code for related in own.values() for code in related.codes} - known.keys()
    while wanted and (most is None or len(known) < most):
        asked = sorted(wanted)[:CHUNK]
        rows = Entry.objects.filter(code__in=asked)
        found = {
            row_code: Related(resource_class=ResourceClass(kind), codes=tuple(codes))
            for row_code, kind, codes in rows.values_list("code", "resource_class", "related_codes")
            if row_code
        }
        missing.update(set(asked) - found.keys())
        known |= found
        wanted |= {one for related in found.values() for one in related.codes}
        wanted -= known.keys() | missing
    return known


def related_entries(actor: Actor, service: str) -> tuple[EntrySummary, ...]:
    """Entries that this one names, and those that name it, as far as the actor may see them; by code."""
    row = find(service)
    require_visible(actor, row)
    rows = Entry.objects.select_related("provider").annotate(item_count=Count("items"))
    found = {one.pk: one for one in rows.filter(code__in=row.related_codes)}
    if row.code:
        texts = rows.annotate(related_text=Cast("related_codes", TextField()))
        naming = texts.filter(related_text__contains=row.code)
        found |= {one.pk: one for one in naming if row.code in one.related_codes}
    shown = [
        one
        for one in found.values()
        if one.pk != row.pk and (one.live or can(actor, Permission.ENTRY_READ, one.provider.code))
    ]
    return tuple(
        summary_from(one, item_count=one.item_count) for one in sorted(shown, key=lambda one: one.code or "")
    )
