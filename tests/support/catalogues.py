"""Other platforms' catalogues on a loopback server: pages by path, counted, slow or lying when a test wants it."""

import gzip
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from jutong.dataflow.catalogues import AddressGuard, CatalogueSettings, Fetcher

LOOPBACK = "127.0.0.0/8"


@dataclass(slots=True)
class Answer:
    """What a path is answered with."""

    body: bytes = b""
    content_type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    pause_s: float = 0.0
    """Before each kilobyte."""


@dataclass(slots=True)
class Site:
    """A made-up platform; `answers[path]` may be changed between two visits."""

    root: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    before: Callable[[str], None] = lambda _path: None

    def put(self, path: str, body: Any, content_type: str = "application/json", **more: Any) -> None:
        if isinstance(body, str):
            data = body.encode("utf-8", "surrogatepass")
        else:
            data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.answers[path] = Answer(data, content_type, **more)

    def put_packed(self, path: str, body: bytes, content_type: str = "application/json") -> None:
        self.put(path, gzip.compress(body), content_type, headers={"Content-Encoding": "gzip"})


@contextmanager
def a_site() -> Iterator[Site]:
    """A server on a free loopback port until the block ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            site.asked.append(self.path)
            site.before(self.path)
            answer = site.answers.get(self.path, Answer(status=404))
            tag = answer.headers.get("ETag")
            if tag and self.headers.get("If-None-Match") == tag:
                answer = Answer(status=304)
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(answer.body)))
            self.end_headers()
            try:
                for start in range(0, len(answer.body), 1024 if answer.pause_s else 1 << 20):
                    time.sleep(answer.pause_s)
                    self.wfile.write(answer.body[start : start + (1024 if answer.pause_s else 1 << 20)])
                    self.wfile.flush()
            except OSError:
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Says nothing: a test reads what it needs from `asked`."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    site.root = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def a_fetcher(files: Path | None = None, **options: Any) -> Fetcher:
    """A fetcher that may go to the loopback server."""
    settings = CatalogueSettings(allowed_networks=LOOPBACK, **options)
    return Fetcher(AddressGuard.parse(settings.allowed_networks), settings, files)


def a_dataset(number: int, **changes: Any) -> dict[str, Any]:
    """A dataset of a data.json that lacks nothing."""
    return {
        "title": f"Parks of district {number}",
        "description": f"Every park of district {number}, with its size.",
        "keyword": ["parks", "green"],
        "modified": "2024-05-01",
        "publisher": {"name": "Parks office"},
        "contactPoint": {"fn": "Data desk", "hasEmail": "mailto:desk@example.org"},
        "identifier": f"parks-{number}",
        "accessLevel": "public",
        "accrualPeriodicity": "R/P1M",
        "theme": ["Environment"],
        "distribution": [{"downloadURL": f"https://data.example.org/{number}.csv", "mediaType": "text/csv"}],
    } | changes


def a_package(number: int, **changes: Any) -> dict[str, Any]:
    """A package of CKAN that lacks nothing."""
    return {
        "id": f"0000-{number}",
        "name": f"parks-{number}",
        "title": f"Parks of district {number}",
        "notes": f"Every park of district {number}, with its size.",
        "organization": {"title": "Parks office"},
        "maintainer": "Data desk",
        "maintainer_email": "desk@example.org",
        "metadata_created": "2024-01-01T00:00:00.000000",
        "metadata_modified": "2024-05-01T00:00:00.000000",
        "license_title": "CC-BY-4.0",
        "tags": [{"display_name": "parks"}, {"name": "green"}],
        "groups": [{"title": "Environment"}],
        "extras": [{"key": "frequency", "value": "monthly"}],
        "resources": [{"name": "CSV", "format": "CSV", "url": f"https://data.example.org/{number}.csv"}],
    } | changes


def turtle(*numbers: int, following: str = "", total: int | None = None) -> str:
    """A DCAT catalogue of datasets without a fault."""
    parts = [
        "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .",
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .",
        "@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .",
        "<http://data.example.org/> a dcat:Catalog .",
    ]
    parts += [
        f"""
<http://data.example.org/dataset/{number}> a dcat:Dataset ;
  dct:title "Parks of district {number}"@en ; dct:description "Every park of district {number}."@en ;
  dct:publisher [ a foaf:Agent ; foaf:name "Parks office" ] ;
  dcat:contactPoint [ a vcard:Kind ; vcard:fn "Data desk" ; vcard:hasEmail <mailto:desk@example.org> ] ;
  dct:modified "2024-05-01" ; dcat:keyword "parks", "green" ;
  dct:accrualPeriodicity <http://publications.europa.eu/resource/authority/frequency/MONTHLY> ;
  dcat:theme <http://publications.europa.eu/resource/authority/data-theme/ENVI> ;
  dct:accessRights <http://publications.europa.eu/resource/authority/access-right/PUBLIC> ;
  dcat:distribution [ a dcat:Distribution ; dct:title "CSV" ;
    dcat:accessURL <https://data.example.org/{number}.csv> ;
    dcat:mediaType <https://www.iana.org/assignments/media-types/text/csv> ] ."""
        for number in numbers
    ]
    if following:
        parts.append(f"<#view> a hydra:PartialCollectionView ; hydra:next <{following}> .")
    if total is not None:
        parts.append(f"<http://data.example.org/> hydra:totalItems {total} .")
    return "\n".join(parts)
