"""A list as an Excel file in the layout that officials print, sign and send round."""

import re
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import Any, Final

from xlsxwriter import Workbook

from jutong.control.lists.sheets import Sheet

TITLE_ROW, UNIT_ROW, HEAD_ROW, FIRST_ROW = 0, 1, 2, 4
LANDSCAPE_A4: Final = 9
_FONT: Final = "宋体"
_LINE: Final = 15.0
"""Points that a line of text is high."""
_LONGEST: Final = 32_000
_CONTROL: Final = re.compile(r"[\x00-\x09\x0b-\x1f]")
_WIDE: Final = re.compile(r"[\u2e81-\U0010ffff]")


def workbook_of(sheet: Sheet) -> bytes:
    """The file. Every cell is written as a text: nothing that begins with = + - @ is taken for a formula."""
    made = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(made, options) as book:
        page = book.add_worksheet(sheet.kind.zh)
        _set_up(page, sheet)
        _head(book, page, sheet)
        _body(book, page, sheet)
        _foot(book, page, sheet)
    return made.getvalue()


def _set_up(page: Any, sheet: Sheet) -> None:
    page.set_landscape()
    page.set_paper(LANDSCAPE_A4)
    page.fit_to_pages(1, 0)
    page.set_margins(left=0.4, right=0.4, top=0.6, bottom=0.6)
    page.center_horizontally()
    page.repeat_rows(HEAD_ROW, FIRST_ROW - 1)
    page.set_footer("&C第 &P 页 共 &N 页")
    page.freeze_panes(FIRST_ROW, 4)
    for place, column in enumerate(sheet.columns):
        page.set_column(place, place, column.width)
    page.autofilter(FIRST_ROW - 1, 0, FIRST_ROW - 1 + max(1, len(sheet.rows)), len(sheet.columns) - 1)


def _head(book: Any, page: Any, sheet: Sheet) -> None:
    last = len(sheet.columns) - 1
    title = book.add_format(
        {"font_name": "方正小标宋简体", "font_size": 20, "align": "center", "valign": "vcenter"}
    )
    plain = book.add_format({"font_name": _FONT, "font_size": 11, "valign": "vcenter"})
    page.set_row(TITLE_ROW, 38)
    page.merge_range(TITLE_ROW, 0, TITLE_ROW, last, sheet.title, title)
    half = last // 2
    page.merge_range(UNIT_ROW, 0, UNIT_ROW, half, f"填报单位：{sheet.unit}", plain)
    right = book.add_format({"font_name": _FONT, "font_size": 11, "align": "right", "valign": "vcenter"})
    page.merge_range(UNIT_ROW, half + 1, UNIT_ROW, last, f"截止日期：{chinese_day(sheet.on)}", right)
    heading = book.add_format(
        {
            "font_name": "黑体",
            "font_size": 10,
            "bold": True,
            "align": "center",
            "valign": "vcenter",
            "text_wrap": True,
            "border": 1,
            "bg_color": "#DDE6F0",
        }
    )
    place = 0
    for group, columns in groupby(sheet.columns, key=lambda column: column.group):
        count = len(list(columns))
        if not group:
            for at in range(place, place + count):
                page.merge_range(HEAD_ROW, at, FIRST_ROW - 1, at, sheet.columns[at].title, heading)
        else:
            if count > 1:
                page.merge_range(HEAD_ROW, place, HEAD_ROW, place + count - 1, group, heading)
            else:
                page.write_string(HEAD_ROW, place, group, heading)
            for at in range(place, place + count):
                page.write_string(FIRST_ROW - 1, at, sheet.columns[at].title, heading)
        place += count


def _body(book: Any, page: Any, sheet: Sheet) -> None:
    shared = {"font_name": _FONT, "font_size": 10, "valign": "vcenter", "text_wrap": True, "border": 1}
    left, centred = book.add_format(shared), book.add_format({**shared, "align": "center"})
    for number, row in enumerate(sheet.rows, start=FIRST_ROW):
        lines = 1
        for place, (text, column) in enumerate(zip(row, sheet.columns, strict=True)):
            page.write_string(number, place, _kept(text), centred if column.centred else left)
            lines = max(lines, _lines(text, column.width))
        page.set_row(number, min(400, lines * _LINE + 4))


def _foot(book: Any, page: Any, sheet: Sheet) -> None:
    plain = book.add_format({"font_name": _FONT, "font_size": 11, "valign": "vcenter"})
    last, row = len(sheet.columns) - 1, FIRST_ROW + len(sheet.rows) + 1
    third = max(1, (last + 1) // 3)
    texts = ("填表人：", "审核人：", "单位负责人（签字、盖章）：          年    月    日")
    bounds = ((0, third - 1), (third, 2 * third - 1), (2 * third, last))
    for text, (first, end) in zip(texts, bounds, strict=True):
        page.merge_range(row, first, row, end, text, plain)
    page.set_row(row, 24)
    page.print_area(0, 0, row, last)


def _kept(text: str) -> str:
    """What a cell can hold: no control characters, not longer than Excel takes."""
    return (text if text.isprintable() else _CONTROL.sub("", text))[:_LONGEST]


def _lines(text: str, width: int) -> int:
    """How many lines `text` takes in a column of `width` characters."""
    if 2 * len(text) < width:
        return 1
    wide = len(text) + len(_WIDE.findall(text))
    return max(1, -(-wide // max(1, width - 1)))


def chinese_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
