"""A department's JSON interface on loopback: pages of records in the styles that portals publish, with faults."""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

LOOPBACK = "127.0.0.0/8"
SECRET = "s3cret-of-the-interface"
CLIENT = "client-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any = None


@dataclass(slots=True, kw_only=True)
class Said:
    """`cut` sends so many bytes of the body and hangs up; `drip_s` passes between two of its bytes."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: int | None = None
    pause_s: float = 0.0
    drip_s: float = 0.0


@dataclass(slots=True)
class JsonInterface:
    """`answer` may be changed between two readings."""

    root: str = ""
    answer: Callable[[Asked], Said] = lambda _asked: Said(status=404)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def json_interface() -> Iterator[JsonInterface]:
    """A server on a free loopback port until the block ends."""
    interface = JsonInterface()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._serve(None)

        def do_POST(self) -> None:
            self._serve(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def _serve(self, body: Any) -> None:
            parts = urlsplit(self.path)
            asked = Asked(
                path=parts.path, query=dict(parse_qsl(parts.query)), headers=dict(self.headers), body=body
            )
            interface.asked.append(asked)
            said = interface.answer(asked)
            time.sleep(said.pause_s)
            data = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            try:
                self.send_response(said.status)
                for name, value in said.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(data)))
                self.end_headers()
                for at in range(len(data) if said.drip_s else 0):
                    self.wfile.write(data[at : at + 1])
                    time.sleep(said.drip_s)
                if not said.drip_s:
                    self.wfile.write(data[: said.cut])
            except OSError:  # the reader has left
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Says nothing: a test reads what it needs from `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    interface.root = f"http://127.0.0.1:{server.server_port}"
    try:
        yield interface
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def records(count: int) -> list[dict[str, Any]]:
    return [{"bh": f"{number:05}", "mc": f"合成{number}", "gx": _moment(number)} for number in range(count)]


def _moment(number: int) -> str:
    return f"2024-05-{1 + number // 1440 % 28:02} {number // 60 % 24:02}:{number % 60:02}:00"


def signed(asked: Asked) -> bool:
    """Whether the request carries the headers of 山东省's gateway, made with our secret."""
    sent = asked.headers
    text = f"{sent.get('X-Client-Id')}{sent.get('X-Timestamp')}{sent.get('X-Nonce')}"
    good = hmac.new(SECRET.encode(), text.encode(), hashlib.sha256).digest()
    fresh = abs(time.time() * 1000 - int(sent.get("X-Timestamp", "0"))) < 600_000
    return fresh and sent.get("X-Signature") == base64.b64encode(good).decode()
