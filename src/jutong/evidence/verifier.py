"""The stand-alone verifier of evidence: standard library and `kernel.crypto` alone, so that anyone can run it."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from jutong.evidence.segments import (
    FIRST_HASH,
    PUBLIC_KEY_FILE,
    SUFFIX,
    SegmentName,
    list_segments,
    read_seal,
    seal_path,
)
from jutong.kernel.crypto import CryptoProvider, provider
from jutong.kernel.errors import Language

_SUITES: Final[Mapping[str, CryptoProvider]] = {
    "sm3": provider("gm"),
    "sha256": provider("international"),
    "sm2-sm3": provider("gm"),
    "ecdsa-p256-sha256": provider("international"),
}
PUBLIC_KEY_BYTES: Final = 65
_HASH_MARK: Final = b',"hash":"'

REASONS: Final[Mapping[str, tuple[str, str]]] = {
    "unreadable": ("该行不是留痕记录", "the line is no record of evidence"),
    "changed": ("该行内容被改动", "the line was changed"),
    "removed": ("该行之前有记录被删除", "records before this line were removed"),
    "inserted_or_moved": ("该行是插入的或被调换了次序", "the line was inserted or moved"),
    "chain_broken": ("该行与上一行不相连", "the line does not follow from the one before it"),
    "segment_removed": (
        "该分段的首行或它之前的分段被删除",
        "the first line of this segment, or the segment before it, was removed",
    ),
    "segment_missing": ("封签所指的分段不见了", "the segment of this seal is missing"),
    "truncated": ("封存后分段末尾被截短", "the end of the sealed segment was cut off"),
    "appended": ("封存后分段又被追加", "lines were added after the segment was sealed"),
    "seal_unreadable": ("封签文件无法读取", "the seal cannot be read"),
    "seal_forged": ("封签的签名或公钥不符", "the seal's signature or public key does not fit"),
    "seal_mismatch": ("分段与封签不符", "the segment does not fit its seal"),
    "seal_missing": ("已结束的分段没有封签", "a finished segment has no seal"),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """The first bad record of a segment; line 0 means the file as a whole."""

    file: str
    line: int
    reason: str

    def message(self, language: Language = "zh") -> str:
        zh, en = REASONS[self.reason]
        if language == "zh":
            return f"{self.file} 第 {self.line} 行：{zh}" if self.line else f"{self.file}：{zh}"
        return f"{self.file} line {self.line}: {en}" if self.line else f"{self.file}: {en}"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the verifier found. `torn` are ends of open segments that a crash (or a running writer) left unfinished."""

    segments: int
    sealed: int
    records: int
    problems: tuple[Problem, ...]
    torn: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        return not self.problems

    @property
    def first(self) -> Problem | None:
        return self.problems[0] if self.problems else None


@dataclass(slots=True)
class _Link:
    """Where the chain of a writer stands while it is checked."""

    seq: int
    last_hash: str
    lines: int = 0
    torn: bool = False


def verify_folder(folder: Path, *, public_key: bytes | None = None) -> Verdict:
    """Check every chain and every seal in `folder`.

    `public_key` is the platform's seal key as an outsider knows it (65 bytes, or the text of `seal.pub`); without
    it the key kept beside the segments is used, which shows damage but not a forger who replaced everything. What
    was written after the last seal of a writer is held by the chain alone: keep copies of the seals elsewhere.
    """
    key = _plain_key(public_key) if public_key else _kept_key(folder)
    problems: list[Problem] = []
    records = sealed = 0
    torn = []
    paths = list_segments(folder)
    for _, group in groupby(paths, key=lambda path: SegmentName.of(path).writer):
        of_writer = list(group)
        link: _Link | None = None
        for position, path in enumerate(of_writer):
            link, found = _check_segment(path, link)
            is_last = position == len(of_writer) - 1
            has_seal = seal_path(path).exists()
            found += _check_seal(path, link, key, found) if has_seal else []
            if not has_seal and not is_last:
                found.append(Problem(path.name, 0, "seal_missing"))
            if link.torn and (has_seal or not is_last) and not found:
                found.append(Problem(path.name, link.lines + 1, "unreadable"))
            elif link.torn:
                torn.append(path.name)
            problems += found[:1]
            records += max(link.lines - 1, 0)
            sealed += has_seal
    names = {path.name for path in paths}
    for seal in sorted(folder.glob(f"*{SUFFIX}.seal")):
        if seal.name.removesuffix(".seal") not in names:
            problems.append(Problem(seal.name, 0, "segment_missing"))
    return Verdict(len(paths), sealed, records, tuple(problems), tuple(torn))


def _kept_key(folder: Path) -> bytes:
    try:
        return _plain_key((folder / PUBLIC_KEY_FILE).read_bytes())
    except OSError:
        return b""


def _plain_key(content: bytes) -> bytes:
    """The key itself, from its bytes or their hexadecimal text; no key when it is neither."""
    if len(content) == PUBLIC_KEY_BYTES:
        return content
    try:
        return bytes.fromhex(content.decode("ascii"))
    except ValueError:
        return b""


def _check_segment(path: Path, before: _Link | None) -> tuple[_Link, list[Problem]]:
    """Follow the chain through one segment; checking stops at its first bad line, counting goes on."""
    name = SegmentName.of(path)
    link = _Link(before.seq, before.last_hash) if before else _Link(0, FIRST_HASH)
    found: list[Problem] = []
    for number, line in _lines(path):
        if not line.endswith(b"\n"):
            link.torn = True
            break
        link.lines += 1
        fields = _parse(line)
        if not found:
            reason = _judge(line, fields, link, number, name, follows=before is not None)
            if reason:
                found.append(Problem(path.name, number, reason))
        if fields is not None:
            link.seq, link.last_hash = fields["seq"], fields["hash"]
    return link, found


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    with path.open("rb") as file:
        yield from enumerate(file, start=1)


def _parse(line: bytes) -> dict[str, Any] | None:
    try:
        fields = json.loads(line)
    except ValueError:
        return None
    if not isinstance(fields, dict) or fields.get("alg") not in _SUITES:
        return None
    shaped = isinstance(fields.get("seq"), int) and all(
        isinstance(fields.get(k), str) for k in ("prev", "hash")
    )
    return fields if shaped else None


def _judge(
    line: bytes, fields: dict[str, Any] | None, link: _Link, number: int, name: SegmentName, *, follows: bool
) -> str:
    """The reason why `line` cannot stand where it stands, or nothing."""
    if fields is None or _HASH_MARK not in line:
        return "unreadable"
    body, _, end = line.rpartition(_HASH_MARK)
    if (
        end != fields["hash"].encode() + b'"}\n'
        or _SUITES[fields["alg"]].digest(body).hex() != fields["hash"]
    ):
        return "changed"
    connected = fields["prev"] == link.last_hash and fields["seq"] == link.seq + 1
    if number == 1:
        return (
            "" if connected and (follows or name.number == 1) and _opens(fields, name) else "segment_removed"
        )
    if connected:
        return "inserted_or_moved" if fields.get("kind") == "segment" else ""
    if fields["seq"] > link.seq + 1:
        return "removed"
    return "inserted_or_moved" if fields["seq"] <= link.seq else "chain_broken"


def _opens(fields: dict[str, Any], name: SegmentName) -> bool:
    return (fields.get("kind"), fields.get("writer"), fields.get("number")) == (
        "segment",
        name.writer,
        name.number,
    )


def _check_seal(path: Path, link: _Link, key: bytes, found: list[Problem]) -> list[Problem]:
    try:
        seal = read_seal(path)
        signature, sealed_with = bytes.fromhex(seal.signature), bytes.fromhex(seal.public_key)
        suite = _SUITES[seal.alg]
    except (OSError, ValueError, TypeError, KeyError):
        return [Problem(seal_path(path).name, 0, "seal_unreadable")]
    if (
        seal.segment != path.name
        or sealed_with != key
        or not suite.verify(key, seal.signed_text(), signature)
    ):
        return [Problem(seal_path(path).name, 0, "seal_forged")]
    if found:
        return []
    if link.lines < seal.count:
        return [Problem(path.name, link.lines + 1, "truncated")]
    if link.lines > seal.count:
        return [Problem(path.name, seal.count + 1, "appended")]
    return [] if link.last_hash == seal.last_hash else [Problem(path.name, link.lines, "seal_mismatch")]
