"""One record of evidence, its line in a segment, and reading the lines back.

A line is `{"seq":…,"prev":…,"alg":…,<the record's fields>,"hash":…}`; its hash covers every byte before
`,"hash":`, and `prev` is the hash of the line before it, so that a line cannot change, go, come or move unseen.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from jutong.evidence.segments import list_segments
from jutong.kernel.crypto import CryptoProvider

OK: Final = "ok"
CALL: Final = "call"
DOWNLOAD: Final = "download"


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceRecord:
    """What left the platform, or was refused: who, under which grant, which items, how much; never a value.

    `outcome` is `ok` or the code of the error that refused the call.
    """

    kind: str
    time: datetime
    service: str
    operation: str
    outcome: str
    request_id: str
    client_id: str = ""
    actor: str = ""
    """The person, where one downloads by hand."""
    consumer: str = ""
    provider: str = ""
    entry: str = ""
    grant_id: str = ""
    application_id: str = ""
    items: tuple[str, ...] = ()
    purpose: str = ""
    rows: int = 0
    key_digest: str = ""
    """HMAC of the key that was looked up, under a key of the platform: equal keys can be traced, not read."""
    latency_us: int = 0


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record as it lies in its segment."""

    segment: str
    offset: int
    """Where the line after this one begins, in bytes."""
    seq: int
    hash: str
    record: EvidenceRecord


@dataclass(slots=True)
class Chain:
    """Where a writer's chain stands: the last number and hash given out."""

    seq: int
    last_hash: str


_encode = msgspec.json.Encoder().encode


def chain_record(chain: Chain, record: Any, suite: CryptoProvider) -> bytes:
    """The line of `record` (a frozen noun or a dict) as the next link of `chain`, which moves on."""
    seq = chain.seq + 1
    body = b'{"seq":%d,"prev":"%s","alg":"%s",%s' % (
        seq,
        chain.last_hash.encode(),
        suite.digest_name.encode(),
        _encode(record)[1:-1],
    )
    digest = suite.digest(body).hex()
    chain.seq, chain.last_hash = seq, digest
    return b'%s,"hash":"%s"}\n' % (body, digest.encode())


def key_digest(suite: CryptoProvider, key: bytes, looked_up: dict[str, str]) -> str:
    """Names a looked-up key without giving it away."""
    return suite.hmac(key, msgspec.json.encode(looked_up, order="sorted")).hex()


def read_records(folder: Path, *, after: dict[str, int] | None = None) -> Iterator[StoredRecord]:
    """Every whole record in `folder`, segment by segment; `after` gives the byte to start at for a segment.

    It does not check the chain: that is for `verify_folder`, which also names the lines that are left out here
    because they are no records (any more).
    """
    start = after or {}
    for path in list_segments(folder):
        offset = start.get(path.name, 0)
        if path.stat().st_size > offset:
            yield from _read_segment(path, offset)


def _read_segment(path: Path, offset: int) -> Iterator[StoredRecord]:
    with path.open("rb") as file:
        file.seek(offset)
        for line in file:
            if not line.endswith(b"\n"):
                return  # being written, or torn
            offset += len(line)
            stored = _stored(line, path.name, offset)
            if stored is not None:
                yield stored


def _stored(line: bytes, segment: str, offset: int) -> StoredRecord | None:
    try:
        fields = msgspec.json.decode(line)
        if fields.get("kind") == "segment":
            return None
        record = msgspec.convert(fields, EvidenceRecord)
        return StoredRecord(segment, offset, fields["seq"], fields["hash"], record)
    except (msgspec.DecodeError, UnicodeDecodeError, AttributeError, KeyError):
        return None
