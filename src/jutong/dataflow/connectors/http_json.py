"""A JSON interface of another system over HTTP: page after page, signed, its announced total proved."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyarrow as pa

from jutong.dataflow.connectors.cursors import greater, within
from jutong.dataflow.connectors.errors import ColumnMissing, OptionInvalid, RecordsMissing, TooManyColumns
from jutong.dataflow.connectors.http_json_asking import Asker, origin_of
from jutong.dataflow.connectors.http_json_errors import HttpColumnNew
from jutong.dataflow.connectors.http_json_options import interface_of
from jutong.dataflow.connectors.http_json_paging import Pages
from jutong.dataflow.connectors.http_json_signing import signer_of
from jutong.dataflow.connectors.http_json_spec import SPEC
from jutong.dataflow.connectors.json_files import batches_of
from jutong.dataflow.connectors.json_values import flatten, value_text
from jutong.dataflow.connectors.protocol import (
    RAW_TEXT_LIMIT,
    Capability,
    Finding,
    Part,
    RejectedLine,
    RejectedLines,
)
from jutong.dataflow.connectors.settings import ReadLimits

Row = dict[str, str | None]


class HttpJsonConnector:
    """Records of an interface. Every value is text as written; nested objects become dotted columns.

    Columns are those of the first page's records and of the option `columns`; a later record with another field
    ends the reading, for leaving it out would lose it silently.
    """

    kind = SPEC.kind
    spec = SPEC

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        del root  # an interface is not below the sources folder
        SPEC.refuse_unknown(options)
        self._limits = limits
        self._interface = interface_of(options, SPEC)
        self._signer = signer_of(options, SPEC)
        self.capabilities = SPEC.capabilities
        if not self._interface.since_parameter:
            self.capabilities = SPEC.capabilities - {Capability.CURSOR}
        total_url = self._interface.total_url
        if total_url and origin_of(total_url) != origin_of(self._interface.url):
            raise OptionInvalid(
                option="total_url",
                reason_zh="须与接口地址在同一主机和端口",
                reason_en="it must be of the same host and port as url",
            )
        asker = self._asker()
        self._place = asker.place
        self._rejected = self._no_rejected()
        pages = self._pages(asker)
        self._names = self._find_names(pages.first())
        self._path = pages.path
        self._announced = pages.announced is not None or bool(total_url)

    def columns(self) -> tuple[str, ...]:
        return self._names

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        if self._announced:
            return ()
        zh = "接口没有给出总条数，无法核对是否读全；请在数据源中填写总条数路径"
        en = "The interface announces no total, so nothing shows that all was read; set the option total"
        return (Finding(code="total_unknown", zh=zh, en=en),)

    def describe(self) -> dict[str, Any]:
        return {
            "place": self._place,
            "path": urlsplit(self._interface.url).path,
            "records": self._path or "/",
            "paging": self._interface.paging.style.value,
            "signing": self._signer.signing.value,
            "total": self._announced,
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        return self.read_part(Part())

    def read_part(self, part: Part) -> Iterator[pa.RecordBatch]:
        """As `read`, of the selected rows and columns.

        The interface selects by its parameter of what has changed since, where `part` is bounded on that column;
        everything else is selected here, among all that it gives.
        """
        names = self._names if part.columns is None else part.columns
        for name in (*names, *part.equal, *((part.column,) if part.column else ())):
            if name not in self._names:
                raise ColumnMissing(name=self._place, column=name)
        yield from batches_of(self._selected(part), names, self._limits.batch_rows)

    def greatest(self, column: str) -> str | None:
        return self.greatest_since(column, None)

    def greatest_since(self, column: str, lower: str | None) -> str | None:
        """From a first page that is sorted newest first, where the interface can do that; else by reading.

        Read are the rows that have changed since `lower`, where the interface can select them.
        """
        if column not in self._names:
            raise ColumnMissing(name=self._place, column=column)
        if self._interface.newest and column == self._interface.since_column:
            values = self._first_values(column)
            # A position too low only reads rows again; an order that is not kept shows itself.
            if values and all(one is not None for one in values) and _descends(values):
                return values[0]
        found: str | None = None
        for row in self._selected(Part(column=column if lower else "", lower=lower)):
            found = greater(found, row.get(column))
        return found

    def _first_values(self, column: str) -> list[str | None]:
        pages = self._pages(self._asker())
        with closing(pages.read(self._interface.newest)) as read:
            items = next(read, [])
        return [dict(flatten(item)).get(column) for item in items if isinstance(item, dict)]

    def _selected(self, part: Part) -> Iterator[Row]:
        left = part.limit
        for row in self._rows(self._since(part)):
            if left is not None and left <= 0:
                return
            if part.column and not within(row.get(part.column), part.lower, part.upper):
                continue
            if any(row.get(name) != value for name, value in part.equal.items()):
                continue
            yield row
            left = None if left is None else left - 1

    def _since(self, part: Part) -> dict[str, str]:
        asked = self._interface.since_parameter and part.column == self._interface.since_column
        return {self._interface.since_parameter: part.lower} if asked and part.lower is not None else {}

    def _rows(self, extra: Mapping[str, str]) -> Iterator[Row]:
        self._rejected = self._no_rejected()
        known, line = frozenset(self._names), 0
        for items in self._pages(self._asker()).read(extra):
            for item in items:
                line += 1
                if not isinstance(item, dict):
                    text = (value_text(item) or "")[:RAW_TEXT_LIMIT]
                    self._rejected.add(RejectedLine(line=line, reason="not_a_record", text=text))
                    continue
                row = dict(flatten(item))
                for name in row:
                    if name not in known:
                        raise HttpColumnNew(place=self._place, row=line, column=name[:80])
                yield row

    def _find_names(self, items: Sequence[Any]) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for item in items:
            if isinstance(item, dict):
                names.update(dict.fromkeys(name for name, _ in flatten(item)))
        names.update(dict.fromkeys(self._interface.extra_columns))
        if not names:
            raise RecordsMissing(name=self._place, path=self._interface.records or "/")
        if len(names) > self._limits.max_columns:
            raise TooManyColumns(name=self._place, columns=len(names), limit=self._limits.max_columns)
        return tuple(names)

    def _asker(self) -> Asker:
        return Asker(self._interface, self._signer, self._limits)

    def _pages(self, asker: Asker) -> Pages:
        path = getattr(self, "_path", "")
        return Pages(self._interface, asker, most=self._limits.http_pages, path=path)

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=urlsplit(self._interface.url).netloc, limit=self._limits.max_rejected)


def _descends(values: Sequence[str | None]) -> bool:
    return all(greater(one, other) == one for one, other in pairwise(values))
