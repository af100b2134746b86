"""Catalogue, dataset, distribution and service as DCAT-AP describes them; made of plain values, written as nodes."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from jutong.control.interchange.dcat import vocabularies
from jutong.control.interchange.dcat.nodes import Iri, Literal, Node, Properties, Value, chinese, english
from jutong.kernel.clock import SHANGHAI
from jutong.vocabulary.catalogue import UpdateFrequency

# The national rules that hold for every entry of a government catalogue.
SHARING_REGULATION: Final = Iri("https://www.gov.cn/zhengce/content/202506/content_7026294.htm")
GUIDE_PATH: Final = "/standard/fgw-2017-1272"
PROFILE: Final = Iri("http://data.europa.eu/r5r/")
# The vocabulary itself says http; DCAT-AP 3.0.1 asks for the address under https.
CHECKSUM: Final = Iri("https://spdx.org/rdf/terms#checksumAlgorithm_sha256")


@dataclass(frozen=True, slots=True, kw_only=True)
class Publisher:
    """A department; `uscc` is its unified social credit code (GB 32100)."""

    code: str
    name: str
    uscc: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """Whom to ask: a unit and its telephone or mailbox."""

    name: str
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """One way to have the data: a file, or a page that says how."""

    title: str
    access: Iri
    format: str
    download: Iri | None = None
    licence: Iri | None = None
    licence_name: str = ""
    database: bool = False
    size_bytes: int | None = None
    sha256: str = ""
    modified: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Service:
    """An interface that serves the dataset."""

    title: str
    endpoint: Iri
    description: Iri | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """One dataset of a catalogue."""

    service: str
    identifier: str
    title: str
    description: str
    publisher: Publisher
    page: Iri
    access_right: Iri
    cycle: UpdateFrequency
    theme: Iri
    version: str
    contact: Contact
    keywords: tuple[str, ...] = ()
    classification: str = ""
    classification_name: str = ""
    region: str = ""
    region_name: str = ""
    issued: date | datetime | None = None
    modified: datetime | None = None
    provenance: str = ""
    legal_basis: str = ""
    distributions: tuple[Distribution, ...] = ()
    services: tuple[Service, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where things of an export are named: below one root, the same on every day."""

    root: str
    """Such as `https://data.example.gov.cn`; no slash at its end."""
    datasets: str = "/dataset/"

    def of(self, path: str) -> Iri:
        return Iri(f"{self.root}{path}")

    def dataset(self, service: str) -> Iri:
        return self.of(f"{self.datasets}{service}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueHead:
    """What is said of the catalogue itself; `following` is the address of the next page of a paged one."""

    path: str
    title: str
    title_en: str
    description: str
    description_en: str
    publisher: Publisher
    homepage: Iri
    issued: date | None = None
    modified: datetime | None = None
    page: Iri | None = None
    first: Iri | None = None
    following: Iri | None = None
    total: int | None = None


def catalogue_nodes(
    head: CatalogueHead, resources: Iterable[Resource], addresses: Addresses
) -> Iterator[Node]:
    """The export from its vocabularies to its last dataset; departments and our own scheme are described once."""
    yield from _common(addresses)
    seen: set[str] = set()
    yield from _publisher(head.publisher, addresses, seen)
    catalogue = addresses.of(head.path)
    yield _head(head, catalogue)
    if head.page is not None:
        yield _view_of(head, head.page)
    for resource in resources:
        yield from _publisher(resource.publisher, addresses, seen)
        yield from _classification(resource, addresses, seen)
        yield Node(catalogue, (), (("dcat:dataset", addresses.dataset(resource.service)),))
        yield from _resource(resource, addresses, catalogue)


def dataset_nodes(resource: Resource, addresses: Addresses) -> Iterator[Node]:
    """One dataset by itself, with all that it refers to."""
    yield from _common(addresses)
    seen: set[str] = set()
    yield from _publisher(resource.publisher, addresses, seen)
    yield from _classification(resource, addresses, seen)
    yield from _resource(resource, addresses, None)


def _common(addresses: Addresses) -> Iterator[Node]:
    yield from vocabularies.concepts()
    scheme_title = (("dct:title", chinese("政务信息资源分类")), ("dct:title", english("Classification")))
    yield Node(addresses.of("/scheme/classification"), ("skos:ConceptScheme",), scheme_title)
    for law, zh, en in (
        (SHARING_REGULATION, "政务数据共享条例（国令第809号）", "Regulations on government data sharing"),
        (
            addresses.of(GUIDE_PATH),
            "政务信息资源目录编制指南（试行）（发改高技术〔2017〕1272号）",
            "Guide to compiling catalogues",
        ),
    ):
        kinds = ("eli:LegalResource",) if law == SHARING_REGULATION else ("dct:Standard",)
        yield Node(law, kinds, (("dct:title", chinese(zh)), ("dct:title", english(en))))
    yield Node(PROFILE, ("dct:Standard",), (("dct:title", english("DCAT-AP 3.0.1")),))


def _publisher(publisher: Publisher, addresses: Addresses, seen: set[str]) -> Iterator[Node]:
    if f"agent {publisher.code}" in seen:
        return
    seen.add(f"agent {publisher.code}")
    said: Properties = (("foaf:name", chinese(publisher.name)), ("dct:identifier", Literal(publisher.code)))
    if publisher.uscc:
        notation = Node(None, ("adms:Identifier",), (("skos:notation", Literal(publisher.uscc)),))
        said = (*said, ("adms:identifier", notation), ("org:identifier", Literal(publisher.uscc)))
    yield Node(agent(publisher, addresses), ("foaf:Agent", "foaf:Organization"), said)


def agent(publisher: Publisher, addresses: Addresses) -> Iri:
    return addresses.of(f"/agent/{publisher.code}")


def _classification(resource: Resource, addresses: Addresses, seen: set[str]) -> Iterator[Node]:
    key = f"class {resource.classification}"
    if not resource.classification or key in seen:
        return
    seen.add(key)
    yield Node(
        _class_iri(resource.classification, addresses),
        ("skos:Concept",),
        (
            ("skos:prefLabel", chinese(resource.classification_name or resource.classification)),
            ("skos:notation", Literal(resource.classification)),
            ("skos:inScheme", addresses.of("/scheme/classification")),
            ("skos:broadMatch", resource.theme),
        ),
    )


def _class_iri(code: str, addresses: Addresses) -> Iri:
    return addresses.of(f"/scheme/classification/{code}")


def _head(head: CatalogueHead, name: Iri) -> Node:
    said: list[tuple[str, Value]] = [
        ("dct:title", chinese(head.title)),
        ("dct:title", english(head.title_en)),
        ("dct:description", chinese(head.description)),
        ("dct:description", english(head.description_en)),
        ("dct:publisher", Iri(name.removesuffix(head.path) + f"/agent/{head.publisher.code}")),
        ("dct:language", vocabularies.concept("language", "ZHO")),
        ("foaf:homepage", Node(head.homepage, ("foaf:Document",))),
        ("dcat:themeTaxonomy", vocabularies.THEME_SCHEME),
        ("dcat:themeTaxonomy", Iri(name.removesuffix(head.path) + "/scheme/classification")),
        ("dcatap:applicableLegislation", SHARING_REGULATION),
        ("dct:conformsTo", PROFILE),
    ]
    if head.issued:
        said.append(("dct:issued", day(head.issued)))
    if head.modified:
        said.append(("dct:modified", day(head.modified)))
    types = ("dcat:Catalog",) if head.page is None else ("dcat:Catalog", "hydra:Collection")
    if head.page is not None:
        said.append(("hydra:view", head.page))
        if head.total is not None:
            said.append(("hydra:totalItems", Literal(str(head.total), datatype="xsd:integer")))
    return Node(name, types, tuple(said))


def _view_of(head: CatalogueHead, page: Iri) -> Node:
    said: list[tuple[str, Value]] = []
    if head.first is not None:
        said.append(("hydra:first", head.first))
    if head.following is not None:
        said.append(("hydra:next", head.following))
    return Node(page, ("hydra:PartialCollectionView",), tuple(said))


def day(moment: date | datetime) -> Literal:
    """A day as xsd:date; an instant as xsd:dateTime in Shanghai's time."""
    if isinstance(moment, datetime):
        text = moment.astimezone(SHANGHAI).isoformat(timespec="seconds")
        return Literal(text, datatype="xsd:dateTime")
    return Literal(moment.isoformat(), datatype="xsd:date")


def _resource(resource: Resource, addresses: Addresses, catalogue: Iri | None) -> Iterator[Node]:
    name = addresses.dataset(resource.service)
    said: list[tuple[str, Value]] = [
        ("dct:title", chinese(resource.title)),
        ("dct:description", chinese(resource.description or resource.title)),
        ("dct:identifier", Literal(resource.identifier)),
        ("dct:publisher", agent(resource.publisher, addresses)),
        ("dct:creator", agent(resource.publisher, addresses)),
        ("dct:language", vocabularies.concept("language", "ZHO")),
        ("dcat:theme", resource.theme),
        ("dct:accrualPeriodicity", vocabularies.frequency(resource.cycle)),
        ("dct:accessRights", resource.access_right),
        ("dcat:landingPage", Node(resource.page, ("foaf:Document",))),
        ("dcat:contactPoint", _contact(resource.contact)),
        ("dcat:version", Literal(resource.version)),
        ("dct:conformsTo", addresses.of(GUIDE_PATH)),
        ("dcatap:applicableLegislation", SHARING_REGULATION),
    ]
    said += [("dcat:keyword", chinese(word)) for word in resource.keywords]
    if resource.classification:
        said.append(("dcat:theme", _class_iri(resource.classification, addresses)))
    if resource.region:
        said.append(("dct:spatial", _place(resource, addresses)))
    if resource.issued:
        said.append(("dct:issued", day(resource.issued)))
    if resource.modified:
        said.append(("dct:modified", day(resource.modified)))
    if resource.provenance:
        provenance = (("rdfs:label", chinese(resource.provenance)),)
        said.append(("dct:provenance", Node(None, ("dct:ProvenanceStatement",), provenance)))
    if resource.legal_basis:
        document = (("dct:title", chinese(resource.legal_basis)),)
        law = addresses.of(f"{addresses.datasets}{resource.service}#legal-basis")
        said.append(("dcatap:applicableLegislation", Node(law, ("eli:LegalResource",), document)))
    distributions = [
        _distribution(one, resource, name, number)
        for number, one in enumerate(resource.distributions, start=1)
    ]
    said += [("dcat:distribution", one) for one in distributions]
    yield Node(name, ("dcat:Dataset",), tuple(said))
    for number, service in enumerate(resource.services, start=1):
        served = Iri(f"{name}#service-{number}")
        yield _service(service, served, resource, name, addresses)
        if catalogue is not None:
            yield Node(catalogue, (), (("dcat:service", served),))


def _contact(contact: Contact) -> Node:
    said: list[tuple[str, Value]] = [("vcard:fn", chinese(contact.name))]
    if contact.phone:
        said.append(("vcard:hasTelephone", Iri(f"tel:{''.join(contact.phone.split())}")))
    if contact.email:
        said.append(("vcard:hasEmail", Iri(f"mailto:{contact.email}")))
    return Node(None, ("vcard:Kind", "vcard:Organization"), tuple(said))


def _place(resource: Resource, addresses: Addresses) -> Node:
    said = (
        ("skos:prefLabel", chinese(resource.region_name)),
        ("dct:identifier", Literal(resource.region)),
    )
    return Node(addresses.of(f"/region/{resource.region}"), ("dct:Location",), said)


def _distribution(one: Distribution, resource: Resource, dataset: Iri, number: int) -> Node:
    file_type, media_type = vocabularies.format_of(one.format, database=one.database)
    said: list[tuple[str, Value]] = [
        ("dct:title", chinese(one.title)),
        ("dct:description", chinese(f"{resource.title}：{one.title}")),
        ("dcat:accessURL", Node(one.access, ("rdfs:Resource",))),
        ("dct:format", file_type),
        ("dcat:mediaType", media_type),
        ("dcatap:availability", vocabularies.concept("planned-availability", "STABLE")),
    ]
    if one.download is not None:
        said.append(("dcat:downloadURL", Node(one.download, ("rdfs:Resource",))))
    if one.licence is not None:
        licence = Node(one.licence, ("dct:LicenseDocument",), (("dct:title", chinese(one.licence_name)),))
        said.append(("dct:license", licence))
    if one.size_bytes is not None:
        said.append(("dcat:byteSize", Literal(str(one.size_bytes), datatype="xsd:nonNegativeInteger")))
    if one.sha256:
        algorithm = Node(CHECKSUM, ("spdx:ChecksumAlgorithm",))
        value = Literal(one.sha256, datatype="xsd:hexBinary")
        digest = Node(
            None, ("spdx:Checksum",), (("spdx:algorithm", algorithm), ("spdx:checksumValue", value))
        )
        said.append(("spdx:checksum", digest))
    if one.modified is not None:
        said.append(("dct:modified", day(one.modified)))
    return Node(Iri(f"{dataset}#distribution-{number}"), ("dcat:Distribution",), tuple(said))


def _service(service: Service, name: Iri, resource: Resource, dataset: Iri, addresses: Addresses) -> Node:
    said: list[tuple[str, Value]] = [
        ("dct:title", chinese(service.title)),
        ("dct:description", chinese(f"{resource.title}：{service.title}")),
        ("dcat:endpointURL", Node(service.endpoint, ("rdfs:Resource",))),
        ("dcat:servesDataset", dataset),
        ("dct:publisher", agent(resource.publisher, addresses)),
        ("dct:accessRights", resource.access_right),
        ("dcat:theme", resource.theme),
        ("dcatap:applicableLegislation", SHARING_REGULATION),
        ("dct:conformsTo", addresses.of(GUIDE_PATH)),
    ]
    if service.description is not None:
        said.append(("dcat:endpointDescription", Node(service.description, ("rdfs:Resource",))))
    said.append(("dcat:contactPoint", _contact(resource.contact)))
    said += [("dcat:keyword", chinese(word)) for word in resource.keywords]
    return Node(name, ("dcat:DataService",), tuple(said))
