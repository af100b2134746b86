"""Readers of data.json (Project Open Data 1.1): one document with every dataset."""

from collections.abc import Mapping
from typing import Any, Final

from jutong.dataflow.catalogues.content import json_of, unreadable
from jutong.dataflow.catalogues.fetching import Fetcher
from jutong.dataflow.catalogues.identity import identified, object_of
from jutong.dataflow.catalogues.notes import TEXT_LIMIT, TITLE_LIMIT, Notes, finding
from jutong.dataflow.catalogues.records import SourcePage
from jutong.vocabulary.catalogue import OpenType
from jutong.vocabulary.harvest import CatalogueRecord, RawRecord, RecordDistribution, RecordFinding, Side

# The fields that the schema requires of every dataset (those of the federal programme's books are left out).
REQUIRED: Final = (
    "title",
    "description",
    "keyword",
    "modified",
    "publisher",
    "contactPoint",
    "identifier",
    "accessLevel",
)
ACCESS: Final = {
    "public": OpenType.UNCONDITIONAL,
    "restricted public": OpenType.CONDITIONAL,
    "non-public": OpenType.NOT_OPEN,
}
DISTRIBUTIONS: Final = 100


class DataJson:
    """The whole catalogue is one page."""

    def page(self, address: str, cursor: str, *, fetch: Fetcher, validators: Mapping[str, str]) -> SourcePage:  # noqa: ARG002
        fetched = fetch.get(address, validators)
        if fetched.not_modified:
            return SourcePage(not_modified=True)
        document = json_of(fetched)
        datasets = document.get("dataset") if isinstance(document, dict) else document
        if not isinstance(datasets, list):
            raise unreadable(fetched.address, "没有 dataset 列表，不是 data.json", "it has no list `dataset`")
        records: list[RawRecord] = []
        rejected: list[RecordFinding] = []
        for position, each in enumerate(datasets, start=1):
            if isinstance(each, dict):
                records.append(identified(each, (each.get("identifier"),), (each.get("landingPage"),)))
            else:
                rejected.append(finding(Side.THEIRS, "not_an_object", f"dataset[{position}]"))
        return SourcePage(
            records=tuple(records),
            total=len(datasets),
            validators=fetched.validators,
            findings=tuple(rejected),
        )

    def record(self, raw: RawRecord) -> tuple[CatalogueRecord, tuple[RecordFinding, ...]]:
        given = object_of(raw)
        notes = Notes()
        for name in REQUIRED:
            if given.get(name) in (None, "", [], {}):
                notes.theirs("field_missing", name, name)
        contact = _dict(given.get("contactPoint"), "contactPoint", notes)
        publisher = _dict(given.get("publisher"), "publisher", notes)
        access = notes.text(given.get("accessLevel"), "accessLevel").lower()
        if access and access not in ACCESS:
            notes.ours("access_unmapped", "accessLevel", access)
        distributions = tuple(_distributions(given, notes))
        if not distributions:
            notes.theirs("distribution_missing", "distribution")
        themes = notes.texts(given.get("theme"), "theme")
        record = CatalogueRecord(
            identifier=raw.identifier,
            title=notes.text(given.get("title"), "title", limit=TITLE_LIMIT),
            description=notes.text(given.get("description"), "description", limit=TEXT_LIMIT),
            publisher=notes.text(publisher.get("name"), "publisher"),
            contact_name=notes.text(contact.get("fn"), "contactPoint.fn"),
            contact_email=notes.email(contact.get("hasEmail"), "contactPoint.hasEmail"),
            issued=notes.day(given.get("issued"), "issued"),
            modified=_modified(given.get("modified"), notes),
            frequency=notes.frequency(given.get("accrualPeriodicity"), "accrualPeriodicity"),
            theme=notes.theme(themes, "theme"),
            keywords=notes.texts(given.get("keyword"), "keyword"),
            openness=ACCESS.get(access),
            licence=notes.text(given.get("license"), "license"),
            landing_page=notes.address(given.get("landingPage"), "landingPage"),
            spatial=notes.text(given.get("spatial"), "spatial") if _plain(given.get("spatial")) else "",
            languages=notes.texts(given.get("language"), "language"),
            distributions=distributions,
        )
        return record, (*raw.findings, *notes.findings)


def _modified(value: Any, notes: Notes) -> str:
    """A day, or by the schema a repeating interval, which says nothing of a day."""
    if isinstance(value, str) and value.startswith("R/"):
        return ""
    return notes.day(value, "modified")


def _plain(value: Any) -> bool:
    return isinstance(value, str | int | float)


def _dict(value: Any, place: str, notes: Notes) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    if value is not None:
        notes.theirs("wrong_type", place, place)
    return {}


def _distributions(given: dict[str, Any], notes: Notes) -> list[RecordDistribution]:
    values = given.get("distribution")
    if values is None:
        return []
    if not isinstance(values, list):
        notes.theirs("wrong_type", "distribution", "distribution")
        return []
    if len(values) > DISTRIBUTIONS:
        notes.ours("list_cut", "distribution", "distribution")
    found = []
    for each in values[:DISTRIBUTIONS]:
        if not isinstance(each, dict):
            notes.theirs("wrong_type", "distribution", "distribution")
            continue
        address = each.get("downloadURL") or each.get("accessURL")
        found.append(
            RecordDistribution(
                title=notes.text(each.get("title"), "distribution.title"),
                address=notes.address(address, "distribution.downloadURL"),
                format=notes.format(
                    each.get("mediaType"), each.get("format"), place="distribution.mediaType"
                ),
                licence=notes.text(given.get("license"), "license"),
            )
        )
    return found
