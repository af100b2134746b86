"""All pages of an interface, none twice and none missing, as far as its answers let one tell."""

import hashlib
import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin

from jutong.dataflow.connectors.errors import OptionInvalid, RecordsMissing
from jutong.dataflow.connectors.http_json_answers import records_at, records_path, total_in
from jutong.dataflow.connectors.http_json_asking import Asker
from jutong.dataflow.connectors.http_json_errors import (
    HttpChangedWhileReading,
    HttpCode,
    HttpPagesRepeat,
    HttpStatus,
    HttpTooLong,
    HttpTotalDiffers,
)
from jutong.dataflow.connectors.http_json_options import Interface, Style
from jutong.dataflow.connectors.json_records import at_path
from jutong.dataflow.connectors.json_values import value_text


@dataclass(slots=True)
class Tally:
    """What was read so far, against what was announced."""

    place: str
    unique: str
    announced: int | None = None
    rows: int = 0
    pages: int = 0
    _digests: set[bytes] = field(default_factory=set)
    _keys: set[bytes] = field(default_factory=set)
    _last: list[str] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        return self.announced is not None and self.rows == self.announced

    def announce(self, total: int | None) -> None:
        """Raises `HttpChangedWhileReading` where the total is another than before."""
        if total is None:
            return
        if self.announced is not None and total != self.announced:
            raise HttpChangedWhileReading(place=self.place, total=self.announced, now=total)
        self.announced = total

    def seen(self, items: list[Any]) -> bool:
        return _digest("\n".join(map(_text, items))) in self._digests

    def add(self, items: list[Any]) -> None:
        """Raises `HttpPagesRepeat`, and `HttpTotalDiffers` as soon as there is more than was announced."""
        self.pages += 1
        texts = [_text(item) for item in items]
        digest = _digest("\n".join(texts))
        if digest in self._digests or self._overlaps(texts) or self._keys_again(items):
            raise HttpPagesRepeat(place=self.place, page=self.pages)
        self._digests.add(digest)
        self._last = texts
        self.rows += len(items)
        if self.announced is not None and self.rows > self.announced:
            raise self._differs()

    def close(self) -> None:
        """Raises `HttpTotalDiffers` where less was read than was announced."""
        if self.announced is not None and self.rows != self.announced:
            raise self._differs()

    def _differs(self) -> HttpTotalDiffers:
        return HttpTotalDiffers(place=self.place, total=self.announced, rows=self.rows)

    def _overlaps(self, texts: list[str]) -> bool:
        """Whether the page starts with what the page before ended with.

        A single record that comes twice may be two equal rows, as long as the total says that none is missing.
        """
        if self.unique or not texts:
            return False
        starts = [at for at, text in enumerate(self._last) if text == texts[0]]
        lengths = [len(self._last) - at for at in starts if self._last[at:] == texts[: len(self._last) - at]]
        return max(lengths, default=0) > (0 if self.announced is None else 1)

    def _keys_again(self, items: list[Any]) -> bool:
        if not self.unique:
            return False
        for item in items:
            key = value_text(item.get(self.unique)) if isinstance(item, dict) else None
            if key is None:
                continue
            digest = hashlib.blake2b(key.encode(), digest_size=10).digest()
            if digest in self._keys:
                return True
            self._keys.add(digest)
        return False


class Pages:
    """The pages of one reading, each a list of records as JSON gave them."""

    def __init__(self, interface: Interface, asker: Asker, *, most: int, path: str = "") -> None:
        self._interface = interface
        self._asker = asker
        self._most = most
        self._path = path or interface.records
        self._tally = Tally(place=asker.place, unique=interface.unique)

    @property
    def path(self) -> str:
        """Where the records are; known after the first page."""
        return self._path

    @property
    def announced(self) -> int | None:
        return self._tally.announced

    def first(self) -> list[Any]:
        """The records of the first page alone."""
        document = self._asker.ask(self._interface.url, self._sized(self._interface.paging.first))
        return self._records(document)

    def read(self, extra: Mapping[str, str]) -> Generator[list[Any], None, None]:
        """Every page, asked for with these parameters as well; whoever stops early is told nothing of the total.

        Raises:
            ConnectorError: something is missing, comes twice, or does not end.
        """
        self._ask_total(extra)
        paging = self._interface.paging
        if paging.style in {Style.CURSOR, Style.NEXT}:
            yield from self._followed(extra)
        elif paging.style is Style.NONE:
            document = self._asker.ask(self._interface.url, {**self._interface.parameters, **extra})
            items = self._records(document)
            self._tally.add(items)
            yield items
        else:
            yield from self._counted(extra)
        self._tally.close()
        self._ask_total(extra)

    def _counted(self, extra: Mapping[str, str]) -> Generator[list[Any], None, None]:
        """By page number or offset: until a page is empty, for a short one may only be a lower limit than ours."""
        paging, tally = self._interface.paging, self._tally
        position = paging.first
        for _ in range(self._most):
            beyond = tally.complete and tally.pages > 0
            try:
                items = self._records(
                    self._asker.ask(self._interface.url, {**self._sized(position), **extra}), beyond=beyond
                )
            except (HttpStatus, HttpCode, RecordsMissing):
                if beyond:  # some interfaces answer so after the last page
                    return
                raise
            # Others give the last page again, whatever page beyond it is asked for.
            if not items or (beyond and tally.seen(items)):
                return
            tally.add(items)
            yield items
            if tally.complete and len(items) < paging.page_size:
                return
            position += len(items) if paging.style is Style.OFFSET else 1
        raise HttpTooLong(place=self._asker.place, pages=self._most)

    def _followed(self, extra: Mapping[str, str]) -> Generator[list[Any], None, None]:
        paging, url = self._interface.paging, self._interface.url
        parameters: Mapping[str, str | int] = {**self._sized(None), **extra}
        before: set[str] = set()
        for number in range(1, self._most + 1):
            document = self._asker.ask(url, parameters)
            items = self._records(document)
            if items:
                self._tally.add(items)
                yield items
            following = _following(document, paging.following)
            if not following:
                return
            if following in before:
                raise HttpPagesRepeat(place=self._asker.place, page=number + 1)
            before.add(following)
            if paging.style is Style.NEXT:
                # The address holds what was asked for already.
                url, parameters = self._asker.same_origin(urljoin(url, following)), {}
            else:
                parameters = {**self._sized(None), **extra, paging.position: following}
        raise HttpTooLong(place=self._asker.place, pages=self._most)

    def _sized(self, position: int | None) -> dict[str, str | int]:
        paging = self._interface.paging
        parameters: dict[str, str | int] = {**self._interface.parameters}
        if paging.style is not Style.NONE and paging.size:
            parameters[paging.size] = paging.page_size
        if position is not None and paging.style in {Style.PAGE, Style.OFFSET}:
            parameters[paging.position] = position
        return parameters

    def _records(self, document: Any, *, beyond: bool = False) -> list[Any]:
        if not self._path:
            self._path = records_path(document, "", self._asker.place)
        items = records_at(document, self._path, self._asker.place)
        if not self._interface.total_url and not beyond:
            self._announced(document)
        return items

    def _announced(self, document: Any) -> None:
        total = total_in(document, self._interface.total)
        if total is None and self._interface.total and self._tally.announced is None:
            raise OptionInvalid(
                option="total",
                reason_zh="返回中这个路径下没有总条数",
                reason_en="the answer has no number at that path",
            )
        self._tally.announce(total)

    def _ask_total(self, extra: Mapping[str, str]) -> None:
        if self._interface.total_url:
            self._announced(
                self._asker.ask(self._interface.total_url, {**self._interface.parameters, **extra})
            )


def _following(document: Any, path: str) -> str:
    try:
        return value_text(at_path(document, path)) or ""
    except KeyError:
        return ""


def _text(item: Any) -> str:
    return json.dumps(item, ensure_ascii=False, separators=(",", ":"))


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()
