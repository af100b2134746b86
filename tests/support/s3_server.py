"""S3 on loopback in this process, as much as reading takes: lists and gives objects, and verifies every signature."""

import hashlib
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from minio.credentials import Credentials
from minio.signer import sign_v4_s3

ACCESS, SECRET = "city-reader", "合成密钥-secret"
BUCKET = "deliveries"


@dataclass(slots=True)
class S3Server:
    port: int = 0
    objects: dict[str, bytes] = field(default_factory=dict)
    forbidden: set[str] = field(default_factory=set)
    page: int = 2
    """Objects of one answer: a listing has several pages."""

    def options(self, **options: Any) -> dict[str, Any]:
        known = {"endpoint": f"http://127.0.0.1:{self.port}", "bucket": BUCKET}
        return {**known, "access_key": ACCESS, "secret_key": SECRET, **options}


@contextmanager
def s3_server() -> Iterator[S3Server]:
    state = S3Server()

    class Handler(_Handler):
        server_state = state

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(10)


class _Handler(BaseHTTPRequestHandler):
    server_state: S3Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """Silent."""

    def do_GET(self) -> None:
        wrong = self._signature_wrong()
        if wrong:
            return self._fail(403, wrong)
        parts = urlsplit(self.path)
        bucket, _, key = unquote(parts.path).lstrip("/").partition("/")
        if bucket != BUCKET:
            return self._fail(404, "NoSuchBucket")
        if not key:
            return self._list(parse_qs(parts.query))
        if key in self.server_state.forbidden:
            return self._fail(403, "AccessDenied")
        if key not in self.server_state.objects:
            return self._fail(404, "NoSuchKey")
        content = self.server_state.objects[key]
        return self._send(200, content, etag=_etag(content))

    def _list(self, query: dict[str, list[str]]) -> None:
        prefix = query.get("prefix", [""])[0]
        after = query.get("continuation-token", [""])[0]
        delimiter = query.get("delimiter", [""])[0]
        found = sorted(
            key
            for key in self.server_state.objects
            if key.startswith(prefix) and key > after and not (delimiter and delimiter in key[len(prefix) :])
        )
        page, more = found[: self.server_state.page], found[self.server_state.page :]
        contents = "".join(
            f"<Contents><Key>{escape(key)}</Key><LastModified>2024-01-01T00:00:00.000Z</LastModified>"
            f"<ETag>&quot;{_etag(self.server_state.objects[key])}&quot;</ETag>"
            f"<Size>{len(self.server_state.objects[key])}</Size></Contents>"
            for key in page
        )
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        self._send(
            200,
            f'<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>{BUCKET}</Name>'
            f"<IsTruncated>{str(bool(more)).lower()}</IsTruncated>{token}{contents}</ListBucketResult>".encode(),
        )

    def _signature_wrong(self) -> str:
        """The error's code; empty where the request is signed as AWS4-HMAC-SHA256 asks."""
        given = self.headers.get("Authorization", "")
        match = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=([^/]+)/\d{8}/([^/]+)/s3/aws4_request, SignedHeaders=([^,]+), Signature=\w+",
            given,
        )
        if match is None:
            return "AccessDenied"
        if match[1] != ACCESS:
            return "InvalidAccessKeyId"
        signed = {name: self.headers[name] for name in match[3].split(";")}
        if not {"host", "x-amz-date"} <= {name.lower() for name in signed}:
            return "AccessDenied"
        again = sign_v4_s3(
            method=self.command,
            url=urlsplit(f"http://{self.headers['Host']}{self.path}"),
            region=match[2],
            headers=signed,
            credentials=Credentials(ACCESS, SECRET),
            content_sha256=self.headers.get("x-amz-content-sha256", hashlib.sha256(b"").hexdigest()),
            date=datetime.strptime(self.headers["x-amz-date"], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC),
        )
        return "" if again["Authorization"] == given else "SignatureDoesNotMatch"

    def _fail(self, status: int, code: str) -> None:
        body = f"<Error><Code>{code}</Code><Message>{code}</Message><Resource>/</Resource></Error>"
        self._send(status, body.encode())

    def _send(self, status: int, body: bytes, *, etag: str = "") -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/octet-stream" if etag else "application/xml")
        self.send_header("Content-Length", str(len(body)))
        if etag:
            self.send_header("ETag", f'"{etag}"')
        self.end_headers()
        self.wfile.write(body)


def _etag(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
