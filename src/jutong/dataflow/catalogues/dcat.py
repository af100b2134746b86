"""Reader of DCAT catalogues in RDF/XML, Turtle and JSON-LD, paged with Hydra."""

from collections.abc import Iterator, Mapping
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

from jutong.dataflow.catalogues.content import unreadable
from jutong.dataflow.catalogues.errors import AddressNotAllowed
from jutong.dataflow.catalogues.fetching import FILE, Fetcher
from jutong.dataflow.catalogues.identity import identified, object_of
from jutong.dataflow.catalogues.notes import TEXT_LIMIT, TITLE_LIMIT, Notes
from jutong.dataflow.catalogues.rdf import DCAT, datasets_of, graph_of, next_page, total_of
from jutong.dataflow.catalogues.records import SourcePage
from jutong.vocabulary.catalogue import OpenType
from jutong.vocabulary.harvest import CatalogueRecord, RawRecord, RecordDistribution, RecordFinding

DCT: Final = "http://purl.org/dc/terms/"
FOAF: Final = "http://xmlns.com/foaf/0.1/"
VCARD: Final = "http://www.w3.org/2006/vcard/ns#"
SKOS: Final = "http://www.w3.org/2004/02/skos/core#"
RDFS: Final = "http://www.w3.org/2000/01/rdf-schema#"
# What a portal of ours is read in, in this order; then whatever comes first.
LANGUAGES: Final = ("zh", "zh-cn", "zh-hans", "en", "")
ACCESS: Final = {
    "PUBLIC": OpenType.UNCONDITIONAL,
    "OPEN": OpenType.UNCONDITIONAL,
    "RESTRICTED": OpenType.CONDITIONAL,
    "NON_PUBLIC": OpenType.NOT_OPEN,
    "CONFIDENTIAL": OpenType.NOT_OPEN,
    "SENSITIVE": OpenType.NOT_OPEN,
}
DISTRIBUTIONS: Final = 100
Described = dict[str, Any]


class Dcat:
    """A cursor is the address of the page."""

    def page(self, address: str, cursor: str, *, fetch: Fetcher, validators: Mapping[str, str]) -> SourcePage:
        here = cursor or address
        fetched = fetch.get(here, validators)
        if fetched.not_modified:
            return SourcePage(not_modified=True)
        graph, findings = graph_of(fetched)
        datasets = datasets_of(graph)
        if not datasets and (findings or not len(graph)):
            raise unreadable(here, "其中没有数据集的 RDF 描述", "it describes no dataset in RDF")
        records = tuple(
            identified(described, _names(name, described), _addresses(described))
            for name, described in datasets
        )
        following = next_page(graph)
        return SourcePage(
            records=records,
            following=None if following is None else _onwards(fetched.address, following),
            total=total_of(graph),
            validators=fetched.validators,
            findings=findings,
        )

    def record(self, raw: RawRecord) -> tuple[CatalogueRecord, tuple[RecordFinding, ...]]:
        given = object_of(raw)
        notes = Notes()
        title = _text(given, f"{DCT}title", notes, "dct:title", limit=TITLE_LIMIT)
        description = _text(given, f"{DCT}description", notes, "dct:description", limit=TEXT_LIMIT) or _text(
            given, f"{DCT}abstract", notes, "dct:abstract", limit=TEXT_LIMIT
        )
        publisher = _name_of(given, (f"{DCT}publisher", f"{DCT}creator"), notes, "dct:publisher")
        contact = next(iter(_nodes(given, f"{DCAT}contactPoint")), {})
        distributions = tuple(_distributions(given, notes))
        for value, code, place in (
            (title, "title_missing", "dct:title"),
            (description, "description_missing", "dct:description"),
            (publisher, "publisher_missing", "dct:publisher"),
            (distributions, "distribution_missing", "dcat:distribution"),
        ):
            if not value:
                notes.theirs(code, place)
        record = CatalogueRecord(
            identifier=raw.identifier,
            title=title,
            description=description,
            publisher=publisher,
            contact_name=_text(contact, f"{VCARD}fn", notes, "vcard:fn"),
            contact_email=notes.email(_named(contact, f"{VCARD}hasEmail"), "vcard:hasEmail"),
            issued=notes.day(_named(given, f"{DCT}issued"), "dct:issued"),
            modified=notes.day(_named(given, f"{DCT}modified"), "dct:modified"),
            frequency=notes.frequency(_labelled(given, f"{DCT}accrualPeriodicity"), "dct:accrualPeriodicity"),
            theme=notes.theme(tuple(_labels(given, f"{DCAT}theme")), "dcat:theme"),
            keywords=notes.texts([text for text, _ in _literals(given, f"{DCAT}keyword")], "dcat:keyword"),
            openness=_openness(given, notes),
            licence=notes.text(_labelled(given, f"{DCT}license"), "dct:license"),
            landing_page=notes.address(_named(given, f"{DCAT}landingPage"), "dcat:landingPage"),
            spatial=notes.text(_labelled(given, f"{DCT}spatial"), "dct:spatial"),
            languages=notes.texts(list(_labels(given, f"{DCT}language")), "dct:language"),
            distributions=distributions,
        )
        return record, (*raw.findings, *notes.findings)


def _onwards(here: str, following: str) -> str:
    """The next page, on the same host.

    Raises:
        AddressNotAllowed: the catalogue leads to another host.
    """
    address = urljoin(here, following)
    same = here.startswith(FILE) or urlsplit(address).hostname == urlsplit(here).hostname
    if not same:
        raise AddressNotAllowed(
            address=address[:200],
            reason_zh="下一页在另一台主机上",
            reason_en="the next page is on another host",
        )
    return address


def _names(name: str, described: Described) -> Iterator[str]:
    """By what a dataset may be known: its address, or its identifier."""
    if urlsplit(name).scheme in {"http", "https", "urn"}:
        yield name
    yield from (text for text, _ in _literals(described, f"{DCT}identifier"))


def _addresses(described: Described) -> Iterator[str]:
    """What stands for a dataset without a name: its page, its first distribution, its title."""
    yield _named(described, f"{DCAT}landingPage")
    for each in _nodes(described, f"{DCAT}distribution"):
        yield str(each.get("@id") or _named(each, f"{DCAT}accessURL"))
    yield from (f"title {text}" for text, _ in _literals(described, f"{DCT}title"))


def _values(given: Described, name: str) -> list[Described]:
    values = given.get(name)
    return [each for each in values if isinstance(each, dict)] if isinstance(values, list) else []


def _literals(given: Described, name: str) -> list[tuple[str, str]]:
    """(text, language) of what is said as text."""
    return [
        (str(each["@value"]), str(each.get("@language", "")).lower())
        for each in _values(given, name)
        if "@value" in each
    ]


def _nodes(given: Described, name: str) -> list[Described]:
    return [each for each in _values(given, name) if "@value" not in each]


def _text(given: Described, name: str, notes: Notes, place: str, **limits: int) -> str:
    """The text in the language that we read best."""
    found = _literals(given, name)
    if not found:
        return ""
    rank = {language: position for position, language in enumerate(LANGUAGES)}
    best = min(found, key=lambda pair: rank.get(pair[1], len(rank)))
    return notes.text(best[0], place, **limits)


def _named(given: Described, name: str) -> str:
    """The first value, as address or text."""
    for each in _values(given, name):
        value = each.get("@value", each.get("@id"))
        if value:
            return str(value)
    return ""


def _labels(given: Described, name: str) -> Iterator[str]:
    """Of each value its address if it has one, else its label, else its text."""
    for each in _values(given, name):
        label = next(
            (
                text
                for label_name in (f"{SKOS}prefLabel", f"{RDFS}label", f"{DCT}title", f"{FOAF}name")
                for text, _ in _literals(each, label_name)
            ),
            "",
        )
        value = each.get("@value") or each.get("@id") or label
        if value:
            yield str(value)


def _labelled(given: Described, name: str) -> str:
    return next(_labels(given, name), "")


def _name_of(given: Described, names: tuple[str, ...], notes: Notes, place: str) -> str:
    """An agent's name: as it says itself, or as it is written in its place."""
    for name in names:
        for each in _values(given, name):
            own = _text(each, f"{FOAF}name", notes, place) or _text(each, f"{VCARD}fn", notes, place)
            own = own or _text(each, f"{SKOS}prefLabel", notes, place)
            if own or each.get("@value"):
                return own or notes.text(each["@value"], place)
    return ""


def _openness(given: Described, notes: Notes) -> OpenType | None:
    text = _labelled(given, f"{DCT}accessRights")
    if not text:
        return None
    last = text.rstrip("/").rpartition("/")[2].upper().replace("-", "_").replace(" ", "_")
    known = ACCESS.get(last)
    if known is None:
        notes.ours("access_unmapped", "dct:accessRights", text)
    return known


def _distributions(given: Described, notes: Notes) -> Iterator[RecordDistribution]:
    values = _nodes(given, f"{DCAT}distribution")
    if len(values) > DISTRIBUTIONS:
        notes.ours("list_cut", "dcat:distribution", "dcat:distribution")
    for each in values[:DISTRIBUTIONS]:
        address = _named(each, f"{DCAT}downloadURL") or _named(each, f"{DCAT}accessURL")
        yield RecordDistribution(
            title=_text(each, f"{DCT}title", notes, "distribution title"),
            address=notes.address(address or each.get("@id", ""), "dcat:accessURL"),
            format=notes.format(
                _labelled(each, f"{DCT}format"),
                _labelled(each, f"{DCAT}mediaType"),
                place="dct:format",
            ),
            licence=notes.text(_labelled(each, f"{DCT}license"), "dct:license"),
        )
