"""Pages of the portal that are not about one dataset."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.http import require_safe

from jutong.control.opening import api as opening
from jutong.control.opening.terms import Licence, Theme
from jutong.control.opening.values import Facets
from jutong.pages.components import Chart, Empty, Link, Pages, Series, Tile, Tone
from jutong.pages.context import error_language
from jutong.pages.portal.listing import facet_list, filter_form, is_narrowed, wanted, wanted_order

NEWEST = 6
PER_PAGE = 20
SITEMAP_LIMIT = 200


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    facets = opening.facets()
    return render(
        request,
        "portal/home.html",
        {
            "tiles": _tiles(facets),
            "themes": _theme_links(facets),
            "newest": opening.datasets(limit=NEWEST).rows,
            "none_open": _nothing_open(),
        },
    )


@require_safe
def datasets(request: HttpRequest) -> HttpResponse:
    """The list of open datasets, narrowed by what the address asks for."""
    chosen = wanted(request)
    order = wanted_order(request)
    page = opening.datasets(chosen, order=order, limit=PER_PAGE, cursor=request.GET.get("cursor") or None)
    facets = opening.facets(chosen)
    onwards = request.GET.copy()
    onwards.pop("cursor", None)
    first = f"?{onwards.urlencode()}"
    next_href = ""
    if page.next_cursor:
        onwards["cursor"] = page.next_cursor
        next_href = f"?{onwards.urlencode()}"
    return render(
        request,
        "portal/datasets.html",
        {
            "datasets": page.rows,
            "total": facets.total,
            "facets": facet_list(request.GET, chosen, facets),
            "filters": filter_form(request.GET, chosen, order),
            "crumbs": (_home(),),
            "pages": Pages(
                shown=len(page.rows),
                total=facets.total,
                next_href=next_href,
                first_href=first if request.GET.get("cursor") else "",
            ),
            "empty": _nothing_found() if is_narrowed(chosen) else _nothing_open(),
        },
    )


@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    """How much is open, by department, theme and update cycle."""
    facets = opening.facets()
    language = error_language()
    themes = [(Theme(value).label(language), count) for value, _, count in facets.themes]
    departments = [(label, count) for _, label, count in facets.providers]
    charts = [
        _count_chart("by-department", gettext("各部门开放数据集"), gettext("部门"), departments[:15]),
        _count_chart("by-theme", gettext("各主题开放数据集"), gettext("主题"), themes),
    ]
    return render(
        request,
        "portal/statistics.html",
        {
            "tiles": _tiles(facets),
            "charts": charts if facets.total else [],
            "empty": _nothing_open(),
            "crumbs": (_home(),),
        },
    )


@require_safe
def about(request: HttpRequest) -> HttpResponse:
    return render(request, "portal/about.html", {"crumbs": (_home(),), "licences": list(Licence)})


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    sitemap_url = request.build_absolute_uri(reverse("portal:sitemap"))
    lines = (
        "User-agent: *",
        "Disallow: /desk/",
        "Disallow: /datasets/*/download/",
        f"Sitemap: {sitemap_url}",
        "",
    )
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The portal's standing pages and its newest datasets."""
    places = [reverse(f"portal:{name}") for name in ("home", "datasets", "statistics", "about")]
    newest = opening.datasets(limit=SITEMAP_LIMIT).rows
    places += [reverse("portal:dataset", args=[dataset.service]) for dataset in newest]
    urls = [request.build_absolute_uri(place) for place in places]
    return render(request, "portal/sitemap.xml", {"urls": urls}, content_type="application/xml")


def _home() -> Link:
    return Link(text=gettext("首页"), href=reverse("portal:home"))


def _tiles(facets: Facets) -> list[Tile]:
    return [
        Tile(
            title=gettext("开放数据集"),
            value=facets.total,
            href=reverse("portal:datasets"),
            tone=Tone.INFO,
        ),
        Tile(title=gettext("提供部门数"), value=len(facets.providers), tone=Tone.INFO),
        Tile(title=gettext("数据量（条）"), value=facets.rows, tone=Tone.INFO),
        Tile(title=gettext("下载次数"), value=facets.downloads, tone=Tone.INFO),
    ]


def _theme_links(facets: Facets) -> list[Link]:
    language = error_language()
    address = reverse("portal:datasets")
    return [
        Link(text=Theme(value).label(language), href=f"{address}?theme={value}", count=count)
        for value, _, count in facets.themes
    ]


def _count_chart(chart_id: str, title: str, category: str, counts: list[tuple[str, int]]) -> Chart:
    return Chart(
        id=chart_id,
        title=title,
        category_title=category,
        categories=[name for name, _ in counts],
        series=[Series(name=gettext("数据集"), values=[count for _, count in counts])],
        kind="hbar",
    )


def _nothing_open() -> Empty:
    return Empty(
        title=gettext("还没有开放的数据集"),
        text=gettext("部门把目录条目设为开放并通过发布检查后，会出现在这里。"),
    )


def _nothing_found() -> Empty:
    return Empty(
        title=gettext("没有找到符合条件的数据集"),
        text=gettext("换一个更短的关键词，或减少筛选条件后再试。"),
        action=Link(text=gettext("查看全部数据集"), href=reverse("portal:datasets")),
    )
