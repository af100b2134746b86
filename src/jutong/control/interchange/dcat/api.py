"""The catalogue as DCAT-AP: what pages, commands and the portal call."""

from collections.abc import Iterator
from typing import Final

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import EntryDraft, EntryFilter, WholeEntry
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.directory.api import Actor, DepartmentKind, departments
from jutong.control.interchange.dcat.entries import Surroundings, resource_of
from jutong.control.interchange.dcat.negotiation import answer, wanted_ending
from jutong.control.interchange.dcat.nodes import Iri, Node
from jutong.control.interchange.dcat.resources import (
    Addresses,
    CatalogueHead,
    Contact,
    Distribution,
    Publisher,
    Resource,
    Service,
    catalogue_nodes,
    dataset_nodes,
)
from jutong.control.interchange.dcat.settings import DcatSettings
from jutong.control.interchange.dcat.vocabularies import access_right, concept
from jutong.control.interchange.dcat.writing import JSON_LD, TURTLE, WRITERS, Writer
from jutong.kernel.paging import MAX_LIMIT, Page
from jutong.vocabulary.catalogue import EntryStatus

__all__ = [
    "JSON_LD",
    "LIVE",
    "SHARING_CATALOGUE",
    "TURTLE",
    "WRITERS",
    "Addresses",
    "CatalogueHead",
    "Contact",
    "DcatSettings",
    "Distribution",
    "Iri",
    "Node",
    "Publisher",
    "Resource",
    "Service",
    "Surroundings",
    "Writer",
    "access_right",
    "answer",
    "bureau",
    "catalogue_nodes",
    "concept",
    "dataset_nodes",
    "published_entries",
    "published_entry",
    "published_page",
    "sharing_addresses",
    "sharing_head",
    "wanted_ending",
]

LIVE: Final = EntryFilter(live=True)
SHARING_CATALOGUE: Final = "/api/v1/dcat/catalog"


def sharing_addresses(root: str) -> Addresses:
    """Where entries of the sharing catalogue are named: apart from the portal's datasets."""
    return Addresses(root=root, datasets="/api/v1/dcat/entries/")


def bureau(around: Surroundings) -> Publisher:
    """The city's data authority, which publishes the catalogues; the first department where none is marked."""
    known = departments()
    chosen = next((one for one in known if one.kind is DepartmentKind.BUREAU), known[0] if known else None)
    return around.publisher(chosen.code) if chosen else Publisher(code="bureau", name="政务数据共享主管部门")


def sharing_head(
    around: Surroundings,
    addresses: Addresses,
    *,
    page: Iri | None = None,
    first: Iri | None = None,
    following: Iri | None = None,
) -> CatalogueHead:
    """What is said of the sharing catalogue."""
    return CatalogueHead(
        path=SHARING_CATALOGUE,
        title="政务数据资源目录",
        title_en="Catalogue of government data",
        description="本市各部门编制并发布的政务数据资源目录，供各部门共享使用。",
        description_en="The published entries of all departments of the city, for sharing among them.",
        publisher=bureau(around),
        homepage=addresses.of("/desk/catalogue/"),
        page=page,
        first=first,
        following=following,
    )


def published_page(
    actor: Actor,
    around: Surroundings,
    addresses: Addresses,
    *,
    where: EntryFilter = LIVE,
    limit: int = MAX_LIMIT,
    cursor: str | None = None,
) -> Page[Resource]:
    """Published entries that the actor may see, page by page."""
    page = catalogue.entries(actor, where, limit=limit, cursor=cursor)
    whole = {one.service: one for one in catalogue.whole_entries(actor, [row.service for row in page.rows])}
    rows = tuple(
        resource_of(summary, _published(actor, whole[summary.service]), around, addresses)
        for summary in page.rows
        if summary.service in whole
    )
    return Page(rows=rows, next_cursor=page.next_cursor)


def _published(actor: Actor, entry: WholeEntry) -> EntryDraft:
    """What holds: not a change that is still being written."""
    if entry.status is EntryStatus.PUBLISHED:
        return entry.draft
    return catalogue.entry(actor, entry.service).present


def published_entries(
    actor: Actor, around: Surroundings, addresses: Addresses, *, where: EntryFilter = LIVE
) -> Iterator[Resource]:
    """Every published entry that the actor may see, one after another."""
    cursor: str | None = None
    while True:
        page = published_page(actor, around, addresses, where=where, cursor=cursor)
        yield from page.rows
        cursor = page.next_cursor
        if cursor is None:
            return


def published_entry(actor: Actor, service: str, around: Surroundings, addresses: Addresses) -> Resource:
    """One published entry.

    Raises:
        EntryNotFound: there is none, or none that the actor may see.
    """
    found = catalogue.entry(actor, service)
    if not found.summary.live:
        raise EntryNotFound(service=service)
    return resource_of(found.summary, found.present, around, addresses)
