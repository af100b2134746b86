"""From bytes to text and JSON: what a body is, is seen in it and not in what its sender says."""

import codecs
import json
import re
from typing import Any, Final

from jutong.dataflow.catalogues.errors import CatalogueUnreadable
from jutong.dataflow.catalogues.fetching import Fetched

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# A list of JSON and a nameless node of Turtle begin alike.
_JSON: Final = re.compile(rb"\{|\[\s*(?:[{\[\"\d-]|null|true|false|\]\s*\Z)")


def notation(fetched: Fetched) -> str:
    """`json`, `xml` or `turtle`.

    Raises:
        CatalogueUnreadable: nothing came, or a page for people.
    """
    start = _without_bom(fetched.body).lstrip()[:2000].lower()
    if not start:
        raise unreadable(fetched.address, "内容为空", "it is empty")
    if start.startswith((b"<!doctype html", b"<html")) or b"<html" in start:
        raise unreadable(fetched.address, "返回的是网页而不是目录数据", "it is a page for people, not data")
    if _JSON.match(start):
        return "json"
    if start.startswith((b"<?xml", b"<rdf:", b"<!--", b"<!doctype")) or b"rdf:rdf" in start:
        return "xml"
    return "turtle"


def _without_bom(body: bytes) -> bytes:
    for bom, encoding in _BOMS:
        if body.startswith(bom):
            return body if encoding == "utf-8-sig" and not body[len(bom) :] else _as_utf8(body, encoding)
    return body


def _as_utf8(body: bytes, encoding: str) -> bytes:
    return body.decode(encoding, errors="replace").encode()


def text_of(fetched: Fetched) -> str:
    """The body as text: UTF-8 or as its mark says, else GB 18030 (国家标准 GB 18030-2022)."""
    body = _without_bom(fetched.body)
    for encoding in ("utf-8", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise unreadable(fetched.address, "字符编码无法识别", "its character encoding is unknown")


def json_of(fetched: Fetched) -> Any:
    """The body as JSON; numbers that are none become null.

    Raises:
        CatalogueUnreadable: it is no JSON, or nested beyond reason.
    """
    if notation(fetched) != "json":
        raise unreadable(fetched.address, "不是 JSON", "it is no JSON")
    try:
        return json.loads(text_of(fetched), parse_constant=lambda _: None)
    except (ValueError, RecursionError) as error:
        place = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else "嵌套过深或数字过大"
        where = f"line {error.lineno}" if isinstance(error, json.JSONDecodeError) else "nesting or a number"
        raise unreadable(fetched.address, f"JSON 有误（{place}）", f"the JSON is broken ({where})") from error


def canonical(value: Any) -> str:
    """JSON with sorted keys, ASCII alone: halves of characters are kept as escapes."""
    return json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))


def unreadable(address: str, reason_zh: str, reason_en: str) -> CatalogueUnreadable:
    return CatalogueUnreadable(address=address[:200], reason_zh=reason_zh, reason_en=reason_en)
