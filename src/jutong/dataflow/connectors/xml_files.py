"""XML files: an element that repeats is a row; its attributes and child elements are the columns."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, Final
from xml.sax import SAXParseException  # the exception alone; parsing is defusedxml's
from xml.sax.handler import ContentHandler

import pyarrow as pa
from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from jutong.dataflow.connectors.encoding import TextFacts, open_utf8, scan_text
from jutong.dataflow.connectors.errors import EncodingUnknown, OptionInvalid, RecordsMissing, TooManyColumns
from jutong.dataflow.connectors.file_errors import XmlInvalid, XmlRecordTooLarge, XmlRefused
from jutong.dataflow.connectors.json_files import batches_of
from jutong.dataflow.connectors.json_values import flatten
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import Capability, Finding, OptionSpec, RejectedLine
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_CHUNK: Final = 1 << 16
_DEEPEST: Final = 64
_MOST_PATHS: Final = 5_000
_DECLARATION: Final = re.compile(rb"^\s*<\?xml\b[^>]*?\?>")
_DECLARED: Final = re.compile(rb"^\s*<\?xml\b[^>]*?\bencoding\s*=\s*[\"']([A-Za-z0-9._-]+)[\"']")
# What Chinese systems declare as GB2312 or GBK often holds characters of the larger set.
_WIDER: Final = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "gb_2312-80": "gb18030",
    "utf-16": "",
    "utf8": "utf-8",
}
_TEXT: Final = "#text"

RECORD: Final = OptionSpec(
    name="record",
    zh="记录元素",
    en="Element of a record",
    hint_zh="如 /data/rows/row；不填自动查找重复出现的元素。",
    hint_en="Such as /data/rows/row; without it the element that repeats.",
)


class XmlConnector:
    """Records of an XML file, streamed. Every value is text; nested elements become dotted columns.

    An attribute's column starts with `@`; an element that repeats within a record is kept as JSON text. Names
    come without their namespace's prefix; what two namespaces call by one name is kept as JSON text too.
    A document type is refused, whatever it holds.
    """

    kind = "xml"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="XML 文件",
        en="XML file",
        place=Place.FILE,
        options=(PATH, RECORD),
        capabilities=capabilities,
        format_class=FormatClass.DOCUMENT,
        format="xml",
        tested_zh="自制文件，含命名空间、GB2312 声明、外部实体和实体炸弹",
        tested_en="Files of our own: namespaces, GB2312 declared, external entities and entity bombs.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        self._facts = _facts(self._path, limits)
        self._record = _record_option(options) or self._find_record()
        self._names = self._find_names()

    def columns(self) -> tuple[str, ...]:
        return self._names

    def rejected(self) -> Sequence[RejectedLine]:
        return ()

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        return {
            "encoding": self._facts.encoding,
            "bom": self._facts.bom_bytes > 0,
            "record": "/" + "/".join(self._record),
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        yield from batches_of(self._flat(), self._names, self._limits.batch_rows)

    def _flat(self) -> Iterator[dict[str, str | None]]:
        handler = _Records(self._record, self._limits.max_line_kb * 1024)
        for record in self._parsed(handler):
            yield dict(flatten(record)) or {_TEXT: None}

    def _find_names(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for record in self._flat():
            names.update(dict.fromkeys(record))
            if len(names) > self._limits.max_columns:
                raise TooManyColumns(name=self._path.name, columns=len(names), limit=self._limits.max_columns)
        if not names:
            raise RecordsMissing(name=self._path.name, path="/" + "/".join(self._record))
        return tuple(names)

    def _find_record(self) -> tuple[str, ...]:
        """The shallowest element that repeats and holds something of its own; else the root's only child, or the root."""
        handler = _Outline()
        for _ in self._parsed(handler):
            pass
        repeated = [path for path, count in handler.seen.items() if count > 1 and path in handler.filled]
        if repeated:
            return min(repeated, key=lambda path: (len(path), -handler.seen[path]))
        filled = sorted(handler.filled, key=len)
        if not filled:
            raise RecordsMissing(name=self._path.name, path="/")
        return next((path for path in filled if len(path) == 2), filled[0])

    def _parsed(self, handler: "_Records | _Outline") -> Iterator[Any]:
        """What `handler` has finished after each piece of the file."""
        parser = create_parser(forbid_dtd=True)
        parser.setContentHandler(handler)
        first = True
        try:
            with open_utf8(self._path, self._facts, skip_bytes=0) as stream:
                while chunk := stream.read(_CHUNK):
                    # The declaration names the file's encoding; what comes here is UTF-8.
                    parser.feed(_DECLARATION.sub(b"", chunk, count=1) if first else chunk)
                    first = False
                    yield from handler.finished()
            parser.close()
        except SAXParseException as error:
            raise XmlInvalid(
                name=self._path.name,
                line=error.getLineNumber() or 1,
                column=(error.getColumnNumber() or 0) + 1,
            ) from error
        except DefusedXmlException as error:
            raise XmlRefused(name=self._path.name) from error
        except _TooMuch as error:
            raise XmlRecordTooLarge(
                name=self._path.name, line=error.line, limit_kb=self._limits.max_line_kb, depth=_DEEPEST
            ) from error
        yield from handler.finished()


class _TooMuch(Exception):
    def __init__(self, line: int) -> None:
        self.line = line


class _Outline(ContentHandler):
    """How often each path of elements occurs, and which hold attributes or children."""

    def __init__(self) -> None:
        super().__init__()
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.filled: set[tuple[str, ...]] = set()
        self._path: tuple[str, ...] = ()

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802  # SAX's own name
        if self._path:
            self.filled.add(self._path)
        self._path = (*self._path, _local(name))
        if len(self._path) > _DEEPEST or len(self.seen) > _MOST_PATHS:
            raise _TooMuch(_line(self))
        self.seen[self._path] += 1
        if any(_is_data(attribute) for attribute in attrs.getNames()):
            self.filled.add(self._path)

    def endElement(self, _name: str) -> None:  # noqa: N802
        self._path = self._path[:-1]

    def finished(self) -> tuple[()]:
        return ()


class _Records(ContentHandler):
    """The records so far, as nested objects; nothing else of the file is kept."""

    def __init__(self, record: tuple[str, ...], most: int) -> None:
        super().__init__()
        self._record = record
        self._most = most
        self._path: list[str] = []
        self._open: list[_Element] = []
        self._size = 0
        self._start = 1
        self._done: list[dict[str, Any]] = []

    def startElement(self, name: str, attrs: Any) -> None:  # noqa: N802
        self._path.append(_local(name))
        if len(self._path) > _DEEPEST:
            raise _TooMuch(_line(self))
        if not self._open:
            if not self._is_record():
                return
            self._size, self._start = 0, _line(self)
        self._grow(
            len(name) + sum(map(len, attrs.getNames())) + sum(len(attrs[key]) for key in attrs.getNames())
        )
        self._open.append(_Element(attrs))

    def characters(self, content: str) -> None:
        if self._open:
            self._grow(len(content))
            self._open[-1].text.append(content)

    def endElement(self, _name: str) -> None:  # noqa: N802
        name = self._path.pop()
        if not self._open:
            return
        value = self._open.pop().value()
        if self._open:
            self._open[-1].add(name, value)
        else:
            self._done.append(value if isinstance(value, dict) else {_TEXT: value})

    def finished(self) -> list[dict[str, Any]]:
        done, self._done = self._done, []
        return done

    def _is_record(self) -> bool:
        if len(self._record) == 1:
            return self._path[-1] == self._record[0]
        return tuple(self._path) == self._record

    def _grow(self, by: int) -> None:
        self._size += by + 8  # an empty element takes room too
        if self._size > self._most:
            raise _TooMuch(self._start)


class _Element:
    """An element while it is open."""

    __slots__ = ("members", "nil", "text")

    def __init__(self, attrs: Any) -> None:
        self.members: dict[str, Any] = {}
        self.text: list[str] = []
        self.nil = False
        for name in attrs.getNames():
            if _local(name) == "nil" and ":" in name:
                self.nil = attrs[name] in {"true", "1"}
            elif _is_data(name):
                self.members[f"@{_local(name)}"] = attrs[name]

    def add(self, name: str, value: Any) -> None:
        if name not in self.members:
            self.members[name] = value
        elif isinstance(self.members[name], list):
            self.members[name].append(value)
        else:
            self.members[name] = [self.members[name], value]

    def value(self) -> Any:
        """Text of a plain element, else an object; None for an empty one."""
        text = "".join(self.text)
        if not self.members:
            return None if self.nil or not text else text
        if text.strip():
            self.members[_TEXT] = text
        return self.members


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_data(attribute: str) -> bool:
    prefix = attribute.partition(":")[0]
    return prefix not in {"xmlns", "xsi"}


def _line(handler: ContentHandler) -> int:
    locator = getattr(handler, "_locator", None)
    return (locator.getLineNumber() or 1) if locator is not None else 1


def _record_option(options: Mapping[str, Any]) -> tuple[str, ...]:
    given = text_option(options, "record")
    parts = tuple(_local(part) for part in given.strip("/").split("/")) if given.strip("/") else ()
    if given and (not parts or not all(parts)):
        raise OptionInvalid(
            option="record",
            reason_zh="应为元素名，或从根元素起的路径，如 /data/row",
            reason_en="it must be an element's name, or its path from the root such as /data/row",
        )
    return parts


def _facts(path: Path, limits: ReadLimits) -> TextFacts:
    """How the text is encoded: as declared, if it decodes that way, else as found by looking."""
    with path.open("rb") as file:
        found = _DECLARED.match(file.read(512).removeprefix(b"\xef\xbb\xbf"))
    # Lines mean nothing in XML: a record's size is what is limited.
    longest = limits.max_file_mb << 20
    name = found[1].decode().lower() if found else ""
    declared = _WIDER.get(name, name)
    if declared and not declared.startswith("utf"):
        with suppress(LookupError, EncodingUnknown):
            return scan_text(path, max_line_bytes=longest, encoding=declared)
    return scan_text(path, max_line_bytes=longest)
