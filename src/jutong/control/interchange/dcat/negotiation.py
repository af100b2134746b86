"""Which notation a reader wants, and a document with the tag by which it is known again."""

import hashlib
from collections.abc import Iterable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers

from jutong.control.interchange.dcat.nodes import Node
from jutong.control.interchange.dcat.writing import WRITERS

HTML = "text/html"


def wanted_ending(request: HttpRequest) -> str:
    """`ttl`, `jsonld`, or "" for a reader who would rather have a page; by the Accept header."""
    offered = {writer.media_type: ending for ending, writer in WRITERS.items()}
    preferred = request.get_preferred_type([HTML, *offered, "application/json"])
    if preferred == "application/json":
        return "jsonld"
    return offered.get(preferred or "", "" if preferred == HTML else "ttl")


def answer(request: HttpRequest, nodes: Iterable[Node], ending: str) -> HttpResponse:
    """The document, or 304 where the reader has this very one."""
    writer = WRITERS[ending]
    body = "".join(writer.write(nodes)).encode()
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    if tag in request.headers.get("If-None-Match", ""):
        response = HttpResponse(status=304)
    else:
        response = HttpResponse(body, content_type=f"{writer.media_type}; charset=utf-8")
    response.headers["ETag"] = tag
    patch_vary_headers(response, ["Accept"])
    return response
