"""Controlled vocabularies of the EU Publications Office that DCAT-AP asks for, and how our terms map onto them.

The concepts in use are described in the export itself (kind, label, scheme), so that a validator needs no other file.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from jutong.control.interchange.dcat.nodes import Iri, Node, english
from jutong.vocabulary.catalogue import OpenType, SharingType, UpdateFrequency

AUTHORITY: Final = "http://publications.europa.eu/resource/authority/"
THEME_SCHEME: Final = Iri(f"{AUTHORITY}data-theme")
IANA: Final = "https://www.iana.org/assignments/media-types/"

# code → English label
THEMES: Final[Mapping[str, str]] = {
    "AGRI": "Agriculture, fisheries, forestry and food",
    "ECON": "Economy and finance",
    "EDUC": "Education, culture and sport",
    "ENER": "Energy",
    "ENVI": "Environment",
    "GOVE": "Government and public sector",
    "HEAL": "Health",
    "INTR": "International issues",
    "JUST": "Justice, legal system and public safety",
    "REGI": "Regions and cities",
    "SOCI": "Population and society",
    "TECH": "Science and technology",
    "TRAN": "Transport",
}
FREQUENCIES: Final[Mapping[UpdateFrequency, str]] = {
    UpdateFrequency.REAL_TIME: "UPDATE_CONT",
    UpdateFrequency.DAILY: "DAILY",
    UpdateFrequency.WEEKLY: "WEEKLY",
    UpdateFrequency.MONTHLY: "MONTHLY",
    UpdateFrequency.QUARTERLY: "QUARTERLY",
    UpdateFrequency.HALF_YEARLY: "ANNUAL_2",
    UpdateFrequency.YEARLY: "ANNUAL",
    UpdateFrequency.IRREGULAR: "IRREG",
    UpdateFrequency.NEVER: "NEVER",
}
ACCESS_RIGHTS: Final = ("PUBLIC", "RESTRICTED", "NON_PUBLIC")
LANGUAGES: Final[Mapping[str, str]] = {"ZHO": "Chinese"}
FILE_TYPES: Final = (
    "CSV",
    "DBF",
    "DOC",
    "DOCX",
    "GEOJSON",
    "GIF",
    "HTML",
    "JPEG",
    "JSON",
    "MDB",
    "MPEG4",
    "OCTET",
    "PARQUET",
    "PDF",
    "PNG",
    "PPT",
    "PPTX",
    "REST",
    "SHP",
    "SOAP",
    "SQL",
    "TXT",
    "XLS",
    "XLSX",
    "XML",
)
# The classification of 1272号 (domain §2.1), by its longest known front part; anything else is of the public sector.
THEME_OF_CLASSIFICATION: Final[Mapping[str, str]] = {
    "1": "GOVE",
    "101": "SOCI",
    "102": "ECON",
    "103": "REGI",
    "104": "ECON",
    "105": "GOVE",
    "2": "GOVE",
    "201": "GOVE",
    "202": "HEAL",
    "203": "SOCI",
    "204": "HEAL",
    "205": "JUST",
    "206": "ECON",
    "207": "ENER",
    "208": "ECON",
    "209": "REGI",
    "210": "SOCI",
    "211": "ENVI",
    "212": "JUST",
    "3": "GOVE",
}


def concept(list_name: str, code: str) -> Iri:
    return Iri(f"{AUTHORITY}{list_name}/{code}")


def theme(classification: str) -> Iri:
    """The EU data theme of a classification code."""
    for length in range(len(classification), 0, -1):
        known = THEME_OF_CLASSIFICATION.get(classification[:length])
        if known:
            return concept("data-theme", known)
    return concept("data-theme", "GOVE")


def frequency(cycle: UpdateFrequency) -> Iri:
    return concept("frequency", FREQUENCIES[cycle])


def access_right(sharing: SharingType, opening: OpenType) -> Iri:
    """PUBLIC only what anyone may have; what no department may have is NON_PUBLIC."""
    if opening is OpenType.UNCONDITIONAL:
        return concept("access-right", "PUBLIC")
    closed = sharing is SharingType.NOT_SHARED and opening is OpenType.NOT_OPEN
    return concept("access-right", "NON_PUBLIC" if closed else "RESTRICTED")


# our format (lower case) → (EU file type, IANA media type)
FORMATS: Final[Mapping[str, tuple[str, str]]] = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "geojson": ("GEOJSON", "application/geo+json"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    "xls": ("XLS", "application/vnd.ms-excel"),
    "xml": ("XML", "application/xml"),
    "txt": ("TXT", "text/plain"),
    "html": ("HTML", "text/html"),
    "pdf": ("PDF", "application/pdf"),
    "doc": ("DOC", "application/msword"),
    "docx": ("DOCX", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    "ppt": ("PPT", "application/vnd.ms-powerpoint"),
    "pptx": ("PPTX", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    "jpg": ("JPEG", "image/jpeg"),
    "png": ("PNG", "image/png"),
    "gif": ("GIF", "image/gif"),
    "mp4": ("MPEG4", "video/mp4"),
    "dbf": ("DBF", "application/vnd.dbf"),
    "access": ("MDB", "application/vnd.ms-access"),
    "shp": ("SHP", "application/vnd.shp"),
    "parquet": ("PARQUET", "application/vnd.apache.parquet"),
    "rest": ("REST", "application/json"),
    "soap": ("SOAP", "application/soap+xml"),
}
DATABASES: Final = ("SQL", "application/sql")
OTHER: Final = ("OCTET", "application/octet-stream")


def format_of(name: str, *, database: bool = False) -> tuple[Iri, Iri]:
    """(EU file type, IANA media type) of a format's name."""
    file_type, media_type = FORMATS.get(name.lower(), DATABASES if database else OTHER)
    return concept("file-type", file_type), Iri(IANA + media_type)


def concepts() -> Iterator[Node]:
    """Every concept that an export may use, as far as a validator asks: kinds, label, scheme."""
    for code, label in THEMES.items():
        yield _concept("data-theme", code, label, ())
    for cycle, code in FREQUENCIES.items():
        yield _concept("frequency", code, cycle.en, ("dct:Frequency",))
    for code in ACCESS_RIGHTS:
        yield _concept("access-right", code, code.replace("_", "-").lower(), ("dct:RightsStatement",))
    for code, label in LANGUAGES.items():
        yield _concept("language", code, label, ("dct:LinguisticSystem",))
    for code in FILE_TYPES:
        yield _concept("file-type", code, code, ("dct:MediaTypeOrExtent",))
    yield _concept("planned-availability", "STABLE", "stable", ())
    for media_type in sorted({named for _, named in (*FORMATS.values(), DATABASES, OTHER)}):
        yield Node(Iri(IANA + media_type), ("dct:MediaType",))
    yield Node(THEME_SCHEME, ("skos:ConceptScheme",), (("dct:title", english("Data theme")),))


def _concept(list_name: str, code: str, label: str, types: tuple[str, ...]) -> Node:
    scheme = Iri(f"{AUTHORITY}{list_name}")
    said = (("skos:prefLabel", english(label)), ("skos:inScheme", scheme))
    return Node(concept(list_name, code), ("skos:Concept", *types), said)
