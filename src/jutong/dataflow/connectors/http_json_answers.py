"""What stands in an interface's answer: its own code, its total, its records."""

import re
from typing import Any

from jutong.dataflow.connectors.errors import RecordsMissing
from jutong.dataflow.connectors.http_json_errors import HttpBusy, HttpCode, HttpFailing, HttpRefused
from jutong.dataflow.connectors.http_json_options import Interface
from jutong.dataflow.connectors.json_records import at_path, find_records
from jutong.dataflow.connectors.json_values import value_text

_NOT_CODE = re.compile(r"[^\w.-]")


def decoded(body: bytes) -> str | None:
    """UTF-8, else GB18030, as older systems answer; None for neither."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return body.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None


def checked(document: Any, interface: Interface, place: str) -> None:
    """Raises where the answer's own code is none of success; codes that are numbers of HTTP mean the same."""
    try:
        said = value_text(at_path(document, interface.code)) if interface.code else None
    except KeyError:
        return
    if said is None or said in interface.code_ok:
        return
    status = _NOT_CODE.sub("", said)[:32]
    if status in {"401", "403"}:
        raise HttpRefused(place=place, status=status)
    if status == "429":
        raise HttpBusy(place=place, status=status, seconds=None)
    if status in {"500", "502", "503", "504"}:
        raise HttpFailing(place=place, status=status)
    raise HttpCode(place=place, status=status)


def records_path(document: Any, path: str, place: str) -> str:
    """Where the records are: what was said, else where the first page has its longest list.

    Raises:
        RecordsMissing: nothing there is a list of records.
    """
    try:
        found = find_records(document, path)
    except KeyError as error:
        if path and _nothing(document, path):
            return path
        raise RecordsMissing(name=place, path=path or "/") from error
    if found.form == "single" and not path:
        raise RecordsMissing(name=place, path="/")
    return path or found.path


def records_at(document: Any, path: str, place: str) -> list[Any]:
    """The records of a page; null and an empty list or object are an empty page.

    Raises:
        RecordsMissing: nothing stands there.
    """
    try:
        value = at_path(document, path)
        return find_records(document, path).items if value not in (None, [], {}, "") else []
    except KeyError as error:
        raise RecordsMissing(name=place, path=path or "/") from error


def _nothing(document: Any, path: str) -> bool:
    try:
        return at_path(document, path) in (None, [], {}, "")
    except KeyError:
        return False


def total_in(document: Any, path: str) -> int | None:
    """The announced number of records; None where the answer has none."""
    if not path:
        return None
    try:
        said = value_text(at_path(document, path)) or ""
    except KeyError:
        return None
    return int(said) if said.isdecimal() else None
