"""Which encoding a text file is in: explicit BOM, then strict UTF-8, then strict GB18030, read to its end."""

import codecs
import re
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pyarrow as pa

from jutong.dataflow.connectors.errors import EncodingUnknown, FileCut, FileEmpty, LineTooLong, NulBytes
from jutong.dataflow.connectors.file_errors import EncodingDoubtful, FilesJoined

_CHUNK: Final = 1 << 20
# Longer marks first: the mark of UTF-16 LE opens that of UTF-32 LE too.
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)


# Characters of GB18030 text: four bytes, or two of which the second tells the common ones from the rare.
_PAIRS: Final = re.compile(
    rb"[\x81-\xfe][0-9][\x81-\xfe][0-9]|[\x81-\xfe]([\x40-\x7e])|[\x81-\xfe][\x80-\xfe]"
)
_PAIRS_BYTES: Final = 256 * 1024
_FEWEST_PAIRS: Final = 12
_BOM_AT_LINE: Final = b"\n" + codecs.BOM_UTF8


@dataclass(frozen=True, slots=True, kw_only=True)
class TextFacts:
    """What one pass over a text file showed; memory stays bounded whatever the file."""

    encoding: str
    bom_bytes: int
    size_bytes: int
    quotes: int
    longest_line_bound: int
    """No line is longer than this many bytes of UTF-8."""


class _Undecodable(Exception):
    def __init__(self, offset: int, *, at_end: bool = False) -> None:
        self.offset = offset
        self.at_end = at_end


def scan_text(path: Path, *, max_line_bytes: int, encoding: str = "") -> TextFacts:
    """Read the file once and say how to read it; a given `encoding` is taken at its word, but still checked.

    Raises:
        EncodingUnknown: neither its BOM's encoding nor UTF-8 nor GB18030 decodes it strictly.
        EncodingDoubtful: GB18030 decodes it, but what comes out looks like Big5.
        NulBytes, LineTooLong, FileEmpty, FilesJoined: it is no usable text; the rest is not read.
    """
    with path.open("rb") as file:
        head = file.read(4)
    marked = next(((name, len(mark)) for mark, name in _MARKS if head.startswith(mark)), None)
    if encoding:
        candidates = [(encoding, marked[1] if marked and marked[0] == encoding else 0)]
    else:
        candidates = [marked] if marked else [("utf-8", 0), ("gb18030", 0)]
    first_offset = -1
    for candidate, bom in candidates:
        try:
            facts = _scan(path, candidate, bom, max_line_bytes)
        except _Undecodable as error:
            if candidate == "utf-8" and error.at_end and _has_text_before(path, error.offset):
                # Its last two bytes may well be GB18030, but then so would have to be all before.
                raise FileCut(name=path.name) from error
            # The byte at which UTF-8 ends is the one to look at: most files are meant to be UTF-8.
            first_offset = error.offset if first_offset < 0 else first_offset
            continue
        if candidate == "gb18030" and not encoding and not bom and _looks_like_big5(path):
            raise EncodingDoubtful(name=path.name)
        return facts
    raise EncodingUnknown(name=path.name, offset=first_offset)


def _looks_like_big5(path: Path) -> bool:
    """Whether many characters would be rare ones in GB18030, and all of them are some in Big5.

    Common characters of GB 2312 have a second byte from A1 on; two fifths of Big5's lie below 7F.
    """
    with path.open("rb") as file:
        sample = file.read(_PAIRS_BYTES)
    found = [match[1] for match in _PAIRS.finditer(sample)]
    rare = sum(second is not None for second in found)
    if len(found) < _FEWEST_PAIRS or rare * 5 < len(found):
        return False
    try:
        codecs.getincrementaldecoder("big5hkscs")("strict").decode(sample)
    except UnicodeDecodeError:
        return False
    return True


def _has_text_before(path: Path, offset: int) -> bool:
    """Whether characters beyond ASCII stand in the last MiB before `offset`."""
    with path.open("rb") as file:
        start = max(0, offset - _CHUNK)
        file.seek(start)
        return not file.read(offset - start).isascii()


def _scan(path: Path, encoding: str, bom: int, max_line_bytes: int) -> TextFacts:
    lines = _Lines(path.name, max_line_bytes)
    quotes = 0
    filled = False
    offset = bom
    # No line inside one chunk can then be above the limit unseen.
    chunk_bytes = min(_CHUNK, max_line_bytes)
    for chunk in _utf8_chunks(path, encoding, bom, chunk_bytes):
        nul = chunk.find(b"\0")
        if nul >= 0:
            raise NulBytes(name=path.name, offset=offset + nul)
        joined = chunk.find(_BOM_AT_LINE)
        if joined >= 0:
            raise FilesJoined(name=path.name, offset=offset + joined + 1)
        offset += len(chunk)
        lines.pass_over(chunk)
        filled = filled or bool(chunk.strip())
        quotes += chunk.count(b'"')
    if not filled:
        raise FileEmpty(name=path.name)
    return TextFacts(
        encoding=encoding,
        bom_bytes=bom,
        size_bytes=path.stat().st_size,
        quotes=quotes,
        longest_line_bound=max(lines.longest, chunk_bytes),
    )


def _utf8_chunks(path: Path, encoding: str, bom: int, size: int) -> Iterator[bytes]:
    """The file's text after its BOM as UTF-8, checked strictly, in chunks of about `size` bytes."""
    decoder = codecs.getincrementaldecoder(encoding)("strict")
    offset = bom
    with path.open("rb", buffering=0) as file:
        file.seek(bom)
        while chunk := file.read(size):
            pending = len(decoder.getstate()[0])
            if encoding == "utf-8":
                # Whole lines go through Arrow's check, several times as fast; the rest to the decoder.
                whole = 0 if pending else chunk.rfind(b"\n") + 1
                if not whole or not _is_utf8(chunk[:whole]):
                    whole = 0
                _decode(decoder, chunk[whole:], offset + whole - pending)
                yield chunk
            else:
                yield _decode(decoder, chunk, offset - pending).encode()
            offset += len(chunk)
        _decode(decoder, b"", offset - len(decoder.getstate()[0]), final=True)


def _decode(decoder: codecs.IncrementalDecoder, chunk: bytes, offset: int, *, final: bool = False) -> str:
    try:
        return decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        raise _Undecodable(offset + error.start, at_end=final) from error


def _is_utf8(chunk: bytes) -> bool:
    offsets = struct.pack("=ii", 0, len(chunk))
    array = pa.StringArray.from_buffers(1, pa.py_buffer(offsets), pa.py_buffer(chunk))
    try:
        array.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


class _Lines:
    """Follows the length of lines across chunks without keeping any of them."""

    def __init__(self, name: str, limit: int) -> None:
        self._name = name
        self._limit = limit
        self._number = 1
        self._running = 0
        self.longest = 0

    def pass_over(self, chunk: bytes) -> None:
        newline = b"\n" if b"\n" in chunk else b"\r"
        first = chunk.find(newline)
        self._grow(len(chunk) if first < 0 else first)
        if first < 0:
            return
        self._number += chunk.count(newline)
        self._running = 0
        self._grow(len(chunk) - chunk.rfind(newline) - 1)

    def _grow(self, by: int) -> None:
        self._running += by
        self.longest = max(self.longest, self._running)
        if self._running > self._limit:
            raise LineTooLong(name=self._name, line=self._number, limit_kb=self._limit // 1024)


def sample_text(path: Path, facts: TextFacts, size: int) -> tuple[str, bool]:
    """The first `size` bytes as text, line ends kept, and whether the file goes on after them."""
    with path.open("rb") as file:
        file.seek(facts.bom_bytes)
        raw = file.read(size)
        more = bool(file.read(1))
    decoder = codecs.getincrementaldecoder(facts.encoding)("strict")
    return decoder.decode(raw, final=not more), more


def open_utf8(path: Path, facts: TextFacts, *, skip_bytes: int) -> pa.NativeFile:
    """The file as a stream of UTF-8 after its BOM and `skip_bytes` bytes of that UTF-8."""
    file = pa.OSFile(str(path), "rb")
    if facts.encoding == "utf-8":
        file.seek(facts.bom_bytes + skip_bytes)
        return file
    file.seek(facts.bom_bytes)
    stream = pa.transcoding_input_stream(file, facts.encoding, "utf-8")
    left = skip_bytes
    while left > 0 and (passed := stream.read(left)):
        left -= len(passed)
    return stream
