"""Rows that stay at their source (逻辑集中): the gateway asks the worker, which alone may open sources.

One question and one answer a connection, each a line of JSON, over loopback; a token in a private file of the data
home shows that the asker belongs to the platform.
"""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import msgspec

from jutong.dataflow.serving.cells import Cell, Row
from jutong.dataflow.serving.errors import ItemUnknown, KeySetUnknown, LiveUnavailable
from jutong.kernel.errors import JutongError

ADDRESS_FILE: Final = "live.json"
LONGEST_LINE: Final = 16 << 20
TIMEOUT_S: Final = 8.0
_ERRORS: Final[Mapping[str, type[JutongError]]] = {
    error.code: error for error in (KeySetUnknown, ItemUnknown, LiveUnavailable)
}


class LiveAddress(msgspec.Struct, frozen=True):
    """Where the worker answers; the file that holds it is the platform's alone."""

    port: int
    token: str


class LiveQuestion(msgspec.Struct, frozen=True):
    """Rows of `service` whose items equal `key`: those `columns`, at most `limit`, every one let through by `filters`."""

    token: str
    service: str
    key: dict[str, str]
    columns: tuple[str, ...]
    limit: int
    filters: tuple[tuple[str, tuple[str, ...]], ...] = ()


class LiveAnswer(msgspec.Struct, frozen=True):
    """Rows in the order of the columns, or why there are none."""

    rows: tuple[tuple[Cell, ...], ...] = ()
    error: str = ""
    detail: dict[str, Any] = {}


class LiveService:
    """A service whose rows are asked for at their source; looks like a snapshot to who looks up."""

    version: Final = 0

    def __init__(self, folder: Path, service: str, key_sets: tuple[tuple[str, ...], ...]) -> None:
        self.key_sets = key_sets
        self.published_at = datetime.now(UTC)
        self._folder = folder
        self._service = service

    async def find(
        self,
        key: Mapping[str, str],
        *,
        columns: tuple[str, ...],
        limit: int,
        filters: tuple[tuple[str, tuple[str, ...]], ...] = (),
    ) -> list[Row]:
        """Numbered rows; a source gives no pages, so at most `limit` of them.

        Raises:
            KeySetUnknown: rows that stay at their source are found by a key alone, never listed.
            ItemUnknown: the entry has no such item.
            LiveUnavailable: the worker or the source does not answer.
        """
        if not key:
            raise KeySetUnknown(service=self._service, keys="（空）/ (none)")
        try:
            address = msgspec.json.decode((self._folder / ADDRESS_FILE).read_bytes(), type=LiveAddress)
            question = LiveQuestion(address.token, self._service, dict(key), columns, limit, filters)
            answer = await asyncio.wait_for(_ask(address.port, question), TIMEOUT_S)
        except (OSError, ValueError, TimeoutError, msgspec.DecodeError) as error:
            raise LiveUnavailable(service=self._service) from error
        if answer.error:
            raise _ERRORS.get(answer.error, LiveUnavailable)(**{"service": self._service, **answer.detail})
        return [(number, *row) for number, row in enumerate(answer.rows, start=1)]


async def _ask(port: int, question: LiveQuestion) -> LiveAnswer:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=LONGEST_LINE)
    try:
        writer.write(msgspec.json.encode(question) + b"\n")
        await writer.drain()
        return msgspec.json.decode(await reader.readline(), type=LiveAnswer)
    finally:
        writer.close()
