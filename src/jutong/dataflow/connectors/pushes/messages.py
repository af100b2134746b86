"""What is pushed, and what the spool keeps of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec


class Refused(msgspec.Struct, frozen=True, array_like=True):
    """A part of a message that gave no row: kept with its reason and its text."""

    line: int
    reason: str
    place: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What a source pushed at once. A known `id`, or an `offset` not beyond its stream's last, is a duplicate."""

    id: str = ""
    first: bool = False
    """Surely given for the first time: its id, made from its content, does not make it a duplicate."""
    stream: str = ""
    offset: int = -1
    rows: Sequence[Mapping[str, str | None]] = ()
    refused: Sequence[Refused] = ()
    receipt: Mapping[str, Any] | None = None
    """What the pusher was answered; the same answer goes to a repeated push."""


class Record(
    msgspec.Struct, kw_only=True, omit_defaults=True, rename={"number": "n", "stream": "s", "offset": "o"}
):
    """A line of a segment."""

    number: int
    at: datetime
    id: str = ""
    stream: str = ""
    offset: int = -1
    rows: list[dict[str, str | None]] = []
    refused: list[Refused] = []
    receipt: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a message: its record's number, and for a duplicate what was answered the first time."""

    number: int
    duplicate: bool = False
    receipt: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Backlog:
    """What a reader at a position has before it; `records` may count a few of its segment's read ones."""

    records: int
    size_bytes: int
    oldest_at: datetime | None
