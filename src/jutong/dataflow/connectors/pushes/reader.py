"""A source that pushes, as the pipelines read it: the records of its spool after a position."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from jutong.dataflow.connectors.errors import TooManyColumns
from jutong.dataflow.connectors.json_files import batches_of
from jutong.dataflow.connectors.protocol import Capability, Finding, RejectedLine, RejectedLines
from jutong.dataflow.connectors.pushes.errors import NothingPushed
from jutong.dataflow.connectors.pushes.settings import SpoolSettings
from jutong.dataflow.connectors.pushes.spool import Spool
from jutong.dataflow.connectors.settings import ReadLimits


class SpoolReader:
    """Rows pushed after the record number `after`, at most about as many as one run takes.

    Reading it again gives the same rows: where it ends is found once, when it is opened.
    """

    capabilities = frozenset({Capability.PUSH})

    def __init__(
        self,
        spool: Spool,
        *,
        kind: str,
        after: int = 0,
        limits: ReadLimits | None = None,
        settings: SpoolSettings | None = None,
    ) -> None:
        """Raises `NothingPushed` where no record is there to say which columns there are."""
        self.kind = kind
        self._spool, self._after = spool, after
        self._limits = limits or ReadLimits()
        self._rows_at_once = (settings or SpoolSettings()).rows_at_once
        self.position = after
        """Number of the last record that is read: what the next reader starts after."""
        self.newest_at: datetime | None = None
        self.messages = 0
        self._rejected = self._no_rejected()
        self._names = self._find_names()

    def columns(self) -> tuple[str, ...]:
        return self._names

    def read(self) -> Iterator[pa.RecordBatch]:
        self._rejected = self._no_rejected()
        yield from batches_of(self._each(), self._names, self._limits.batch_rows)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        return ()

    def describe(self) -> dict[str, Any]:
        return {"after": self._after, "position": self.position, "messages": self.messages}

    def _find_names(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        rows = 0
        for record in self._spool.records(self._after):
            for row in record.rows:
                names.update(dict.fromkeys(row))
            if len(names) > self._limits.max_columns:
                raise TooManyColumns(
                    name=self._spool.folder.name, columns=len(names), limit=self._limits.max_columns
                )
            self.position, self.newest_at = record.number, record.at
            self.messages += 1
            rows += len(record.rows) + len(record.refused)
            if rows >= self._rows_at_once:
                break
        if not self.messages and not self._after:
            raise NothingPushed
        return tuple(names)

    def _each(self) -> Iterator[Mapping[str, str | None]]:
        for record in self._spool.records(self._after, self.position):
            for refused in record.refused:
                self._rejected.add(
                    RejectedLine(
                        line=refused.line,
                        reason=refused.reason,
                        place=f"#{record.number} {refused.place}".strip(),
                        text=refused.text,
                    )
                )
            yield from record.rows

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._spool.folder.name, limit=self._limits.max_rejected)
