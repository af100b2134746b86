"""Lists of resources that do not follow the template: opened as a table of texts, whatever their format."""

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import StringIO
from typing import Any, Final

from jutong.control.interchange.cells import CellFault, text_of
from jutong.control.interchange.errors import ListUnreadable, NotExcel, WorkbookTooLarge
from jutong.control.interchange.files import (
    COLUMN_LIMIT,
    FILE_LIMIT,
    MB,
    ROW_LIMIT,
    Grid,
    is_workbook,
    open_grids,
)

_ENCODINGS: Final = ("utf-8-sig", "gb18030")
_SEPARATORS: Final = ",\t;|"
_MARKUP: Final = ("<html", "<!doctype", "<table", "<?xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignList:
    """Rows of texts; `first_row` is the number of the first of them in the file (1 is the first line)."""

    sheet: str
    headers: tuple[str, ...]
    """"" throughout where the list has no header row."""
    rows: tuple[tuple[str, ...], ...]
    first_row: int


def open_list(content: bytes) -> Sequence[Sequence[str]]:
    """The table in the file, header and all: of a workbook its longest visible sheet, of JSON its longest list.

    Raises:
        NotExcel, ListUnreadable, WorkbookDamaged, WorkbookEncrypted, WorkbookTooLarge
    """
    if is_workbook(content):
        return _of_grids(open_grids(content))
    if len(content) > FILE_LIMIT:
        raise WorkbookTooLarge(
            what_zh=f"文件超过 {FILE_LIMIT // MB} MB", what_en=f"it exceeds {FILE_LIMIT // MB} MB"
        )
    text = _decoded(content)
    if text.lstrip()[:10].lower().startswith(_MARKUP):
        raise NotExcel
    table = _of_json(text) if text.lstrip()[:1] in {"{", "["} else _of_csv(text)
    if len(table) > ROW_LIMIT or any(len(row) > COLUMN_LIMIT for row in table):
        raise WorkbookTooLarge(
            what_zh=f"超出 {ROW_LIMIT} 行 × {COLUMN_LIMIT} 列",
            what_en=f"it exceeds {ROW_LIMIT} rows × {COLUMN_LIMIT} columns",
        )
    return table


def _of_grids(grids: Mapping[str, Grid]) -> Sequence[Sequence[str]]:
    visible = [grid for grid in grids.values() if not grid.hidden and grid.rows]
    if not visible:
        raise _unreadable("工作簿中没有可见的内容", "no visible sheet holds anything")
    longest = max(visible, key=lambda grid: len(grid.rows))
    return [[_text(cell) for cell in row] for row in longest.rows]


def _text(raw: object) -> str:
    try:
        return text_of(raw)
    except CellFault:
        return ""  # a long number whose digits are lost names nothing


def _decoded(content: bytes) -> str:
    if b"\x00" in content[:4096]:
        raise NotExcel
    for encoding in _ENCODINGS:
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable("文字编码无法识别，请另存为 UTF-8", "its encoding is unknown, save it as UTF-8")


def _of_csv(text: str) -> Sequence[Sequence[str]]:
    head = text[: 64 * 1024].splitlines()[:20]
    separator = max(_SEPARATORS, key=lambda one: min((line.count(one) for line in head if line), default=0))
    csv.field_size_limit(FILE_LIMIT)
    try:
        table = [row for row in csv.reader(StringIO(text), delimiter=separator, strict=True) if any(row)]
    except csv.Error as error:
        raise _unreadable("CSV 的引号或分隔不完整", "quotes or separators of the CSV are broken") from error
    if not table or max(map(len, table)) < 2:
        raise NotExcel
    return table


def _of_json(text: str) -> Sequence[Sequence[str]]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _unreadable("JSON 不完整", "the JSON is broken") from error
    records = max(_lists_in(value), key=len, default=[])
    if not records:
        raise _unreadable("JSON 中没有条目列表", "the JSON has no list of entries")
    keys = list(dict.fromkeys(key for record in records for key in record))
    return [keys, *([_said(record.get(key)) for key in keys] for record in records)]


def _lists_in(value: Any) -> list[list[dict[str, Any]]]:
    """Lists of objects: the value itself, or what stands directly in it."""
    candidates = [value, *value.values()] if isinstance(value, dict) else [value]
    return [
        one for one in candidates if isinstance(one, list) and one and all(isinstance(x, dict) for x in one)
    ]


def _said(value: Any) -> str:
    match value:
        case None:
            return ""
        case list() if all(isinstance(one, str | int | float) for one in value):
            return "；".join(map(str, value))
        case dict():
            return str(value.get("name") or value.get("title") or json.dumps(value, ensure_ascii=False))
        case list():
            return json.dumps(value, ensure_ascii=False)
    return str(value)


def _unreadable(zh: str, en: str) -> ListUnreadable:
    return ListUnreadable(reason_zh=zh, reason_en=en)
