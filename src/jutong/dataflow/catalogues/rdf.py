"""RDF as plain trees: what a graph says of each dataset, in an order that does not depend on the parser."""

import json
import logging
from collections.abc import Iterable
from typing import Any, Final

import rdflib
from rdflib import RDF, BNode, Graph, Literal, URIRef
from rdflib.term import Node

from jutong.dataflow.catalogues.content import canonical, json_of, notation, unreadable
from jutong.dataflow.catalogues.fetching import Fetched
from jutong.dataflow.catalogues.notes import finding
from jutong.vocabulary.harvest import RecordFinding, Side

# A date is kept as it was written, also where it is none; and its text must not reach a log.
rdflib.NORMALIZE_LITERALS = False
logging.getLogger("rdflib.term").setLevel(logging.CRITICAL)

DCAT: Final = "http://www.w3.org/ns/dcat#"
HYDRA: Final = "http://www.w3.org/ns/hydra/core#"
DATASETS: Final = (URIRef(f"{DCAT}Dataset"), URIRef(f"{DCAT}DatasetSeries"))
# What stands for itself is named, never copied into what points at it.
ALONE: Final = frozenset(
    {*DATASETS, URIRef(f"{DCAT}Catalog"), URIRef(f"{DCAT}CatalogRecord"), URIRef(f"{DCAT}DataService")}
)
DEPTH: Final = 4
_PARSERS: Final = {"json": "json-ld", "xml": "xml", "turtle": "turtle"}


def graph_of(fetched: Fetched) -> tuple[Graph, tuple[RecordFinding, ...]]:
    """The page as a graph; nothing that it names elsewhere is fetched.

    Raises:
        CatalogueUnreadable: it is not RDF, or broken.
    """
    kind = notation(fetched)
    findings: tuple[RecordFinding, ...] = ()
    body: str | bytes = fetched.body
    if kind == "json":
        document, cut = _without_remote_contexts(json_of(fetched))
        body = json.dumps(document)
        findings = (finding(Side.OURS, "context_not_fetched", "@context"),) if cut else ()
    elif kind == "xml" and b"<!ENTITY" in fetched.body:
        raise unreadable(fetched.address, "XML 中定义了实体", "the XML defines entities")
    graph = Graph()
    try:
        graph.parse(data=body, format=_PARSERS[kind], publicID=fetched.address)
    except Exception as error:  # each of the parsers has faults of its own kind
        reason = type(error).__name__
        raise unreadable(fetched.address, f"RDF 有误（{reason}）", f"the RDF is broken ({reason})") from error
    return graph, findings


def _without_remote_contexts(value: Any) -> tuple[Any, bool]:
    """JSON-LD whose contexts are all within it, and whether one was left out."""
    if isinstance(value, list):
        parts = [_without_remote_contexts(each) for each in value]
        return [part for part, _ in parts], any(cut for _, cut in parts)
    if not isinstance(value, dict):
        return value, False
    kept: dict[str, Any] = {}
    cut = False
    for name, each in value.items():
        if name == "@context":
            kept[name], lost = _local(each)
        elif name == "@import":
            lost = True
        else:
            kept[name], lost = _without_remote_contexts(each)
        cut = cut or lost
    return kept, cut


def _local(context: Any) -> tuple[Any, bool]:
    if isinstance(context, str):
        return {}, True
    if isinstance(context, list):
        parts = [_local(each) for each in context]
        return [part for part, _ in parts], any(cut for _, cut in parts)
    return _without_remote_contexts(context) if isinstance(context, dict) else (context, False)


def datasets_of(graph: Graph) -> list[tuple[str, dict[str, Any]]]:
    """(address or "", description) of every dataset, by address, then by content."""
    subjects = {subject for kind in DATASETS for subject in graph.subjects(RDF.type, kind)}
    described = [
        (str(subject) if isinstance(subject, URIRef) else "", describe(graph, subject))
        for subject in subjects
    ]
    return sorted(described, key=lambda pair: (pair[0], canonical(pair[1])))


def describe(graph: Graph, subject: Node, path: tuple[Node, ...] = ()) -> dict[str, Any]:
    """All that is said of `subject`; what it points at is within, down to four steps and never in a circle."""
    said: dict[str, Any] = {}
    if isinstance(subject, URIRef):
        said["@id"] = str(subject)
    for predicate, value in graph.predicate_objects(subject):
        said.setdefault(str(predicate), []).append(_value(graph, value, (*path, subject)))
    return {name: each if name == "@id" else _sorted(each) for name, each in said.items()}


def _sorted(values: Iterable[Any]) -> list[Any]:
    unique = {canonical(value): value for value in values}
    return [unique[key] for key in sorted(unique)]


def _value(graph: Graph, value: Node, path: tuple[Node, ...]) -> Any:
    if isinstance(value, Literal):
        text = {"@value": str(value)}
        return {**text, "@language": value.language} if value.language else text
    inner = value not in path and len(path) <= DEPTH
    alone = any(kind in ALONE for kind in graph.objects(value, RDF.type))
    if (
        inner
        and not (alone and isinstance(value, URIRef))
        and (isinstance(value, BNode) or (value, None, None) in graph)
    ):
        return describe(graph, value, path)
    return {"@id": str(value)} if isinstance(value, URIRef) else {}


def next_page(graph: Graph) -> str | None:
    """Where the catalogue goes on (Hydra), by the newer or the older word, as an address or as text."""
    for name in ("next", "nextPage"):
        for value in graph.objects(None, URIRef(HYDRA + name)):
            return str(value)
    return None


def total_of(graph: Graph) -> int | None:
    for value in graph.objects(None, URIRef(f"{HYDRA}totalItems")):
        text = str(value)
        return int(text) if text.isdecimal() and len(text) < 10 else None
    return None
