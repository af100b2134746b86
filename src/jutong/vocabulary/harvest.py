"""Nouns of the harvest of other catalogues (外部目录采集): a record as it came, in our words, and what is wrong about it."""

from dataclasses import dataclass

from jutong.vocabulary.catalogue import OpenType, UpdateFrequency
from jutong.vocabulary.contracts import Frozen
from jutong.vocabulary.terms import Term


class CatalogueKind(Term):
    """外部目录类型."""

    DCAT = "dcat", "1", "DCAT（RDF/XML、Turtle、JSON-LD）", "DCAT (RDF/XML, Turtle, JSON-LD)"
    CKAN = "ckan", "2", "CKAN 接口", "CKAN action API"
    DATA_JSON = "datajson", "3", "data.json（POD 1.1）", "data.json (POD 1.1)"


class Side(Term):
    """问题归属: whose matter a finding is."""

    OURS = "ours", "1", "我方映射", "Our mapping"
    THEIRS = "theirs", "2", "对方数据", "Their data"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordFinding(Frozen):
    """What was met in one record: a gap in our mapping, or a fault of the data."""

    side: Side
    code: str
    place: str
    zh: str
    en: str

    def message(self, language: str = "zh") -> str:
        return self.zh if language.startswith("zh") else self.en


@dataclass(frozen=True, slots=True, kw_only=True)
class RawRecord:
    """A record as it came: canonical JSON in ASCII, so that any text in it can be stored anywhere."""

    identifier: str
    raw: str
    findings: tuple[RecordFinding, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordDistribution(Frozen):
    """One way to have the data."""

    title: str = ""
    address: str = ""
    format: str = ""
    licence: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CatalogueRecord(Frozen):
    """A dataset of another catalogue in our words; "" and None where it says nothing that we understand."""

    identifier: str
    title: str
    description: str = ""
    publisher: str = ""
    contact_name: str = ""
    contact_email: str = ""
    issued: str = ""
    modified: str = ""
    frequency: UpdateFrequency | None = None
    theme: str = ""
    """Code of the EU data themes, such as HEAL."""
    keywords: tuple[str, ...] = ()
    openness: OpenType | None = None
    licence: str = ""
    landing_page: str = ""
    spatial: str = ""
    languages: tuple[str, ...] = ()
    distributions: tuple[RecordDistribution, ...] = ()
    fields: tuple[str, ...] = ()
    """Names of columns, where the catalogue gives them."""
