"""Writing drafts as a workbook of the template; `reading` gives them back without loss."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO, Final

from rustpy_xlsxwriter import Format, write_worksheets

from jutong.control.catalogue.api import EntryDraft
from jutong.control.interchange.cells import NO, YES, shown
from jutong.control.interchange.columns import (
    CELL_LIMIT,
    CODE_SHEET,
    ENTRY_COLUMNS,
    ENTRY_SHEET,
    GUIDE_SHEET,
    ITEM_COLUMNS,
    ITEM_SHEET,
    LONG_SHEET,
    SHEETS,
    VERSION,
    Column,
    Kind,
    template_checksum,
)
from jutong.control.interchange.reading import CHECKSUM_LABEL, VERSION_LABEL
from jutong.control.interchange.tables import LONG_MARK
from jutong.vocabulary.catalogue import FORMATS, EntryStatus

ROOM_FOR_MORE: Final = 200
"""Empty rows below the last, with the same lists to choose from."""
_PIECE: Final = 5_000
_LIST_LIMIT: Final = 255
_NONCHARACTER: Final = re.compile("[\ufffe\uffff]")


GUIDE: Final = (
    (VERSION_LABEL, VERSION, "Template version"),
    (CHECKSUM_LABEL, template_checksum(), "Template checksum; do not change"),
    (
        "填写方法",
        "“目录”每行一个目录条目，“信息项”每行一个信息项，用“目录序号”对应。",
        "One entry a row; items name their entry by its number.",
    ),
    ("列名", "不要删除、改名或合并列；标“必填”的列不能为空。", "Do not remove, rename or merge columns."),
    (
        "取值",
        "下拉选择，或填写“代码表”中的名称或代码。",
        "Choose from the lists, or enter a name or code of the code sheet.",
    ),
    (
        "长数字",
        "证件号、代码等先把单元格设为文本格式再填写。",
        "Format cells as text before entering long numbers.",
    ),
    (
        "修改已有目录",
        "保留服务名或信息资源代码；内容没有变化的目录不会改动。",
        "Keep service name or code; what is unchanged stays as it is.",
    ),
    (
        "导入之后",
        "新目录成为草稿，已发布目录成为待审的变更；任一格有误则整个文件不写入。",
        "New entries become drafts, published ones pending changes; any fault and nothing of the file is written.",
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportRow:
    """One entry on its way out; what stands beside the draft is what identifies it."""

    draft: EntryDraft
    provider: str
    provider_uscc: str = ""
    code: str = ""
    service: str = ""
    published_on: date | None = None
    status: EntryStatus | None = None


@dataclass(slots=True)
class _LongTexts:
    rows: list[dict[str, Any]] = field(default_factory=list)
    count: int = 0

    def fitting(self, value: str | int | None) -> str | int | None:
        """The value, or a reference where one cell cannot hold it."""
        if value.__class__ is not str or not _too_much(value):
            return value
        self.count += 1
        for part, start in enumerate(range(0, len(value), _PIECE), start=1):
            # Six characters at most stand for one, so that a piece always fits.
            piece = json.dumps(value[start : start + _PIECE], ensure_ascii=True)
            self.rows.append({"编号": self.count, "序": part, "内容（请勿改动）": piece})
        return f"{LONG_MARK}{self.count}〕"


def _too_much(text: str) -> bool:
    if text.startswith(LONG_MARK) or (not text.isascii() and _NONCHARACTER.search(text)):
        return True
    return len(text) * 2 > CELL_LIMIT and len(text.encode("utf-16-le", "surrogatepass")) // 2 > CELL_LIMIT


def write_workbook(target: Path | BinaryIO, rows: Iterable[ExportRow] = ()) -> int:
    """Write the template filled with `rows` (none: empty, to be filled in); how many entries it holds."""
    entries: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []
    long_texts = _LongTexts()
    for number, row in enumerate(rows, start=1):
        entries.append(_record(ENTRY_COLUMNS, _entry_values(row, number), long_texts))
        items += [
            _record(ITEM_COLUMNS, _item_values(row, number, item), long_texts) for item in row.draft.items
        ]
    count = len(entries)
    entries += [{column.header: None for column in ENTRY_COLUMNS}] * ROOM_FOR_MORE
    items += [{column.header: None for column in ITEM_COLUMNS}] * ROOM_FOR_MORE
    sheets: list[tuple[str, Any]] = [
        (GUIDE_SHEET, _guide()),
        (ENTRY_SHEET, entries),
        (ITEM_SHEET, items),
        (CODE_SHEET, _codes()),
    ]
    if long_texts.rows:
        sheets.append((LONG_SHEET, long_texts.rows))
    _write(target, sheets)
    return count


def _entry_values(row: ExportRow, number: int) -> Mapping[str, Any]:
    beside = {
        "number": str(number),
        "code": row.code,
        "service": row.service,
        "provider": row.provider,
        "provider_uscc": row.provider_uscc,
        "published_on": row.published_on.isoformat() if row.published_on else None,
        "status": row.status.zh if row.status else None,
    }
    return {
        column.key: beside[column.key] if column.key in beside else getattr(row.draft, column.key)
        for column in ENTRY_COLUMNS
    }


def _item_values(row: ExportRow, number: int, item: object) -> Mapping[str, Any]:
    beside = {"entry_number": str(number), "entry_title": row.draft.title[:CELL_LIMIT]}
    return {
        column.key: beside[column.key] if column.key in beside else getattr(item, column.key)
        for column in ITEM_COLUMNS
    }


def _record(columns: Sequence[Column], values: Mapping[str, Any], long_texts: _LongTexts) -> dict[str, Any]:
    cells: dict[str, Any] = {}
    for column in columns:
        value = values[column.key]
        if value.__class__ is str:
            cells[column.header] = long_texts.fitting(value) or None
        elif value is None or value == ():
            cells[column.header] = NO if column.kind is Kind.YES_NO else None
        else:
            cells[column.header] = long_texts.fitting(shown(column, value)) or _zero(value)
    return cells


def _zero(value: object) -> int | None:
    """A figure of 0 is said, an empty text is not."""
    return 0 if value == 0 and isinstance(value, int) and not isinstance(value, bool) else None


def _guide() -> list[dict[str, str]]:
    first, second, third = "政务数据目录导入模板", "内容", "Meaning"
    rows = [dict(zip((first, second, third), line, strict=True)) for line in GUIDE]
    rows += [
        {
            first: f"{sheet} · {column.zh}",
            second: column.note_zh or ("必填" if column.required else ""),
            third: f"{column.en}. {column.note_en}".strip(),
        }
        for sheet, columns in SHEETS.items()
        for column in columns
    ]
    return rows


def _codes() -> list[dict[str, str]]:
    """Every list to choose from: 列, 名称, 代码, English."""
    rows: list[dict[str, str]] = []
    seen: set[str] = set()
    for columns in SHEETS.values():
        for column in columns:
            if column.term is None or column.zh in seen:
                continue
            seen.add(column.zh)
            rows += [
                {"列": column.zh, "名称": member.zh, "代码": member.official, "English": member.en}
                for member in column.term
            ]
    for kind, formats in FORMATS.items():
        rows += [
            {"列": f"信息资源格式（{kind.zh}）", "名称": one, "代码": one, "English": one} for one in formats
        ]
    return rows


def _write(target: Path | BinaryIO, sheets: list[tuple[str, Any]]) -> None:
    head = Format().set_bold().set_background_color("#DCE6F1").set_border("thin").set_text_wrap()
    text = Format().set_num_format("@").set_align("top")
    write_worksheets(
        sheets,
        str(target) if isinstance(target, Path) else target,
        freeze_panes={
            "general": {"row": 1, "col": 0},
            ENTRY_SHEET: {"row": 1, "col": 4},
            ITEM_SHEET: {"row": 1, "col": 4},
        },
        header_format={name: head for name, _ in sheets},
        column_widths={
            GUIDE_SHEET: [24, 60, 60],
            CODE_SHEET: [26, 26, 14, 30],
            **{sheet: [column.width for column in columns] for sheet, columns in SHEETS.items()},
        },
        column_formats={
            sheet: {column.header: text for column in columns if column.kind is not Kind.WHOLE}
            for sheet, columns in SHEETS.items()
        },
        autofilter={ENTRY_SHEET: True, ITEM_SHEET: True},
        data_validations={sheet: _choices(columns) for sheet, columns in SHEETS.items()},
        notes={
            sheet: {
                column.header: f"{column.note_zh}\n{column.note_en}" for column in columns if column.note_zh
            }
            for sheet, columns in SHEETS.items()
        },
    )


def _choices(columns: Sequence[Column]) -> dict[str, dict[str, Any]]:
    """The drop-down lists. A value may also be written as its code, so that another value is only warned of."""
    rules: dict[str, dict[str, Any]] = {}
    for column in columns:
        values: list[str] = []
        if column.kind is Kind.TERM and column.term is not None:
            values = [member.zh for member in column.term]
        elif column.kind is Kind.YES_NO:
            values = [YES, NO]
        if values and len(",".join(values)) <= _LIST_LIMIT:
            rules[column.header] = {
                "type": "list",
                "values": values,
                "error_style": "warning",
                "error_title": column.zh,
                "error_message": "请从列表中选择。Choose from the list.",
            }
    return rules
