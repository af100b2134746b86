"""Entries of the sharing catalogue as DCAT resources."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jutong.control.catalogue.api import EntryDraft, EntrySummary, classifications
from jutong.control.directory.api import DepartmentView, departments, systems
from jutong.control.interchange.dcat.resources import (
    Addresses,
    Contact,
    Distribution,
    Publisher,
    Resource,
    Service,
)
from jutong.control.interchange.dcat.vocabularies import access_right, theme
from jutong.vocabulary.catalogue import FormatClass, SharingMethod

KEYWORDS = 12


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The names that an export needs beside the entries, read once."""

    departments: Mapping[str, DepartmentView]
    classes: Mapping[str, str]
    systems: Mapping[str, str]
    gateway: str
    """The gateway's public address."""

    @classmethod
    def read(cls, gateway: str) -> "Surroundings":
        return cls(
            departments={one.code: one for one in departments(active_only=False)},
            classes={one.code: one.name for one in classifications()},
            systems={one.code: one.name for one in systems()},
            gateway=gateway.rstrip("/"),
        )

    def publisher(self, code: str, name: str = "") -> Publisher:
        known = self.departments.get(code)
        return Publisher(
            code=code, name=known.name if known else name or code, uscc=known.uscc if known else ""
        )


def resource_of(
    summary: EntrySummary, draft: EntryDraft, around: Surroundings, addresses: Addresses
) -> Resource:
    """What the published `draft` of an entry says."""
    owner = around.departments.get(summary.provider)
    return Resource(
        service=summary.service,
        identifier=summary.code or summary.service,
        title=draft.title,
        description=draft.abstract,
        publisher=around.publisher(summary.provider, summary.provider_name),
        page=addresses.of(f"/desk/catalogue/{summary.service}/"),
        access_right=access_right(draft.sharing_type, draft.open_type),
        cycle=draft.update_frequency,
        theme=theme(draft.classification or draft.resource_class.official),
        version=str(summary.published_version or summary.version),
        contact=Contact(
            name=draft.provider_unit or summary.provider_name,
            phone=draft.contact_phone,
            email=draft.contact_email,
        ),
        keywords=tuple(dict.fromkeys(item.name for item in draft.items))[:KEYWORDS],
        classification=draft.classification,
        classification_name=around.classes.get(draft.classification, ""),
        region=owner.region if owner else "",
        region_name=owner.region_name if owner else "",
        issued=summary.published_on,
        modified=summary.updated_at,
        provenance=_provenance(draft, around),
        legal_basis=" ".join(
            part for part in (draft.basis_document, draft.basis_number, draft.basis_article) if part
        ),
        distributions=tuple(_distributions(summary, draft, addresses)),
        services=tuple(_services(summary, draft, around, addresses)),
    )


def _provenance(draft: EntryDraft, around: Surroundings) -> str:
    parts = []
    if draft.system:
        parts.append(f"来源系统：{around.systems.get(draft.system, draft.system)}")
    if draft.duties:
        parts.append(f"依据事项：{'、'.join(draft.duties)}")
    return "；".join(parts)


def _distributions(summary: EntrySummary, draft: EntryDraft, addresses: Addresses) -> Iterator[Distribution]:
    """The ways to receive the data; each is asked for on the entry's page."""
    page = addresses.of(f"/desk/catalogue/{summary.service}/")
    for method in draft.sharing_methods:
        interface = method in {SharingMethod.API, SharingMethod.VERIFICATION}
        yield Distribution(
            title=method.zh,
            access=page,
            format="rest" if interface else draft.format,
            database=method is SharingMethod.TABLE or draft.format_class is FormatClass.DATABASE,
        )


def _services(
    summary: EntrySummary, draft: EntryDraft, around: Surroundings, addresses: Addresses
) -> Iterator[Service]:
    if SharingMethod.API in draft.sharing_methods or SharingMethod.VERIFICATION in draft.sharing_methods:
        yield Service(
            title="数据网关服务接口",
            endpoint=Addresses(root=around.gateway).of(f"/gateway/api/1/{summary.service}"),
            description=addresses.of(f"/desk/catalogue/{summary.service}/"),
        )
