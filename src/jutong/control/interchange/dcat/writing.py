"""Nodes as Turtle and as JSON-LD, one top-level node at a time: nine thousand entries never stand in memory at once."""

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final, Protocol

import msgspec

from jutong.control.interchange.dcat.nodes import PREFIXES, Iri, Literal, Node, Value

TURTLE: Final = "text/turtle"
JSON_LD: Final = "application/ld+json"

_ESCAPES: Final = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_SPECIAL: Final = re.compile(r'[\\"\x00-\x1f\x7f]')
_NOT_IN_IRI: Final = re.compile(r'[\x00-\x20<>"{}|^`\\\x7f]')
_BROKEN: Final = re.compile(r"[\x00\ud800-\udfff]")


class Writer(Protocol):
    """How a sequence of nodes becomes a document."""

    media_type: str

    def write(self, nodes: Iterable[Node]) -> Iterator[str]: ...


def whole(text: str) -> str:
    """`text` without what no document may hold: halves of characters and the character zero."""
    return _BROKEN.sub("\ufffd", text)


def address(iri: str) -> str:
    """`iri` with the characters that may not stand in one percent-encoded."""
    return _NOT_IN_IRI.sub(lambda found: f"%{ord(found[0]):02X}", whole(iri))


class TurtleWriter:
    """RDF 1.1 Turtle."""

    media_type = TURTLE

    def write(self, nodes: Iterable[Node]) -> Iterator[str]:
        yield "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
        for node in nodes:
            waiting = [node]
            while waiting:
                yield f"\n{_subject(waiting.pop(0), waiting)} .\n"


def _subject(node: Node, waiting: list[Node]) -> str:
    name = f"<{address(node.iri)}>" if node.iri is not None else "[]"
    return f"{name} {_statements(node, waiting, depth=1)}"


def _statements(node: Node, waiting: list[Node], *, depth: int) -> str:
    said: dict[str, list[str]] = {}
    if node.types:
        said["a"] = list(node.types)
    for name, value in node.properties:
        said.setdefault(name, []).append(_object(value, waiting, depth=depth))
    indent = "\n" + "    " * depth
    return f" ;{indent}".join(f"{name} {', '.join(values)}" for name, values in said.items())


def _object(value: Value, waiting: list[Node], *, depth: int) -> str:
    if isinstance(value, Iri):
        return f"<{address(value)}>"
    if isinstance(value, Literal):
        return _literal(value)
    if value.iri is not None:
        if value.types or value.properties:
            waiting.append(value)
        return f"<{address(value.iri)}>"
    return f"[ {_statements(value, waiting, depth=depth + 1)} ]"


def _literal(literal: Literal) -> str:
    text = _SPECIAL.sub(
        lambda found: _ESCAPES.get(found[0]) or f"\\u{ord(found[0]):04X}", whole(literal.value)
    )
    if literal.language:
        return f'"{text}"@{literal.language}'
    return f'"{text}"^^{literal.datatype}' if literal.datatype else f'"{text}"'


class JsonLdWriter:
    """JSON-LD 1.1 with its context within, so that a reader fetches nothing."""

    media_type = JSON_LD

    def write(self, nodes: Iterable[Node]) -> Iterator[str]:
        context = msgspec.json.encode(dict(PREFIXES)).decode()
        yield f'{{"@context":{context},"@graph":['
        separator = "\n"
        for node in nodes:
            yield separator + msgspec.json.encode(_described(node)).decode()
            separator = ",\n"
        yield "\n]}\n"


def _described(node: Node) -> dict[str, Any]:
    plain: dict[str, Any] = {} if node.iri is None else {"@id": address(node.iri)}
    if node.types:
        plain["@type"] = list(node.types)
    for name, value in node.properties:
        plain.setdefault(name, []).append(_plain(value))
    return plain


def _plain(value: Value) -> dict[str, Any]:
    if isinstance(value, Iri):
        return {"@id": address(value)}
    if isinstance(value, Node):
        return _described(value)
    plain = {"@value": whole(value.value)}
    if value.language:
        plain["@language"] = value.language
    elif value.datatype:
        plain["@type"] = value.datatype
    return plain


WRITERS: Final[dict[str, Writer]] = {"ttl": TurtleWriter(), "jsonld": JsonLdWriter()}
"""By the ending of the address or file."""
