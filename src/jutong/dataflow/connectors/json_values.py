"""JSON as the platform reads it: numbers keep the digits they were written with; nested values become text."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Self

from jutong.dataflow.connectors.encoding import TextFacts, open_utf8, scan_text
from jutong.dataflow.connectors.errors import JsonInvalid
from jutong.dataflow.connectors.settings import ReadLimits

_MAX_DEPTH: Final = 8


class WrittenFloat(float):
    """A number that remembers how it was written: 1.10 stays 1.10."""

    __slots__ = ("text",)
    text: str

    def __new__(cls, text: str) -> Self:
        number = super().__new__(cls, text)
        number.text = text
        return number


class WrittenInt(str):
    """The digits of an integer, however many: Python's own limit on digits would refuse some."""

    __slots__ = ()


def _parse_int(text: str) -> Any:
    return int(text) if len(text) < 400 else WrittenInt(text)


def load_json(path: Path, limits: ReadLimits) -> tuple[Any, TextFacts]:
    """The whole document and how its text is encoded.

    Raises:
        JsonInvalid: it is no JSON; says where.
    """
    # A document in one line is usual, so the line limit does not apply here: the size limit does.
    facts = scan_text(path, max_line_bytes=limits.max_json_mb << 20)
    with open_utf8(path, facts, skip_bytes=0) as stream:
        text = stream.read().decode()
    return parse_json(text, name=path.name), facts


def parse_json(text: str, *, name: str, line: int = 0) -> Any:
    """Raises `JsonInvalid`, at `line` where the text is one line of a file."""
    try:
        return json.loads(text, parse_float=WrittenFloat, parse_int=_parse_int, parse_constant=_no_constant)
    except json.JSONDecodeError as error:
        raise JsonInvalid(name=name, line=line or error.lineno, column=error.colno) from error
    except (RecursionError, ValueError) as error:
        raise JsonInvalid(name=name, line=line or 1, column=1) from error


def _no_constant(text: str) -> Any:
    # NaN and Infinity are no JSON, yet pandas and JavaScript write them.
    return None if text == "NaN" else text


def value_text(value: Any) -> str | None:
    """The value as text: null and '' are null, true is `true`, lists and objects are JSON."""
    if value is None or value == "":
        return None
    if isinstance(value, str):
        # Half of a surrogate pair is no character; what stands there was lost before it came to us.
        return value if value.isascii() else value.encode("utf-8", "replace").decode()
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, WrittenFloat):
        return value.text
    if isinstance(value, int | float):
        return str(value)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def flatten(record: Mapping[str, Any], prefix: str = "", depth: int = 0) -> Iterator[tuple[str, str | None]]:
    """(dotted name, text) of each value; nested objects are opened, lists are kept as JSON text."""
    for key, value in record.items():
        name = f"{prefix}{key}"
        if isinstance(value, dict) and value and depth < _MAX_DEPTH:
            yield from flatten(value, f"{name}.", depth + 1)
        else:
            yield name, value_text(value)
