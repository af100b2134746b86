"""Searching the catalogue: what the actor may see of it, found, counted, ordered and explained."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from django.db.models import Count

from jutong.control.catalogue.models import Entry, Item
from jutong.control.catalogue.rows import summary_from
from jutong.control.catalogue.search.engine import Conditions, Engine, Listed
from jutong.control.catalogue.search.folding import words_of
from jutong.control.catalogue.search.highlight import marked, marked_items, reasons, snippet
from jutong.control.catalogue.search.matching import WordScores
from jutong.control.catalogue.search.terms import Match, Place, SearchFacet, SortOrder
from jutong.control.catalogue.search.upkeep import engine
from jutong.control.catalogue.search.values import FacetValue, SearchHit, SearchPage, SearchQuery
from jutong.control.catalogue.values import EntryFilter, EntrySummary
from jutong.control.directory.api import Actor, Permission, require, scope
from jutong.kernel.paging import decode_numbers, encode_cursor

MOST_MATCHES: Final = 5_000
FACET_VALUES: Final = 200
_UNSEEN: Final = (
    "pending",
    "sharing_methods",
    "related_codes",
    "duties",
    "query_keys",
    "rules",
    "assessment",
    "sharing_condition",
    "sharing_reason",
    "open_condition",
)
"""Columns of an entry that no list shows."""


def search(actor: Actor, query: SearchQuery) -> SearchPage:
    """What the actor may see and the query asks for: best first, with exact counts, marked and explained.

    Raises:
        PermissionDenied: the actor may see no entries.
        CursorInvalid: the cursor is none of a page before.
    """
    listed, index = _listed(actor, query)
    rows = _rows(actor, listed.keys)
    items = _items(listed.keys) if listed.words else {}
    sizes = {key: len(names) for key, names in items.items()} if listed.words else _sizes(listed.keys)
    hits = tuple(
        _hit(_summary(rows[key], sizes), rows[key], items.get(key, []), score, listed.words)
        for key, score in zip(listed.keys, listed.scores, strict=True)
        if key in rows
    )
    return SearchPage(
        hits=hits,
        total=listed.total,
        next_cursor=encode_cursor(listed.orders[-1]) if listed.more else None,
        facets=_facets(listed, conditions_of(query.where), index.departments),
        suggestions=_suggestions(query.where.text, hits, listed.words, index),
        partly=listed.partly,
    )


def found(actor: Actor, query: SearchQuery) -> Mapping[int, int]:
    """Keys of the entries that the query asks for → their scores, in order; all of them up to `limit`."""
    listed, _ = _listed(actor, query)
    return dict(zip(listed.keys, listed.scores, strict=True))


def count(actor: Actor, where: EntryFilter) -> int:
    return _listed(actor, SearchQuery(where=where, limit=1))[0].total


def count_since(actor: Actor, where: EntryFilter, at: datetime) -> int:
    """How many of what the filter asks for are new or were changed after `at`."""
    return _listed(actor, SearchQuery(where=where, limit=1), since=at)[0].total


def summaries(actor: Actor, query: SearchQuery) -> tuple[tuple[EntrySummary, ...], str | None]:
    """The entries alone, and the cursor of the next page: for lists that show no marks."""
    listed, _ = _listed(actor, query)
    rows, sizes = _rows(actor, listed.keys), _sizes(listed.keys)
    following = encode_cursor(listed.orders[-1]) if listed.more else None
    return tuple(_summary(rows[key], sizes) for key in listed.keys if key in rows), following


def live_matches(text: str, *, limit: int = MOST_MATCHES) -> Mapping[int, int]:
    """Keys of the live entries that a search for `text` finds → scores, best first: for other apps to narrow theirs."""
    index, words = engine(), words_of(text)
    if not words:
        return {}
    listed = index.find(words, {}, index.visible(frozenset()), sort=SortOrder.RELEVANCE, limit=limit)
    return {} if listed.partly else dict(zip(listed.keys, listed.scores, strict=True))


def expand(text: str) -> tuple[str, ...]:
    """The words of `text` and what officials call the same, folded: 社保 → 社保, 社会保险, 五险."""
    wording = engine().wording
    return tuple(dict.fromkeys(term for word in words_of(text) for term in (word, *wording.others(word))))


def _listed(actor: Actor, query: SearchQuery, *, since: datetime | None = None) -> tuple[Listed, Engine]:
    require(actor, Permission.ENTRY_READ)
    index, words = engine(), words_of(query.where.text)
    seen = index.visible(scope(actor, Permission.ENTRY_READ))
    if query.where.live is not None:
        seen = seen & (index.live == query.where.live)
    if since is not None:
        seen = seen & (index.updated > int(since.timestamp()))
    if query.where.text.strip() and not words:
        seen = seen & False
    sort = query.sort or (SortOrder.RELEVANCE if words else SortOrder.NEWEST)
    after = decode_numbers(query.cursor, width=2) if query.cursor else None
    listed = index.find(
        words,
        conditions_of(query.where),
        seen,
        sort=sort,
        limit=query.limit,
        after=(after[0], after[1]) if after else None,
    )
    return listed, index


def conditions_of(where: EntryFilter) -> Conditions:
    """The conditions of a filter, by facet."""
    given = {facet: getattr(where, facet.value) for facet in SearchFacet}
    return {facet: frozenset({str(value)}) for facet, value in given.items() if value}


def _rows(actor: Actor, keys: Sequence[int]) -> dict[int, Entry]:
    """The entries as the tables say now; what ceased to be visible since the index was read is left out."""
    reach = scope(actor, Permission.ENTRY_READ)
    rows = Entry.objects.filter(pk__in=keys).select_related("provider").defer(*_UNSEEN)
    return {row.pk: row for row in rows if reach is None or row.live or row.provider.code in reach}


def _items(keys: Sequence[int]) -> Mapping[int, list[tuple[str, str]]]:
    """(name, field) of every item of these entries."""
    found: dict[int, list[tuple[str, str]]] = defaultdict(list)
    rows = Item.objects.filter(entry_id__in=keys).order_by("entry_id", "position")
    for key, name, field in rows.values_list("entry_id", "name", "field"):
        found[key].append((name, field))
    return found


def _sizes(keys: Sequence[int]) -> dict[int, int]:
    """How many items each of these entries has."""
    counted = Item.objects.filter(entry_id__in=keys).values("entry_id").annotate(size=Count("pk"))
    return dict(counted.order_by().values_list("entry_id", "size"))


def _summary(row: Entry, sizes: Mapping[int, int]) -> EntrySummary:
    return summary_from(row, item_count=sizes.get(row.pk, 0))


def _hit(
    summary: EntrySummary,
    row: Entry,
    items: Sequence[tuple[str, str]],
    score: int,
    words: Sequence[WordScores],
) -> SearchHit:
    texts = [
        (Place.TITLE, row.title),
        (Place.CODE, row.code or ""),
        (Place.CODE, row.service),
        (Place.DEPARTMENT, row.provider.name),
        (Place.KEYWORD, row.provider_unit),
        (Place.KEYWORD, row.domain_area),
        (Place.KEYWORD, row.scene),
        (Place.ABSTRACT, row.abstract),
        *((Place.ITEM, name) for name, _ in items),
        *((Place.FIELD, field) for _, field in items),
    ]
    return SearchHit(
        summary=summary,
        score=score,
        title=marked(row.title, words, Place.TITLE),
        snippet=snippet(row.abstract, words),
        items=marked_items((name for name, _ in items), words),
        reasons=reasons(words, texts),
    )


def _facets(
    listed: Listed, conditions: Conditions, departments: Mapping[str, str]
) -> Mapping[SearchFacet, tuple[FacetValue, ...]]:
    """Each facet's values, the most frequent first; what is chosen is always among them."""
    facets = {}
    for facet, counts in listed.counts.items():
        chosen = conditions.get(facet, frozenset())
        counted = dict.fromkeys(chosen, 0) | dict(counts)
        ordered = sorted(counted.items(), key=lambda pair: (-pair[1], pair[0]))
        facets[facet] = tuple(
            FacetValue(
                value=value,
                count=count,
                chosen=value in chosen,
                name=departments.get(value, "") if facet is SearchFacet.DEPARTMENT else "",
            )
            for value, count in ordered[:FACET_VALUES]
            if value
        )
    return facets


def _suggestions(
    text: str, hits: Sequence[SearchHit], words: Sequence[WordScores], index: Engine
) -> tuple[str, ...]:
    """The query with its slips mended by what the hits say; only what the actor may see is ever suggested."""
    mended: dict[str, None] = {}
    for word in words:
        near = [
            reason
            for hit in hits
            for reason in hit.reasons
            if reason.word == word.word and reason.match in {Match.SOUND, Match.SLIP, Match.WRONG}
        ]
        meant = index.wording.meant(word.word) if near else ""
        for term in (meant, *(reason.found for reason in near)):
            if term and term != word.word and term not in mended:
                mended[text.replace(word.word, term) if word.word in text else term] = None
    return tuple(mended)[:3]
