"""The sharing catalogue as DCAT-AP, for signed-in people and programs with a token."""

import os
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpResponse

from jutong.control.directory.http import Call, Operation
from jutong.control.interchange.dcat import api
from jutong.control.interchange.dcat.api import Addresses
from jutong.kernel.paging import MAX_LIMIT, LimitInvalid


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueQuery:
    limit: int = 100
    cursor: str = ""


@lru_cache(maxsize=1)
def _settings() -> api.DcatSettings:
    return api.DcatSettings.read(os.environ)


def _addresses(call: Call) -> Addresses:
    request = call.request
    return api.sharing_addresses(_settings().root(f"{request.scheme}://{request.get_host()}"))


def _catalogue(call: Call) -> HttpResponse:
    if not 1 <= call.query.limit <= MAX_LIMIT:
        raise LimitInvalid(maximum=MAX_LIMIT)
    addresses = _addresses(call)
    around = api.Surroundings.read(settings.PUBLIC_GATEWAY_URL)
    limit, cursor = call.query.limit, call.query.cursor
    page = api.published_page(call.actor, around, addresses, limit=limit, cursor=cursor or None)
    here = addresses.of(api.SHARING_CATALOGUE)
    first = api.Iri(f"{here}?limit={limit}")
    head = api.sharing_head(
        around,
        addresses,
        page=api.Iri(f"{first}&cursor={cursor}") if cursor else first,
        first=first,
        following=api.Iri(f"{first}&cursor={page.next_cursor}") if page.next_cursor else None,
    )
    nodes = api.catalogue_nodes(head, page.rows, addresses)
    return api.answer(call.request, nodes, api.wanted_ending(call.request) or "ttl")


def _entry(call: Call) -> HttpResponse:
    addresses = _addresses(call)
    around = api.Surroundings.read(settings.PUBLIC_GATEWAY_URL)
    found = api.published_entry(call.actor, call.path["service"], around, addresses)
    nodes = api.dataset_nodes(found, addresses)
    return api.answer(call.request, nodes, api.wanted_ending(call.request) or "ttl")


OPERATIONS: Final = (
    Operation(
        name="dcat_catalogue",
        method="GET",
        path="/dcat/catalog",
        zh="已发布目录的 DCAT-AP 描述（分页）",
        en="Published entries in DCAT-AP, page by page",
        query=CatalogueQuery,
        answer=str,
        media_types=(api.TURTLE, api.JSON_LD),
        run=_catalogue,
    ),
    Operation(
        name="dcat_entry",
        method="GET",
        path="/dcat/entries/{service}",
        zh="一个已发布目录的 DCAT-AP 描述",
        en="One published entry in DCAT-AP",
        answer=str,
        media_types=(api.TURTLE, api.JSON_LD),
        run=_entry,
    ),
)
