"""A catalogue as DCAT-AP of made-up entries, and the shapes that judge it."""

from dataclasses import replace
from datetime import UTC, date, datetime

from jutong.control.catalogue.terms import Assignment
from jutong.control.catalogue.values import EntryDraft, EntrySummary
from jutong.control.directory.terms import DepartmentKind
from jutong.control.directory.values import DepartmentView
from jutong.control.interchange.dcat.entries import Surroundings, resource_of
from jutong.control.interchange.dcat.resources import (
    Addresses,
    CatalogueHead,
    Distribution,
    Publisher,
    Resource,
    catalogue_nodes,
)
from jutong.control.interchange.dcat.writing import WRITERS
from jutong.vocabulary.catalogue import EntryStatus, SharingMethod
from tests.support.control import a_draft

ADDRESSES = Addresses(root="https://data.example.org")
NOON = datetime(2025, 3, 3, 4, 0, tzinfo=UTC)
AROUND = Surroundings(
    departments={
        "minzheng": DepartmentView(
            code="minzheng",
            name="市民政局",
            short_name="民政局",
            uscc="11330100002492381M",
            kind=DepartmentKind.DEPARTMENT,
            region="330100",
            region_name="样例市",
            parent=None,
            active=True,
        )
    },
    classes={"307": "省级及以下部门"},
    systems={"hydj": "婚姻登记管理系统"},
    gateway="https://gateway.example.org",
)


def a_summary(draft: EntryDraft, service: str = "hydj_jbxx") -> EntrySummary:
    values = {
        "service": service,
        "code": "307000000000/000001",
        "title": draft.title,
        "abstract": draft.abstract,
        "provider": "minzheng",
        "provider_name": "市民政局",
        "resource_class": draft.resource_class,
        "classification": draft.classification,
        "sharing_type": draft.sharing_type,
        "open_type": draft.open_type,
        "level": draft.level,
        "update_frequency": draft.update_frequency,
        "status": EntryStatus.PUBLISHED,
        "live": True,
        "version": 2,
        "published_version": 2,
        "published_on": date(2025, 3, 3),
        "item_count": len(draft.items),
        "review_due_on": None,
        "updated_at": NOON,
        "revision": 1,
    }
    known = EntrySummary.__dataclass_fields__
    return EntrySummary(**{name: value for name, value in values.items() if name in known})


def a_resource(service: str = "hydj_jbxx", **changes: object) -> Resource:
    draft = a_draft(
        sharing_methods=tuple(SharingMethod),
        basis_document="婚姻登记条例",
        basis_article="第十条",
        assignment=Assignment.PROVIDER,
        contact_email="office@example.org",
    )
    resource = resource_of(a_summary(draft, service), draft, AROUND, ADDRESSES)
    return replace(resource, **changes)


def an_open_resource(service: str = "schools") -> Resource:
    """With a real file to download: size, digest, licence."""
    page = ADDRESSES.of(f"/datasets/{service}/")
    file = Distribution(
        title="CSV",
        access=page,
        download=ADDRESSES.of(f"/datasets/{service}/download/csv"),
        format="csv",
        licence=ADDRESSES.of("/about/#licence-city"),
        licence_name="本市公共数据开放利用协议",
        size_bytes=1024,
        sha256="ab" * 32,
        modified=NOON,
    )
    return a_resource(service, distributions=(file,), page=page)


def a_head(**changes: object) -> CatalogueHead:
    head = CatalogueHead(
        path="/catalog",
        title="样例市政务数据目录",
        title_en="Government data catalogue",
        description="本市各部门的政务数据目录。",
        description_en="The government data catalogue of the city.",
        publisher=Publisher(code="shujuju", name="市大数据局", uscc="11330100MB0000001K"),
        homepage=ADDRESSES.of("/"),
        issued=date(2025, 1, 1),
        modified=NOON,
    )
    return replace(head, **changes)


def a_document(ending: str, *resources: Resource, **head: object) -> str:
    """The catalogue of `resources` as Turtle (`ttl`) or JSON-LD (`jsonld`)."""
    return "".join(WRITERS[ending].write(catalogue_nodes(a_head(**head), resources, ADDRESSES)))
