"""The portal's catalogue as DCAT-AP, for other portals that harvest it."""

import os
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from jutong.control.interchange.dcat import api as dcat
from jutong.control.interchange.dcat.api import Addresses, Distribution, Resource, Service
from jutong.control.opening import api as opening
from jutong.control.opening.terms import DatasetStatus, Licence, Theme
from jutong.control.opening.values import DatasetView
from jutong.dataflow.serving.releases import current_release
from jutong.kernel.paging import MAX_LIMIT, parse_limit
from jutong.vocabulary.catalogue import OpenType, SharingType

PER_PAGE: Final = 100
THEMES: Final = {
    Theme.RESOURCES: "ENVI",
    Theme.EDUCATION: "EDUC",
    Theme.HEALTH: "HEAL",
    Theme.SOCIAL: "SOCI",
    Theme.TRAFFIC: "TRAN",
    Theme.BUSINESS: "ECON",
    Theme.HOUSING: "REGI",
    Theme.PUBLIC_SAFETY: "JUST",
    Theme.FINANCE: "ECON",
    Theme.AGRICULTURE: "AGRI",
    Theme.CIVIL: "SOCI",
    Theme.OTHER: "GOVE",
}
LICENCES: Final = {
    Licence.CC0: "https://creativecommons.org/publicdomain/zero/1.0/",
    Licence.CC_BY: "https://creativecommons.org/licenses/by/4.0/",
}


@lru_cache(maxsize=1)
def _settings() -> dcat.DcatSettings:
    return dcat.DcatSettings.read(os.environ)


def addresses_of(request: HttpRequest) -> Addresses:
    return Addresses(root=_settings().root(f"{request.scheme}://{request.get_host()}"))


@require_safe
def catalogue(request: HttpRequest, ending: str = "") -> HttpResponse:
    """Every open dataset, a page at a time; without an ending as the Accept header asks."""
    wanted = ending or dcat.wanted_ending(request)
    if not wanted:
        return redirect("portal:datasets")
    cursor = request.GET.get("cursor") or None
    limit = parse_limit(request.GET.get("limit"), default=PER_PAGE, maximum=MAX_LIMIT)
    page = opening.datasets(limit=limit, cursor=cursor)
    addresses = addresses_of(request)
    around = dcat.Surroundings.read(settings.PUBLIC_GATEWAY_URL)
    here = addresses.of(f"/catalog.{wanted}")
    following = dcat.Iri(f"{here}?cursor={page.next_cursor}&limit={limit}") if page.next_cursor else None
    head = dcat.CatalogueHead(
        path="/catalog",
        title="公共数据开放目录",
        title_en="Open data catalogue",
        description="本市向公众开放的公共数据集。",
        description_en="The public datasets that the city opens to everyone.",
        publisher=dcat.bureau(around),
        homepage=addresses.of("/"),
        page=dcat.Iri(f"{here}?cursor={cursor}&limit={limit}" if cursor else f"{here}?limit={limit}"),
        first=dcat.Iri(f"{here}?limit={limit}"),
        following=following,
        total=opening.facets().total,
    )
    resources = (resource(one, around, addresses) for one in page.rows if one.status is DatasetStatus.OPEN)
    return dcat.answer(request, dcat.catalogue_nodes(head, resources, addresses), wanted)


@require_safe
def dataset(request: HttpRequest, service: str, ending: str = "") -> HttpResponse:
    """One open dataset; a reader of pages is led to its page."""
    found = opening.dataset(service)
    if found.status is not DatasetStatus.OPEN:
        raise Http404(f"{service} is not open")
    wanted = ending or dcat.wanted_ending(request)
    if not wanted:
        return redirect("portal:dataset", service)
    addresses = addresses_of(request)
    described = resource(found, dcat.Surroundings.read(settings.PUBLIC_GATEWAY_URL), addresses)
    return dcat.answer(request, dcat.dataset_nodes(described, addresses), wanted)


def resource(dataset: DatasetView, around: dcat.Surroundings, addresses: Addresses) -> Resource:
    """What the portal says of a dataset, with its files as they are now."""
    page = addresses.of(reverse("portal:dataset", args=[dataset.service]))
    owner = around.departments.get(dataset.provider)
    publisher = around.publisher(dataset.provider, dataset.provider_name)
    free = dataset.open_type is OpenType.UNCONDITIONAL
    files = tuple(_files(dataset, addresses)) if free else ()
    asked_for = Distribution(
        title="申请获取",
        access=page,
        format="html",
        licence=_licence(dataset, addresses),
        licence_name=dataset.licence.zh,
    )
    return Resource(
        service=dataset.service,
        identifier=dataset.code or dataset.service,
        title=dataset.title,
        description=dataset.abstract,
        publisher=publisher,
        page=page,
        access_right=dcat.concept("access-right", "PUBLIC" if free else "RESTRICTED"),
        cycle=dataset.update_frequency,
        theme=dcat.concept("data-theme", THEMES[dataset.theme]),
        version=str(dataset.release_version or dataset.contract.version),
        contact=dcat.Contact(name=publisher.name),
        keywords=(dataset.theme.zh, *dict.fromkeys(item.name for item in dataset.items)),
        region=owner.region if owner else "",
        region_name=owner.region_name if owner else "",
        issued=dataset.opened_at,
        modified=dataset.released_at or dataset.opened_at,
        provenance=f"由目录条目 {dataset.code} 开放",
        distributions=files or (asked_for,),
        services=tuple(_services(dataset, around, page)),
    )


def _licence(dataset: DatasetView, addresses: Addresses) -> dcat.Iri:
    known = LICENCES.get(dataset.licence)
    return dcat.Iri(known) if known else addresses.of("/about/#licence-city")


def _files(dataset: DatasetView, addresses: Addresses) -> Iterator[Distribution]:
    release = current_release(settings.DATA_HOME.releases, dataset.service)
    page = addresses.of(reverse("portal:dataset", args=[dataset.service]))
    for file in release.files if release else ():
        download = reverse("portal:download", args=[dataset.service, file.format])
        yield Distribution(
            title=file.format.upper(),
            access=page,
            download=addresses.of(download),
            format=file.format,
            size_bytes=file.size_bytes,
            sha256=file.sha256,
            modified=release.released_at if release else None,
            licence=_licence(dataset, addresses),
            licence_name=dataset.licence.zh,
        )


def _services(dataset: DatasetView, around: dcat.Surroundings, page: dcat.Iri) -> Iterator[Service]:
    contract = dataset.contract
    if contract.query_keys and contract.sharing_type is not SharingType.NOT_SHARED:
        endpoint = dcat.Iri(f"{around.gateway}/gateway/api/1/{dataset.service}")
        yield Service(title="数据网关查询接口", endpoint=endpoint, description=page)
