"""The gateway as a raw ASGI application: routes, bodies, the one error shape, health and metrics."""

import asyncio
import contextlib
import logging
import re
import shutil
import traceback
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from jutong.dataflow.serving import SnapshotStore
from jutong.evidence import EvidenceSettings, open_writer
from jutong.gateway.calls import LOOKUP, VERIFICATION, Desk, Request, answer_call, seconds_to_midnight
from jutong.gateway.errors import (
    BodyTooLarge,
    GatewayFault,
    MethodNotAllowed,
    PathUnknown,
    QuotaExceeded,
    RateExceeded,
    http_status,
)
from jutong.gateway.metrics import Metrics
from jutong.gateway.policy import PolicyFile
from jutong.gateway.settings import GatewaySettings
from jutong.gateway.shared import NonceTable, UsageTable
from jutong.kernel.clock import Clock, SystemClock
from jutong.kernel.crypto import provider
from jutong.kernel.crypto.keys import platform_key
from jutong.kernel.errors import ErrorKind, JutongError, Language
from jutong.kernel.home import DataHome
from jutong.kernel.ids import new_id

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]

DIGEST_KEY: Final = "evidence-digest"
_ROUTE: Final = re.compile(r"/gateway/api/1/([a-z0-9][a-z0-9_-]{0,63})(/verification)?")
_SAVE_SECONDS: Final = 5.0
_log = logging.getLogger(__name__)
_encode = msgspec.json.Encoder().encode


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    content_type: bytes = b"application/json; charset=utf-8"


class Gateway:
    """The ASGI application of one gateway process; it opens its stores when the server starts it."""

    def __init__(
        self,
        home: DataHome,
        *,
        clock: Clock | None = None,
        settings: GatewaySettings | None = None,
        evidence_settings: EvidenceSettings | None = None,
    ) -> None:
        self.home = home
        self._clock = clock or SystemClock()
        self._settings = settings or GatewaySettings()
        self._evidence_settings = evidence_settings
        self._desk: Desk | None = None
        self._saving: asyncio.Task[None] | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._answer_http(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _live(self, receive: Receive, send: Send) -> None:
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                try:
                    self.open()
                except (JutongError, OSError) as error:
                    _log.exception("the gateway cannot start")
                    await send({"type": "lifespan.startup.failed", "message": str(error)})
                    return
                self._saving = asyncio.create_task(self._save_metrics())
                await send({"type": "lifespan.startup.complete"})
            elif message["type"] == "lifespan.shutdown":
                if self._saving is not None:
                    self._saving.cancel()
                await asyncio.to_thread(self.close)
                await send({"type": "lifespan.shutdown.complete"})
                return

    def open(self) -> Desk:
        """Open the stores of this process; safe to call again."""
        if self._desk is None:
            self.home.create()
            evidence = open_writer(self.home, "gateway", settings=self._evidence_settings)
            folder = self.home.root / "gateway"
            self._desk = Desk(
                policy=PolicyFile(self.home),
                snapshots=SnapshotStore(self.home.serving),
                nonces=NonceTable(folder / "nonces.table", megabytes=self._settings.nonce_megabytes),
                usage=UsageTable(folder / "usage.table"),
                evidence=evidence,
                metrics=Metrics(folder, evidence.writer_id),
                suite=provider("gm"),
                digest_key=platform_key(self.home, DIGEST_KEY, size=32),
                clock=self._clock,
                settings=self._settings,
            )
        return self._desk

    def close(self) -> None:
        """Seal the evidence and let the stores go."""
        desk, self._desk = self._desk, None
        if desk is not None:
            desk.evidence.close()
            desk.snapshots.close()
            desk.nonces.close()
            desk.usage.close()
            desk.metrics.save()

    async def _save_metrics(self) -> None:
        while True:
            await asyncio.sleep(_SAVE_SECONDS)
            if self._desk is not None:
                with contextlib.suppress(OSError):
                    self._desk.metrics.save()

    async def _answer_http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = dict(scope["headers"])
        request_id = new_id("req")
        language = preferred_language(headers.get(b"accept-language", b""))
        try:
            answer = await self._route(scope, headers, receive, request_id)
        except JutongError as error:
            answer = self._refusal(error, language, request_id)
        except Exception as error:  # noqa: BLE001 - whatever it is, the caller gets the one error shape
            # Where it happened, not what it says: the text of an exception may hold a value.
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error(
                "%s failed: %s at %s:%s", request_id, type(error).__name__, place.filename, place.lineno
            )
            answer = self._refusal(GatewayFault(), language, request_id)
        if answer is not None:
            await _send(send, answer, request_id)

    async def _route(
        self, scope: Scope, headers: Mapping[bytes, bytes], receive: Receive, request_id: str
    ) -> Answer | None:
        """The answer; None when the caller has gone."""
        desk, path, method = self.open(), scope["path"], scope["method"]
        route = _ROUTE.fullmatch(path)
        if route is None:
            if method not in {"GET", "HEAD"} and path in _PLAIN_PATHS:
                raise MethodNotAllowed(allowed="GET")
            return self._plain(path, desk)
        operation = VERIFICATION if route[2] else LOOKUP
        allowed = ("POST",) if route[2] else ("GET", "POST")
        if method not in allowed:
            raise MethodNotAllowed(allowed=", ".join(allowed))
        body = await self._read_body(headers, receive) if method == "POST" else b""
        if body is None:
            return None
        request = Request(request_id, route[1], operation, headers, scope["query_string"], body)
        data = await answer_call(request, desk)
        return Answer(200, _encode({"code": "ok", "data": data, "request_id": request_id}))

    async def _read_body(self, headers: Mapping[bytes, bytes], receive: Receive) -> bytes | None:
        maximum = self._settings.body_bytes
        declared = headers.get(b"content-length", b"0")
        if not declared.isdigit() or int(declared[:12]) > maximum:
            raise BodyTooLarge(maximum=maximum)
        body = b""
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return None
            body += bytes(message.get("body", b""))
            if len(body) > maximum:
                raise BodyTooLarge(maximum=maximum)
            if not message.get("more_body", False):
                return body

    def _plain(self, path: str, desk: Desk) -> Answer:
        if path == "/healthz":
            return Answer(200, b'{"status":"ok"}')
        if path == "/readyz":
            checks = self._checks(desk)
            ready = not any(checks.values())
            return Answer(
                200 if ready else 503,
                _encode({"ready": ready, "faults": {k: v for k, v in checks.items() if v}}),
            )
        if path == "/metrics":
            policy = desk.policy.current()
            gauges = [
                (
                    "jutong_gateway_ready",
                    "Whether calls can be answered.",
                    float(not any(self._checks(desk).values())),
                ),
                (
                    "jutong_gateway_policy_version",
                    "Version of the policy obeyed.",
                    float(policy.version if policy else 0),
                ),
            ]
            text = desk.metrics.render(gauges).encode()
            return Answer(200, text, content_type=b"text/plain; version=0.0.4; charset=utf-8")
        raise PathUnknown

    def _checks(self, desk: Desk) -> dict[str, str]:
        """What is wrong, by store; empty texts when nothing is."""
        loaded = desk.policy.current() is not None
        free = shutil.disk_usage(self.home.root).free
        least = self._settings.least_free_megabytes * 1_000_000
        return {
            "policy": desk.policy.fault if desk.policy.fault or not loaded else "",
            "evidence": "" if desk.evidence.healthy else "the evidence cannot be written",
            "disk": "" if free >= least else "too little free disk space",
        }

    def _refusal(self, error: JutongError, language: Language, request_id: str) -> Answer:
        headers: list[tuple[bytes, bytes]] = []
        if error.kind is ErrorKind.UNAUTHENTICATED:
            headers.append((b"www-authenticate", b'Jutong-HMAC realm="gateway"'))
        if isinstance(error, MethodNotAllowed):
            headers.append((b"allow", str(error.detail["allowed"]).encode()))
        if isinstance(error, RateExceeded):
            headers.append((b"retry-after", b"1"))
        if isinstance(error, QuotaExceeded):
            headers.append((b"retry-after", str(seconds_to_midnight(self._clock)).encode()))
        return Answer(http_status(error), _encode(error.as_dict(language, request_id)), tuple(headers))


_PLAIN_PATHS: Final = frozenset({"/healthz", "/readyz", "/metrics"})


def preferred_language(accept: bytes) -> Language:
    """Chinese, unless English is asked for before it."""
    for part in accept.decode("latin-1").lower().split(","):
        if part.strip().startswith("zh"):
            return "zh"
        if part.strip().startswith("en"):
            return "en"
    return "zh"


async def _send(send: Send, answer: Answer, request_id: str) -> None:
    headers = [
        (b"content-type", answer.content_type),
        (b"content-length", str(len(answer.body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"x-request-id", request_id.encode()),
        *answer.headers,
    ]
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    await send({"type": "http.response.body", "body": answer.body})
