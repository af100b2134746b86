"""A push over HTTP: who may, what it holds, on disk, and only then the receipt (回执)."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

import msgspec

from jutong.control.collection import api as collection
from jutong.control.directory.api import Actor
from jutong.dataflow.connectors.pushes.errors import NotAPushSource, PushKeyReused
from jutong.dataflow.connectors.pushes.kinds import PUSH
from jutong.dataflow.connectors.pushes.messages import Message
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.pushes.streams import form_of
from jutong.kernel.clock import Clock
from jutong.kernel.crypto import provider
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id

FORMATS: Final[Mapping[str, str]] = {
    "application/json": "json",
    "application/jsonl": "jsonl",
    "application/x-ndjson": "jsonl",
    "text/csv": "csv",
}
LISTED: Final = 100
"""Refused rows that a receipt names; it counts all of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RefusedRow:
    """A part of the body that gave no row: its line or place in the list, from 1, and why."""

    line: int
    reason: str
    place: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PushReceipt:
    """What was taken in. It is on disk; it becomes part of the pool with the next run."""

    number: str
    source: str
    received_at: datetime
    rows: int
    accepted: int
    refused: int
    refused_rows: tuple[RefusedRow, ...]
    digest: str
    """SM3 of the body, hexadecimal."""
    position: int = 0
    """Number of the record in the source's spool."""
    duplicate: bool = False
    """The same push came before: this is the receipt it got then."""


def push(
    actor: Actor, source: str, content: bytes, *, media_type: str, key: str, home: DataHome, clock: Clock
) -> PushReceipt:
    """Take `content` in; the same `key` again changes nothing and gives the first receipt.

    Raises:
        SourceNotFound, NotAPushSource: nothing may be pushed there.
        PayloadInvalid, PayloadTooLarge, PushKeyReused: nothing was taken in; the body is to be mended.
        SpoolFull, SpoolUnwritable: nothing was taken in; push again later.
    """
    target = collection.push_target(actor, source)
    if target.kind != PUSH.kind:
        raise NotAPushSource(source=source)
    settings = SpoolSettings.from_environment()
    form = form_of(target.options, settings)
    payload = replace(form, format=FORMATS.get(media_type, form.format)).read(content)
    number, now = new_id("psh"), clock.now()
    receipt = PushReceipt(
        number=number,
        source=source,
        received_at=now,
        rows=payload.count,
        accepted=len(payload.rows),
        refused=len(payload.refused),
        refused_rows=tuple(
            RefusedRow(line=one.line, reason=one.reason, place=one.place) for one in payload.refused[:LISTED]
        ),
        digest=provider("gm").digest(content).hex(),
    )
    kept = Spool.of(home, source, settings).append(
        [
            Message(
                id=f"http:{key or number}",
                rows=payload.rows,
                refused=payload.refused,
                receipt=msgspec.to_builtins(receipt),
            )
        ],
        at=now,
    )[0]
    if kept.duplicate:
        return _first(kept.receipt or {}, receipt)
    collection.record_push(
        actor, target, receipt=number, rows=receipt.rows, refused=receipt.refused, clock=clock
    )
    return replace(receipt, position=kept.number)


def _first(known: Mapping[str, Any], again: PushReceipt) -> PushReceipt:
    receipt: PushReceipt = msgspec.convert(known, PushReceipt)
    if receipt.digest != again.digest:
        raise PushKeyReused(number=receipt.number)
    return replace(receipt, duplicate=True)
