"""Keyset paging: a page ends with an opaque cursor that says after which keys the next one begins."""

import base64
import binascii
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from jutong.kernel.errors import JutongError

Row = TypeVar("Row")

DEFAULT_LIMIT: Final = 20
MAX_LIMIT: Final = 200


class CursorInvalid(JutongError):
    code = "paging.cursor_invalid"
    zh = "分页游标无效。请从第一页重新开始，并原样使用上一页返回的 next_cursor。"
    en = (
        "The paging cursor is not valid. Start again from the first page and pass next_cursor back unchanged."
    )


class LimitInvalid(JutongError):
    code = "paging.limit_invalid"
    zh = "每页条数必须是 1 到 {maximum} 的整数。请修改 limit 后重试。"
    en = "The page size must be a whole number from 1 to {maximum}. Change limit and try again."


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    rows: tuple[Row, ...]
    next_cursor: str | None = None


def parse_limit(text: str | None, *, default: int = DEFAULT_LIMIT, maximum: int = MAX_LIMIT) -> int:
    """The page size asked for.

    Raises:
        LimitInvalid: not a whole number from 1 to `maximum`.
    """
    if text is None or text == "":
        return default
    # Not cut short before it is read: zeros in front could hide a number of any size behind them.
    if not (
        text.isascii() and text.isdigit() and len(text) <= len(str(maximum)) and 1 <= int(text) <= maximum
    ):
        raise LimitInvalid(maximum=maximum)
    return int(text)


def encode_cursor(keys: Sequence[str | int | None]) -> str:
    """An opaque, URL-safe text for the sort keys of a page's last row."""
    raw = json.dumps(list(keys), ensure_ascii=False, separators=(",", ":")).encode()
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decode_cursor(cursor: str, *, width: int) -> tuple[str | int | None, ...]:
    """The sort keys within `cursor`.

    Raises:
        CursorInvalid: the text is no cursor of `width` keys.
    """
    try:
        keys: Any = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise CursorInvalid from error
    if not isinstance(keys, list) or len(keys) != width or not all(map(_is_key, keys)):
        raise CursorInvalid
    return tuple(keys)


def decode_numbers(cursor: str, *, width: int) -> tuple[int, ...]:
    """The keys within `cursor`, where each is a number, as of rows.

    Raises:
        CursorInvalid: the text is no cursor of `width` numbers.
    """
    numbers = tuple(key for key in decode_cursor(cursor, width=width) if isinstance(key, int))
    if len(numbers) != width:
        raise CursorInvalid
    return numbers


def _is_key(key: object) -> bool:
    """A text, nothing, or a number that a database takes (64 bits)."""
    if isinstance(key, int) and not isinstance(key, bool):
        return -(1 << 63) <= key < 1 << 63
    return key is None or isinstance(key, str)
