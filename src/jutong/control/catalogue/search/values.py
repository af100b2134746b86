"""Frozen values of a search: what is asked, what is found, and why."""

from collections.abc import Mapping
from dataclasses import dataclass

from jutong.control.catalogue.search.terms import Match, Place, SearchFacet, SortOrder
from jutong.control.catalogue.values import EVERY_ENTRY, EntryFilter, EntrySummary
from jutong.kernel.paging import DEFAULT_LIMIT


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """What a person looks for: text, conditions, order, and which page of it."""

    where: EntryFilter = EVERY_ENTRY
    sort: SortOrder | None = None
    """None: by relevance where there is text, else the newest first."""
    limit: int = DEFAULT_LIMIT
    cursor: str | None = None


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of text, marked where it was found; the page escapes it like any other."""

    text: str
    marked: bool = False


Fragments = tuple[Fragment, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an entry was found: the word asked for, what stands there instead, where, and how near it is."""

    word: str
    found: str
    place: Place
    match: Match


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One entry found, with what to show of it."""

    summary: EntrySummary
    score: int
    title: Fragments
    snippet: Fragments
    items: tuple[Fragments, ...] = ()
    """Names of the items that match, a few of them."""
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value by which the result can be narrowed, and how many entries would be left."""

    value: str
    count: int
    chosen: bool = False
    name: str = ""
    """Of a department; what other values are called is for the page to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPage:
    """One page of what was found, with exact counts of the whole."""

    hits: tuple[SearchHit, ...]
    total: int
    next_cursor: str | None
    facets: Mapping[SearchFacet, tuple[FacetValue, ...]]
    suggestions: tuple[str, ...] = ()
    """您是不是要找: the query with a slip mended, or with its usual name."""
    partly: bool = False
    """No entry has all the words: these have most of them."""
