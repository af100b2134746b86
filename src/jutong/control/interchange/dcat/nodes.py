"""A description as a tree of nodes, which both writers turn into text; names are short (`dct:title`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeAlias

PREFIXES: Final[Mapping[str, str]] = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dct": "http://purl.org/dc/terms/",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "org": "http://www.w3.org/ns/org#",
    "prov": "http://www.w3.org/ns/prov#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


class Iri(str):
    """An address or another name of a thing, in full."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Literal:
    """A text in a language (`zh`, `en`), or a value of a type (`xsd:date`)."""

    value: str
    language: str = ""
    datatype: str = ""


@dataclass(frozen=True, slots=True)
class Node:
    """A thing with its kinds and what is said of it; `iri` None: it has no name of its own."""

    iri: Iri | None
    types: tuple[str, ...]
    properties: tuple[tuple[str, "Value"], ...] = ()

    def __add__(self, more: tuple[tuple[str, "Value"], ...]) -> "Node":
        return Node(self.iri, self.types, (*self.properties, *more))


Value: TypeAlias = Iri | Literal | Node
Properties: TypeAlias = tuple[tuple[str, Value], ...]


def chinese(text: str) -> Literal:
    return Literal(text, language="zh")


def english(text: str) -> Literal:
    return Literal(text, language="en")
