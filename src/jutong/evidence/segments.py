"""Segment files of evidence: names, order, seals, and mending a tail that a crash tore."""

import json
import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from jutong.kernel.crypto import CryptoProvider, KeyPair

FIRST_HASH: Final = "0" * 64
SUFFIX: Final = ".jsonl"
PUBLIC_KEY_FILE: Final = "seal.pub"


@dataclass(frozen=True, slots=True)
class SegmentName:
    """`<writer>.<number>.jsonl`; numbers of one writer start at 1 and leave none out."""

    writer: str
    number: int

    @classmethod
    def of(cls, path: Path) -> "SegmentName":
        writer, number, _ = path.name.rsplit(".", 2)
        return cls(writer, int(number))

    @property
    def file(self) -> str:
        return f"{self.writer}.{self.number:06d}{SUFFIX}"


@dataclass(frozen=True, slots=True)
class Seal:
    """What a closed segment held: how many lines, and the hash of the last."""

    segment: str
    count: int
    last_hash: str
    sealed_at: str
    alg: str
    public_key: str
    signature: str = ""

    def signed_text(self) -> bytes:
        fields = {name: value for name, value in asdict(self).items() if name != "signature"}
        return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class Tail:
    """The end of a segment that is whole."""

    lines: int
    seq: int
    last_hash: str
    torn_bytes: int = 0


def list_segments(folder: Path) -> list[Path]:
    """Every segment, by writer and number."""
    found = [p for p in folder.glob(f"*{SUFFIX}") if p.name.rsplit(".", 2)[1].isdigit()]
    return sorted(found, key=lambda path: (SegmentName.of(path).writer, SegmentName.of(path).number))


def seal_path(segment: Path) -> Path:
    return segment.with_name(segment.name + ".seal")


def write_seal(segment: Path, tail: Tail, *, suite: CryptoProvider, keys: KeyPair, sealed_at: str) -> None:
    """Close `segment`: its count and last hash, signed, in a file beside it."""
    unsigned = Seal(
        segment=segment.name,
        count=tail.lines,
        last_hash=tail.last_hash,
        sealed_at=sealed_at,
        alg=suite.signature_name,
        public_key=keys.public.hex(),
    )
    fields = asdict(unsigned) | {"signature": suite.sign(keys.private, unsigned.signed_text()).hex()}
    replace_durably(seal_path(segment), json.dumps(fields, indent=1).encode())


def read_seal(segment: Path) -> Seal:
    """Raises ValueError or TypeError when the seal file is not one."""
    fields: dict[str, Any] = json.loads(seal_path(segment).read_bytes())
    return Seal(**fields)


def replace_durably(path: Path, content: bytes) -> None:
    """`path` holds all of `content` or what it held before, even after a power cut."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def mend_tail(segment: Path) -> Tail | None:
    """Cut a torn end off `segment`, keeping the torn bytes in `<segment>.torn`; None when no line is whole.

    Torn is what a crash may leave after the last whole line: it was never answered, because an answer waits for
    the disk.
    """
    content = segment.read_bytes()
    lines = content.splitlines(keepends=True)
    good = len(lines)
    while good and _whole_line(lines[good - 1]) is None:
        good -= 1
    whole = sum(map(len, lines[:good]))
    if whole < len(content):
        _set_aside(segment, whole, content[whole:])
    if not good:
        segment.unlink()
        return None
    last = json.loads(lines[good - 1])
    return Tail(good, last["seq"], last["hash"], torn_bytes=len(content) - whole)


def _set_aside(segment: Path, whole: int, torn: bytes) -> None:
    with segment.with_name(segment.name + ".torn").open("ab") as aside:
        aside.write(torn)
        aside.flush()
        os.fsync(aside.fileno())
    with segment.open("r+b") as file:
        file.truncate(whole)
        os.fsync(file.fileno())


def _whole_line(line: bytes) -> dict[str, Any] | None:
    if not line.endswith(b"\n"):
        return None
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    usable = isinstance(fields, dict) and isinstance(fields.get("seq"), int) and "hash" in fields
    return fields if usable else None
