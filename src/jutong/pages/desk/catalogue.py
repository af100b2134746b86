"""The catalogue in the workbench: search, conditions with counts, what was found, and acts on many entries."""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import (
    FacetValue,
    SearchFacet,
    SearchPage,
    SortOrder,
    TogetherAction,
)
from jutong.control.directory.api import Actor, Permission
from jutong.kernel.paging import Page
from jutong.pages.components import Empty, Facet, Link, Option
from jutong.pages.context import error_language
from jutong.pages.desk.acting import desk_page, desk_render, paging
from jutong.pages.desk.catalogue_query import (
    DENSE,
    PARAMETERS,
    TERMS,
    query_of,
    with_condition,
    with_parameter,
    with_values,
)
from jutong.pages.desk.hits import hit_row

P = Permission
SHOWN_VALUES: Final = 8
"""A facet shows so many of its values; the others unfold."""
NEEDED: Final[Mapping[TogetherAction, Permission]] = {
    TogetherAction.SUBMIT: P.ENTRY_DRAFT,
    TogetherAction.ACCEPT: P.ENTRY_REVIEW_DEPARTMENT,
    TogetherAction.RETURN: P.ENTRY_REVIEW_DEPARTMENT,
    TogetherAction.PUBLISH: P.ENTRY_REVIEW_BUREAU,
    TogetherAction.WITHDRAW: P.ENTRY_WITHDRAW,
    TogetherAction.LINT: P.ENTRY_READ,
    TogetherAction.FIX: P.ENTRY_DRAFT,
}
"""An act is offered to those who may do it somewhere; each entry asks again."""


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    query = query_of(request.GET)
    found = catalogue.search(actor, query)
    names = _names(found)
    narrowed = any(request.GET.get(name) for name in ("q", *PARAMETERS.values()))
    page = Page(rows=found.hits, next_cursor=found.next_cursor)
    context = {
        "query": query.where.text,
        "kept": [
            (name, request.GET[name]) for name in (*PARAMETERS.values(), "density") if request.GET.get(name)
        ],
        "sorts": _sorts(searched=bool(query.where.text)),
        "sort": query.sort.value if query.sort else "",
        "facets": [_facet(request, facet, values, names) for facet, values in found.facets.items() if values],
        "chosen": _chosen(request, found, names),
        "rows": [hit_row(hit) for hit in found.hits],
        "total": found.total,
        "partly": found.partly,
        "suggestions": [
            Link(text=text, href=with_parameter(request.GET, "q", text)) for text in found.suggestions
        ],
        "searches": catalogue.saved_searches(actor),
        "narrowed": narrowed,
        "acts": _acts(actor),
        "asked": request.GET.urlencode(),
        "dense": request.GET.get("density") == DENSE,
        "density_href": with_parameter(
            request.GET, "density", "" if request.GET.get("density") == DENSE else DENSE
        ),
        "empty": None if found.hits else _nothing_found() if narrowed else _nothing_yet(),
        "pages": paging(request, page, total=found.total),
        "may_draft": P.ENTRY_DRAFT in actor.permissions,
        "may_word": P.CLASSIFICATION_MANAGE in actor.permissions,
    }
    return desk_render(request, actor, "desk/catalogue/list.html", context)


def _acts(actor: Actor) -> list[Option]:
    language = error_language()
    return [
        Option(value=act.value, text=act.label(language))
        for act, needed in NEEDED.items()
        if needed in actor.permissions
        or (act is TogetherAction.RETURN and P.ENTRY_REVIEW_BUREAU in actor.permissions)
    ]


def _sorts(*, searched: bool) -> list[Option]:
    """By relevance only where there are words to be relevant to."""
    language = error_language()
    return [
        Option(value=one.value, text=one.label(language))
        for one in SortOrder
        if searched or one is not SortOrder.RELEVANCE
    ]


def _names(found: SearchPage) -> Mapping[SearchFacet, Mapping[str, str]]:
    """What each value of a facet is called."""
    language = error_language()
    names: dict[SearchFacet, Mapping[str, str]] = {
        facet: {term.value: term.label(language) for term in kind} for facet, kind in TERMS.items()
    }
    names[SearchFacet.DEPARTMENT] = {
        one.value: one.name for one in found.facets.get(SearchFacet.DEPARTMENT, ())
    }
    names[SearchFacet.THEME] = {one.code: one.name for one in catalogue.classifications()}
    return names


def _facet(
    request: HttpRequest,
    facet: SearchFacet,
    values: Sequence[FacetValue],
    names: Mapping[SearchFacet, Mapping[str, str]],
) -> dict[str, Any]:
    called = names.get(facet, {})
    addresses = with_values(request.GET, facet, ["" if one.chosen else one.value for one in values])
    links = [
        Link(text=called.get(one.value, one.value), href=href, current=one.chosen, count=one.count)
        for one, href in zip(values, addresses, strict=True)
    ]
    ordered = sorted(links, key=lambda link: not link.current)
    title = facet.label(error_language())
    return {
        "facet": Facet(title=title, links=ordered[:SHOWN_VALUES]),
        "more": ordered[SHOWN_VALUES:],
    }


def _chosen(
    request: HttpRequest, found: SearchPage, names: Mapping[SearchFacet, Mapping[str, str]]
) -> list[Link]:
    """What the list is narrowed by; following the link lets go of it."""
    return [
        Link(
            text=f"{facet.label(error_language())}：{names.get(facet, {}).get(one.value, one.value)}",
            href=with_condition(request.GET, facet, ""),
        )
        for facet, values in found.facets.items()
        for one in values
        if one.chosen
    ]


def _nothing_found() -> Empty:
    return Empty(
        title=_("没有找到目录条目"),
        text=_("换一个说法或去掉部分条件再试；目录里确实没有的数据，可以提出需求。"),
        action=Link(text=_("清除条件"), href=reverse("desk:catalogue")),
    )


def _nothing_yet() -> Empty:
    return Empty(
        title=_("目录还是空的"),
        text=_("部门数据专员编制条目，经部门和数据主管部门审核后发布；也可以从数据源直接生成草稿。"),
    )
