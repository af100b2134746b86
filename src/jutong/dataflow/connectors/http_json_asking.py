"""One question to an interface: signed, to a checked address, within bounds, asked again where that may help."""

import ipaddress
import json
import random
import time
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http.client import HTTPException
from typing import Any, ClassVar, Final
from urllib.parse import quote, urlencode, urljoin, urlsplit

import urllib3
from urllib3.exceptions import DecodeError, HTTPError, IncompleteRead, ProtocolError

from jutong.dataflow.connectors.errors import ConnectorError, JsonInvalid
from jutong.dataflow.connectors.http_json_answers import checked, decoded
from jutong.dataflow.connectors.http_json_errors import (
    HttpAddressNotAllowed,
    HttpBusy,
    HttpCutOff,
    HttpElsewhere,
    HttpFailing,
    HttpNotJson,
    HttpPageTooLarge,
    HttpRefused,
    HttpStatus,
    HttpTooLong,
    HttpUnreachable,
)
from jutong.dataflow.connectors.http_json_options import Interface
from jutong.dataflow.connectors.http_json_signing import Signer
from jutong.dataflow.connectors.json_values import parse_json
from jutong.dataflow.connectors.server_errors import HostUnknown
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.dataflow.fetching.connections import connection_to, ended_after, host_header
from jutong.dataflow.fetching.guard import PORTS, Guard, IpAddress, Target, translated

_CHUNK: Final = 64 * 1024
_REDIRECTS: Final = 3
_LONGEST_WAIT_S: Final = 120.0
_SAFE: Final = "!#$%&'()*+,/:;=?@[]~"
# What clouds tell their machines, keys among it, besides 169.254.169.254 and its network.
_METADATA: Final = frozenset(
    ipaddress.ip_address(text) for text in ("100.100.100.200", "168.63.129.16", "fd00:ec2::254")
)


@dataclass(frozen=True, slots=True)
class SourceGuard(Guard):
    """Departments' systems are on private networks; this machine and a cloud's metadata are nobody's system."""

    reason: ClassVar[tuple[str, str]] = (
        "是本机、链路本地、组播或云平台元数据地址",
        "it is this machine's own, link-local, multicast or a cloud's metadata",
    )

    def lets_through(self, address: IpAddress) -> bool:
        nobody = (
            address.is_loopback
            or address.is_link_local
            or address.is_multicast
            or address.is_unspecified
            or address.is_reserved
            or (address.version == 4 and address in ipaddress.ip_network("0.0.0.0/8"))
        )
        return not nobody and not translated(address) and address not in _METADATA

    def refused(self, address: str, reason_zh: str, reason_en: str) -> HttpAddressNotAllowed:
        return HttpAddressNotAllowed(
            address=place_of(address) or "?", reason_zh=reason_zh, reason_en=reason_en
        )

    def unresolved(self, host: str) -> HostUnknown:
        return HostUnknown(host=host)


class Asker:
    """Asks for one reading; its time and its number of questions are bounded."""

    def __init__(
        self,
        interface: Interface,
        signer: Signer,
        limits: ReadLimits,
        *,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._interface = interface
        self._signer = signer
        self._limits = limits
        self._sleep = sleep
        self._guard = SourceGuard.parse(limits.http_networks)
        self._deadline = time.monotonic() + limits.http_minutes * 60
        self._next_at = 0.0
        self.place = place_of(interface.url)
        self.asked = 0

    def ask(self, url: str, parameters: Mapping[str, str | int]) -> Any:
        """The document that the interface answers with, its own code being one of success.

        Raises:
            ConnectorError: no usable answer; a temporary one was asked for again first.
        """
        for attempt in range(self._interface.retries + 1):
            self._pace()
            try:
                return self._once(url, parameters)
            except ConnectorError as error:
                wait = self._wait(error, attempt)
                if not error.retryable or attempt == self._interface.retries or wait > _LONGEST_WAIT_S:
                    raise
                if time.monotonic() + wait > self._deadline:
                    raise
                self._sleep(wait)
        raise AssertionError("the last attempt returns or raises")

    def _wait(self, error: ConnectorError, attempt: int) -> float:
        said = error.detail.get("seconds")
        if isinstance(said, int | float):
            return float(said)
        # Readers that failed together must not come back together.
        return float(min(30.0, self._limits.http_backoff_s * 2**attempt) * random.uniform(0.5, 1.0))  # noqa: S311

    def _pace(self) -> None:
        now = time.monotonic()
        if now > self._deadline:
            raise HttpTooLong(place=self.place, pages=self.asked)
        if self._next_at > now:
            self._sleep(self._next_at - now)
        self._next_at = max(now, self._next_at) + self._interface.interval_s

    def _once(self, url: str, parameters: Mapping[str, str | int]) -> Any:
        self.asked += 1
        posted = self._interface.method == "POST"
        body = json.dumps(parameters, ensure_ascii=False).encode() if posted else None
        address = with_query(url, "" if posted else urlencode(parameters))
        address = with_query(address, self._signer.query())
        for _ in range(_REDIRECTS + 1):
            target = self._guard.target(address)
            following, text = self._exchange(target, body)
            if following is None:
                return self._document(text)
            address = self.same_origin(urljoin(address, following))
        raise HttpStatus(place=self.place, status=302)

    def same_origin(self, address: str) -> str:
        """Raises `HttpElsewhere` where an address is not of the interface's own scheme, host and port."""
        if origin_of(address) != origin_of(self._interface.url):
            raise HttpElsewhere(place=self.place, other=place_of(address) or "?")
        return address

    def _exchange(self, target: Target, body: bytes | None) -> tuple[str | None, bytes]:
        """(where it redirects to, b"") or (None, the body)."""
        headers = {
            "Host": host_header(target),
            "Accept": "application/json",
            "Accept-Encoding": "gzip, deflate",
            "User-Agent": "Jutong-collect",
            **self._signer.headers(),
        }
        if body is not None:
            headers["Content-Type"] = "application/json; charset=utf-8"
        seconds = self._limits.http_page_s
        connection = connection_to(target, min(seconds, float(self._limits.connect_timeout_s)))
        begun = time.monotonic()
        try:
            with ended_after(connection, seconds):
                connection.sock.settimeout(seconds)
                connection.request(
                    self._interface.method,
                    quote(target.path, safe=_SAFE),
                    body=body,
                    headers=headers,
                    preload_content=False,
                )
                with closing(connection.getresponse()) as response:
                    return self._taken(response, posted=body is not None)
        except (HTTPError, HTTPException, OSError, ValueError) as error:
            if time.monotonic() - begun >= seconds:
                raise HttpUnreachable(place=self.place, reason=f"{seconds:g} s") from error
            if isinstance(error, IncompleteRead | DecodeError) or (
                isinstance(error, ProtocolError) and "IncompleteRead" in str(error)
            ):
                raise HttpCutOff(place=self.place) from error
            raise HttpUnreachable(place=self.place, reason=type(error).__name__) from error
        finally:
            connection.close()

    def _taken(self, response: urllib3.BaseHTTPResponse, *, posted: bool) -> tuple[str | None, bytes]:
        status, location = response.status, response.headers.get("Location", "")
        if status in {301, 302, 303, 307, 308} and location:
            self.same_origin(urljoin(self._interface.url, location))
            if posted:
                raise HttpStatus(place=self.place, status=status)
            return location, b""
        if status == 429 or (status == 503 and response.headers.get("Retry-After")):
            raise HttpBusy(
                place=self.place,
                status=status,
                seconds=seconds_of(response.headers.get("Retry-After", "")),
            )
        if status in {408, 425} or status >= 500:
            raise HttpFailing(place=self.place, status=status)
        if status in {401, 403}:
            raise HttpRefused(place=self.place, status=status)
        if status != 200:
            raise HttpStatus(place=self.place, status=status)
        return None, self._body(response)

    def _body(self, response: urllib3.BaseHTTPResponse) -> bytes:
        limit, size = self._limits.http_page_mb << 20, 0
        parts: list[bytes] = []
        while chunk := response.read1(_CHUNK, decode_content=True):
            size += len(chunk)
            if size > limit:
                raise HttpPageTooLarge(place=self.place, limit_mb=self._limits.http_page_mb)
            parts.append(chunk)
        return b"".join(parts)

    def _document(self, body: bytes) -> Any:
        text = decoded(body)
        if text is None or not text.strip():
            raise HttpNotJson(place=self.place)
        try:
            document = parse_json(text.strip(), name=self.place)
        except JsonInvalid as error:
            # Without a length nothing but the missing end shows that an answer broke off.
            if text.lstrip()[0] in "{[" and _ends_early(error.__cause__, text.strip()):
                raise HttpCutOff(place=self.place) from error
            raise HttpNotJson(place=self.place) from error
        checked(document, self._interface, self.place)
        return document


def _ends_early(fault: BaseException | None, text: str) -> bool:
    unfinished = isinstance(fault, json.JSONDecodeError) and fault.pos >= len(text)
    return unfinished or text[-1] not in "}]"


def with_query(url: str, query: str) -> str:
    return f"{url}{'&' if '?' in url else '?'}{query}" if query else url


def origin_of(address: str) -> tuple[str, str, int]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname or "", parts.port or PORTS.get(parts.scheme, 0)


def place_of(address: str) -> str:
    """Host and port of an address: its path and parameters may hold a key."""
    try:
        parts = urlsplit(address if "://" in address else f"//{address}")
        port = f":{parts.port}" if parts.port else ""
    except ValueError:
        return ""
    return f"{parts.hostname or ''}{port}"[:120]


def seconds_of(retry_after: str) -> float | None:
    """The header Retry-After (RFC 9110 §10.2.3), seconds or a date; None where it says nothing."""
    if retry_after.strip().isdecimal():
        return float(retry_after)
    try:
        return max(0.0, parsedate_to_datetime(retry_after).timestamp() - time.time())
    except (TypeError, ValueError):
        return None
