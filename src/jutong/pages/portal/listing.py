"""What a reader asked of the dataset list, and the links that narrow it further."""

from collections.abc import Sequence
from typing import TypeVar

from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext

from jutong.control.opening.terms import DatasetOrder, Theme
from jutong.control.opening.values import DatasetFilter, Facets
from jutong.pages.components import Facet, Filters, Link, Option, Select
from jutong.pages.context import error_language
from jutong.vocabulary.catalogue import OpenType, UpdateFrequency
from jutong.vocabulary.terms import Term

AnyTerm = TypeVar("AnyTerm", bound=Term)

MAX_SEARCH_LENGTH = 100


def wanted(request: HttpRequest) -> DatasetFilter:
    """The filter in the address; a value that is no member of its list is left out."""
    query = request.GET
    return DatasetFilter(
        text=query.get("q", "").strip()[:MAX_SEARCH_LENGTH],
        theme=_member(Theme, query.get("theme")),
        provider=query.get("provider", "")[:64],
        open_type=_member(OpenType, query.get("open_type")),
        update_frequency=_member(UpdateFrequency, query.get("frequency")),
    )


def wanted_order(request: HttpRequest) -> DatasetOrder:
    """The order in the address; the newest first without one."""
    return _member(DatasetOrder, request.GET.get("sort")) or DatasetOrder.NEWEST


def _member(terms: type[AnyTerm], value: str | None) -> AnyTerm | None:
    return terms(value) if value in {term.value for term in terms} else None


def facet_list(query: QueryDict, filter: DatasetFilter, facets: Facets) -> list[Facet]:  # noqa: A002
    """The facets beside the list: a link narrows by its value, or widens again where it is chosen."""
    language = error_language()
    themes = [(value, Theme(value).label(language), count) for value, _, count in facets.themes]
    cycles = [
        (value, UpdateFrequency(value).label(language), count) for value, _, count in facets.frequencies
    ]
    opened = [(value, OpenType(value).label(language), count) for value, _, count in facets.open_types]
    groups: tuple[tuple[str, str, Sequence[tuple[str, str, int]], str], ...] = (
        ("theme", gettext("主题"), themes, str(filter.theme or "")),
        ("provider", gettext("提供部门"), facets.providers, filter.provider),
        ("open_type", gettext("开放类型"), opened, str(filter.open_type or "")),
        ("frequency", gettext("更新周期"), cycles, str(filter.update_frequency or "")),
    )
    return [
        Facet(title=title, links=[_toggle(query, name, value, chosen) for value in values])
        for name, title, values, chosen in groups
        if values
    ]


def _toggle(query: QueryDict, name: str, value: tuple[str, str, int], chosen: str) -> Link:
    key, label, count = value
    changed = query.copy()
    changed.pop("cursor", None)
    current = key == chosen
    if current:
        changed.pop(name, None)
    else:
        changed[name] = key
    return Link(text=label, href=f"?{changed.urlencode()}", current=current, count=count)


def filter_form(query: QueryDict, filter: DatasetFilter, order: DatasetOrder) -> Filters:  # noqa: A002
    """The form above the list; what the facets chose goes along with it."""
    language = error_language()
    return Filters(
        search_label=gettext("关键词"),
        search=filter.text,
        selects=(
            Select(
                name="sort",
                label=gettext("排序"),
                options=[Option(value=one.value, text=one.label(language)) for one in DatasetOrder],
                chosen=order.value,
            ),
        ),
        reset_href=reverse("portal:datasets") if is_narrowed(filter) else "",
        hidden=[
            (name, query.get(name, ""))
            for name in ("theme", "provider", "open_type", "frequency")
            if query.get(name)
        ],
    )


def is_narrowed(filter: DatasetFilter) -> bool:  # noqa: A002
    return filter != DatasetFilter()
