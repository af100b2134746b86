"""What the address of the list asks for, and addresses that ask for a little more or less."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache
from typing import Any, Final
from urllib.parse import quote

from django.http import QueryDict
from django.urls import reverse

from jutong.control.catalogue.api import SearchFacet, SearchQuery, SortOrder
from jutong.control.catalogue.values import EntryFilter
from jutong.kernel.paging import DEFAULT_LIMIT
from jutong.pages.desk.acting import chosen
from jutong.vocabulary.catalogue import (
    EntryStatus,
    FormatClass,
    Level,
    OpenType,
    ResourceClass,
    SharingType,
    UpdateFrequency,
)
from jutong.vocabulary.terms import Term

PARAMETERS: Final[Mapping[SearchFacet, str]] = {
    SearchFacet.STATUS: "status",
    SearchFacet.DEPARTMENT: "department",
    SearchFacet.THEME: "theme",
    SearchFacet.RESOURCE_CLASS: "class",
    SearchFacet.SHARING: "sharing",
    SearchFacet.OPEN: "open",
    SearchFacet.LEVEL: "level",
    SearchFacet.CYCLE: "cycle",
    SearchFacet.FORMAT: "format",
}
"""The name of each condition in an address."""
TERMS: Final[Mapping[SearchFacet, type[Term]]] = {
    SearchFacet.STATUS: EntryStatus,
    SearchFacet.RESOURCE_CLASS: ResourceClass,
    SearchFacet.SHARING: SharingType,
    SearchFacet.OPEN: OpenType,
    SearchFacet.LEVEL: Level,
    SearchFacet.CYCLE: UpdateFrequency,
    SearchFacet.FORMAT: FormatClass,
}
DENSE: Final = "dense"


def query_of(asked: QueryDict, *, limit: int = DEFAULT_LIMIT) -> SearchQuery:
    """The search that an address asks for; what is no value of a list is left out."""
    given: dict[str, Any] = {}
    for facet, name in PARAMETERS.items():
        text = asked.get(name, "").strip()
        kind = TERMS.get(facet)
        given[facet.value] = chosen(kind, text) if kind else text
    return SearchQuery(
        where=EntryFilter(text=asked.get("q", "").strip()[:200], **given),
        sort=chosen(SortOrder, asked.get("sort")),
        limit=limit,
        cursor=asked.get("cursor") or None,
    )


def address_of(query: SearchQuery) -> str:
    """The list that shows `query`, from its first page."""
    asked = QueryDict(mutable=True)
    if query.where.text:
        asked["q"] = query.where.text
    for facet, name in PARAMETERS.items():
        value = getattr(query.where, facet.value)
        if value:
            asked[name] = str(value)
    if query.sort:
        asked["sort"] = query.sort.value
    return _address(asked)


def with_condition(asked: QueryDict, facet: SearchFacet, value: str) -> str:
    """The same list narrowed by this value, or no longer by it when "" is given."""
    return with_parameter(asked, PARAMETERS[facet], value)


def with_values(asked: QueryDict, facet: SearchFacet, values: Sequence[str]) -> list[str]:
    """For each value the list narrowed by it; quicker for many than one after another."""
    name = PARAMETERS[facet]
    without = with_parameter(asked, name, "")
    joint = "&" if "?" in without else "?"
    return [f"{without}{joint}{name}={quote(value, safe='')}" if value else without for value in values]


def with_parameter(asked: QueryDict, name: str, value: str) -> str:
    changed = asked.copy()
    for gone in ("cursor", "looked", name):
        changed.pop(gone, None)
    if value:
        changed[name] = value
    return _address(changed)


def without_page(query: SearchQuery, *, limit: int) -> SearchQuery:
    return replace(query, cursor=None, limit=limit)


def _address(asked: QueryDict) -> str:
    text = asked.urlencode()
    return _catalogue() + (f"?{text}" if text else "")


@cache
def _catalogue() -> str:
    return reverse("desk:catalogue")
