"""Where the table begins: title rows, the header, or no header at all; and unique column names."""

import itertools
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from jutong.dataflow.connectors.protocol import Finding

_NUMBER: Final = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?|\d{1,3}(,\d{3})+(\.\d+)?")
_DATE: Final = re.compile(r"\d{4}[-/.年]\d{1,2}([-/.月]\d{1,2}日?)?([ T]\d{1,2}:\d{2}(:\d{2}(\.\d+)?)?)?月?")
_CODE: Final = re.compile(r"[A-Za-z0-9_./:-]{6,}")
_YEAR: Final = re.compile(r"(19|20)\d{2}年?")
_HEADER_WORD: Final = re.compile(
    r"(序号|编号|编码|代码|名称|姓名|性别|民族|日期|时间|年份|月份|地址|住址|电话|手机|号码|证号|备注|类型|类别|种类|级别"
    r"|数量|金额|单位|状态|面积|经度|纬度|邮编|网址|邮箱|所在地|主管部门|说明|等级|比例|人数|套数|价格|标识码?|[Nn]ame|[Cc]ode|[Ii][Dd])$"
)
_MISSING: Final = frozenset({"", "NA", "N/A", "null", "NULL", "-", "—", "无"})
# Enough rows to tell a header from data; title rows never go further down than this.
_LOOK: Final = 50
_TITLE_ROWS: Final = 15


@dataclass(frozen=True, slots=True)
class Header:
    """`first` is the row (from 0) of the column names, or of the first data row where `present` is false."""

    first: int
    present: bool


def find_header(
    rows: Sequence[Sequence[str]], width: int, *, depth_at: Callable[[int], int] = lambda _: 1
) -> Header:
    """Look at the first rows of a table that is `width` cells wide and say where its names or data begin.

    `depth_at` says of how many rows a header would be that starts at a row.
    """
    start = 0
    while start < min(len(rows), _TITLE_ROWS) and _is_title(rows, start, width):
        start += 1
    if start >= len(rows) or start == _TITLE_ROWS:
        start = next((i for i, row in enumerate(rows) if any(cell.strip() for cell in row)), 0)
    if not rows:
        return Header(0, present=False)
    data = start + depth_at(start)
    below = [row for row in rows[data : data + _LOOK] if sum(map(bool, row)) * 2 >= width]
    return Header(start, present=is_header(rows[start], below))


def _is_title(rows: Sequence[Sequence[str]], index: int, width: int) -> bool:
    row = [cell.strip() for cell in rows[index]]
    filled = sum(map(bool, row))
    if filled == 0:
        return True
    if width == 1:
        return False
    later = max((sum(bool(cell.strip()) for cell in row) for row in rows[index + 1 : index + 6]), default=0)
    if filled == 1:
        return later > 1 and (width > 2 or bool(row[0]))
    # Such as 填报单位：…  日期：…: a few labels in a wide table, with a fuller row soon after.
    labels = sum("：" in cell or ":" in cell for cell in row)
    return labels * 2 >= filled and filled * 2 <= width and later > filled


def is_header(row: Sequence[str], below: Sequence[Sequence[str]]) -> bool:
    """Whether `row` names the columns of the rows `below` it rather than being one of them."""
    cells = [cell.strip() for cell in row]
    filled = [cell for cell in cells if cell]
    if not filled:
        return False
    if _are_years(filled):
        return True
    signs = [
        _sign(cell, [other[index].strip() for other in below if index < len(other)])
        for index, cell in enumerate(cells)
        if cell
    ]
    signs_for = sum(sign > 0 for sign in signs)
    signs_against = sum(sign < 0 for sign in signs)
    if signs_for or signs_against:
        return signs_for >= signs_against and signs_for > 0
    return all(_shape(cell) == "text" for cell in filled)


def _sign(cell: str, values: Sequence[str]) -> int:
    """1 where the cell looks like the name of the column that holds `values`, -1 like one of them, else 0."""
    values = [value for value in values if value not in _MISSING]
    shape = _shape(cell)
    same = sum(_shape(value) == shape for value in values)
    if shape != "text":
        return -1 if values and same * 5 >= len(values) * 3 else 0
    if _HEADER_WORD.search(cell) or (values and same * 5 <= len(values)):
        return 1
    return -1 if len(values) > 1 and cell in values else 0


def _are_years(filled: Sequence[str]) -> bool:
    """地区, 2019, 2020, 2021: years that count up are names of columns, not values."""
    years = [int(cell[:4]) for cell in filled if _YEAR.fullmatch(cell)]
    steps = {later - earlier for earlier, later in itertools.pairwise(years)}
    return len(years) >= 3 and len(years) + 1 >= len(filled) - 1 and len(steps) == 1 and steps <= {1, -1}


def _shape(cell: str) -> str:
    if _NUMBER.fullmatch(cell):
        return "number"
    if _DATE.fullmatch(cell):
        return "date"
    # At least half digits: 330106B20000 is a code, field1 a name.
    if _CODE.fullmatch(cell) and sum(map(str.isdigit, cell)) * 2 >= len(cell):
        return "code"
    return "text"


def column_names(
    cells: Sequence[str], *, generated: bool = False
) -> tuple[tuple[str, ...], tuple[Finding, ...]]:
    """Unique names made of header cells, and what had to be done for it.

    A blank name becomes 列N (N from 1), a repeated one gets _2, _3 …; line ends inside a name are removed.
    """
    # In order, found at once, with the last number tried: a hostile header has a hundred thousand cells.
    names: dict[str, int] = {}
    empty: list[int] = []
    repeated: list[str] = []
    for index, cell in enumerate(cells):
        name = re.sub(r"\s*[\r\n]+\s*", "", cell).strip()
        if not name:
            name = f"列{index + 1}"
            empty.append(index + 1)
        if name in names:
            repeated.append(name)
            first = name
            while name in names:
                names[first] += 1
                name = f"{first}_{names[first]}"
        names[name] = 1
    findings: list[Finding] = []
    if empty and not generated:
        findings.append(
            Finding(
                code="column_name_empty",
                zh=f"{len(empty)} 列没有列名（第 {_listed(empty)} 列），已按位置命名",
                en=f"{len(empty)} columns have no name (number {_listed(empty)}); named by position",
                detail={"columns": empty},
            )
        )
    if repeated:
        findings.append(
            Finding(
                code="column_name_repeated",
                zh=f"列名重复：{_listed(repeated)}，已加序号区分",
                en=f"Repeated column names: {_listed(repeated)}; numbered apart",
                detail={"names": repeated},
            )
        )
    return tuple(names), tuple(findings)


def title_finding(rows: int) -> Finding:
    return Finding(
        code="title_rows",
        zh=f"表头之前有 {rows} 行标题或说明，已略过",
        en=f"{rows} title rows stand above the header; skipped",
        detail={"rows": rows},
    )


def no_header_finding() -> Finding:
    return Finding(
        code="header_absent",
        zh="没有表头，各列已按位置命名为 列1、列2……；请补充列名",
        en="There is no header; columns are named 列1, 列2 … by position. Give them names",
    )


def _listed(items: Sequence[object]) -> str:
    shown = "、".join(str(item) for item in items[:10])
    return shown if len(items) <= 10 else f"{shown}……"
