"""Fetching a page of a catalogue: from the address that was checked, within bounds of size and time, or from a file."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.client import HTTPException
from pathlib import Path
from typing import Final
from urllib.parse import quote, urljoin

import urllib3
from urllib3.exceptions import HTTPError

from jutong.dataflow.catalogues.errors import (
    AddressNotAllowed,
    CatalogueRefused,
    CatalogueTooLarge,
    CatalogueUnreachable,
)
from jutong.dataflow.catalogues.guard import AddressGuard, Target
from jutong.dataflow.catalogues.settings import CatalogueSettings
from jutong.dataflow.fetching.connections import connection_to, ended_after, host_header

REDIRECTS: Final = 5
SILENCE_S: Final = 30.0
CHUNK: Final = 64 * 1024
FILE: Final = "file:"
ACCEPT: Final = "text/turtle, application/ld+json, application/rdf+xml, application/json;q=0.9, */*;q=0.5"
AGENT: Final = "Jutong-harvest"
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What came: `not_modified` with an empty body where the other side says that nothing changed."""

    address: str
    body: bytes = b""
    content_type: str = ""
    not_modified: bool = False
    validators: Mapping[str, str] = field(default_factory=dict)
    """`etag` and `last_modified`, to be given back on the next visit."""


@dataclass(frozen=True, slots=True)
class Fetcher:
    """`files`: the folder below which `file:` addresses may lie; None where there are none."""

    guard: AddressGuard
    settings: CatalogueSettings
    files: Path | None = None

    def get(self, address: str, validators: Mapping[str, str] | None = None) -> Fetched:
        """The content at `address`, redirects followed and each of them checked.

        Raises:
            AddressNotAllowed: it is not for us, or leads to where we may not go.
            CatalogueUnreachable: no answer, or a temporary one; trying again may help.
            CatalogueRefused: an answer that trying again will not change.
            CatalogueTooLarge
        """
        if address.startswith(FILE):
            return self._read(address)
        deadline = time.monotonic() + self.settings.page_seconds
        for _ in range(REDIRECTS + 1):
            target = self.guard.target(address)
            answer, found = self._ask(target, validators or {}, deadline)
            if found is not None:
                return found
            following = urljoin(target.address, answer)
            if target.scheme == "https" and not following.startswith("https:"):
                raise AddressNotAllowed(
                    address=target.host,
                    reason_zh="从加密地址转到了未加密地址",
                    reason_en="it leads from https to http",
                )
            address = following
        raise CatalogueUnreachable(
            address=address[:200], reason_zh="重定向次数过多", reason_en="it redirects too often"
        )

    def _ask(
        self, target: Target, validators: Mapping[str, str], deadline: float
    ) -> tuple[str, Fetched | None]:
        """(where it redirects to, None) or ("", what came)."""
        headers = {"Host": host_header(target), "Accept": ACCEPT, "User-Agent": AGENT}
        headers |= {"Accept-Encoding": "gzip, deflate"}
        if validators.get("etag"):
            headers["If-None-Match"] = validators["etag"]
        if validators.get("last_modified"):
            headers["If-Modified-Since"] = validators["last_modified"]
        left = max(0.1, deadline - time.monotonic())
        connection = connection_to(target, min(SILENCE_S, left))
        try:
            with ended_after(connection, left):
                connection.request(
                    "GET", quote(target.path, safe=_SAFE), headers=headers, preload_content=False
                )
                return self._taken(connection.getresponse(), target, deadline)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            raise CatalogueUnreachable(
                address=target.address[:200],
                reason_zh=f"连接失败（{type(error).__name__}）",
                reason_en=f"the connection failed ({type(error).__name__})",
            ) from error
        finally:
            connection.close()

    def _taken(
        self, response: urllib3.BaseHTTPResponse, target: Target, deadline: float
    ) -> tuple[str, Fetched | None]:
        status, location = response.status, response.headers.get("Location", "")
        if status in {301, 302, 303, 307, 308} and location:
            return location, None
        if status == 304:
            return "", Fetched(address=target.address, not_modified=True)
        if status == 429 or status >= 500:
            raise CatalogueUnreachable(
                address=target.address[:200],
                reason_zh=f"对方返回状态 {status}",
                reason_en=f"it answered with status {status}",
            )
        if status != 200:
            raise CatalogueRefused(address=target.address[:200], status=status)
        body = self._body(response, target, deadline)
        named = {"etag": "ETag", "last_modified": "Last-Modified"}
        return "", Fetched(
            address=target.address,
            body=body,
            content_type=response.headers.get("Content-Type", ""),
            validators={
                key: value[:400]
                for key, header in named.items()
                if (value := response.headers.get(header)) is not None
            },
        )

    def _body(self, response: urllib3.BaseHTTPResponse, target: Target, deadline: float) -> bytes:
        limit = self.settings.page_mb * 1024 * 1024
        parts: list[bytes] = []
        size = 0
        while chunk := response.read1(CHUNK, decode_content=True):
            size += len(chunk)
            if size > limit:
                raise CatalogueTooLarge(limit_mb=self.settings.page_mb)
            parts.append(chunk)
        if time.monotonic() > deadline:
            raise CatalogueUnreachable(
                address=target.address[:200],
                reason_zh=f"{self.settings.page_seconds:g} 秒内没有传完",
                reason_en=f"it was not done within {self.settings.page_seconds:g} seconds",
            )
        return b"".join(parts)

    def _read(self, address: str) -> Fetched:
        """A file below the sources folder; neither `..` nor a link leads out of it."""
        name = address.removeprefix(FILE).lstrip("/")
        if self.files is None or "\0" in name:
            raise _outside(name)
        try:
            path = (self.files / name).resolve()
            inside = path.is_relative_to(self.files.resolve())
        except (OSError, RuntimeError) as error:
            raise _outside(name) from error
        if not inside:
            raise _outside(name)
        if not path.is_file():
            raise CatalogueRefused(address=address[:200], status=404)
        if path.stat().st_size > self.settings.page_mb * 1024 * 1024:
            raise CatalogueTooLarge(limit_mb=self.settings.page_mb)
        return Fetched(address=f"{FILE}///{quote(name)}", body=path.read_bytes())


def _outside(name: str) -> AddressNotAllowed:
    return AddressNotAllowed(
        address=name[:200],
        reason_zh="文件须在数据目录的 sources 文件夹之内",
        reason_en="a file must lie below the sources folder of the data home",
    )
