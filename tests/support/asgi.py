"""A small client that calls an ASGI application in this process, from ordinary (not async) tests."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self


@dataclass(frozen=True)
class Response:
    status: int
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class AsgiClient:
    """Starts the application's lifespan on entry and ends it on exit."""

    def __init__(self, application: Any) -> None:
        self.application = application
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        self._to_application: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._from_application: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._lifespan = self._loop.create_task(
            self.application({"type": "lifespan"}, self._to_application.get, self._from_application.put)
        )
        started = self._exchange("lifespan.startup")
        assert started["type"] == "lifespan.startup.complete", started
        return self

    def __exit__(self, *failure: object) -> None:
        self._exchange("lifespan.shutdown")
        self._loop.run_until_complete(self._lifespan)
        self._loop.run_until_complete(asyncio.sleep(0))
        self._loop.close()

    def _exchange(self, kind: str) -> dict[str, Any]:
        async def exchange() -> dict[str, Any]:
            await self._to_application.put({"type": kind})
            return await self._from_application.get()

        return self._loop.run_until_complete(exchange())

    def request(
        self,
        method: str,
        path: str,
        *,
        query: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
        body: bytes | list[bytes] = b"",
    ) -> Response:
        return self._loop.run_until_complete(self.send(method, path, query=query, headers=headers, body=body))

    async def send(
        self,
        method: str,
        path: str,
        *,
        query: str | bytes = b"",
        headers: Mapping[str, str] | None = None,
        body: bytes | list[bytes] = b"",
    ) -> Response:
        chunks = list(body) if isinstance(body, list) else [body]
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            if not chunks:
                return {"type": "http.disconnect"}
            return {"type": "http.request", "body": chunks.pop(0), "more_body": bool(chunks)}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query.encode() if isinstance(query, str) else query,
            "headers": [(n.lower().encode(), v.encode("latin-1")) for n, v in (headers or {}).items()],
        }
        await self.application(scope, receive, send)
        start, *rest = sent
        return Response(
            status=start["status"],
            headers={name.decode(): value.decode() for name, value in start["headers"]},
            body=b"".join(part.get("body", b"") for part in rest),
        )

    def run(self, coroutine: Any) -> Any:
        return self._loop.run_until_complete(coroutine)
