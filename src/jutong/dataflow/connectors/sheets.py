"""The shape of a sheet: title rows, a header of one or several rows, merged cells, group rows."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from jutong.dataflow.connectors.cells import PrecisionLost, cell_text
from jutong.dataflow.connectors.headers import column_names, find_header, no_header_finding, title_finding
from jutong.dataflow.connectors.protocol import Finding

_LOOK_ROWS: Final = 120
_STATED: Final = re.compile(r"[（(]\s*(?:共|计)?\s*(\d+)\s*\S{0,3}[)）]\s*$")
_NOTE: Final = re.compile(r"\s*(注|说明|备注|填表|制表|审核|资料来源|数据来源|来源)\s*[:：\d]")

Range = tuple[tuple[int, int], tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetShape:
    """Rows and columns count from 0; `first_column` and `width` bound the table."""

    names: tuple[str, ...]
    first_column: int
    first_data_row: int
    header_rows: tuple[int, ...]
    title_rows: int
    sections: frozenset[int]
    """Rows that hold one merged cell: a group's heading or a note."""
    fill: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    """Cells below the first of a vertical merge, and the cell whose value holds for them."""
    findings: tuple[Finding, ...] = ()


def shape_of(rows: Sequence[Sequence[Any]], merged: Sequence[Range], header: int | None) -> SheetShape:
    """Find the table in a sheet's rows (all of them; only the first are looked at closely).

    `header` is the number of the header's row (from 1), 0 for none, None to find it.
    """
    first_column, width = _extent(rows)
    look = [[_safe_text(value) for value in _cut(row, first_column, width)] for row in rows[:_LOOK_ROWS]]
    _spread_headings(look, merged, first_column)
    if header is None:
        found = find_header(look, width, depth_at=lambda row: _header_depth(row, merged, look))
        first, present = found.first, found.present
    else:
        first, present = max(header - 1, 0), header > 0
        if header == 0:
            first = find_header(look, width).first
    depth = _header_depth(first, merged, look) if present else 0
    names, named = column_names(
        _joined_names(look, first, depth) if present else [""] * width, generated=not present
    )
    titles = sum(any(cell.strip() for cell in row) for row in look[:first])
    sections = _sections(rows, merged, first + depth, first_column, width)
    fill = _vertical_fill(merged, first + depth, first_column, width, sections)
    findings = [*([title_finding(titles)] if titles else []), *named]
    if not present:
        findings.append(no_header_finding())
    findings.extend(_section_findings(rows, sections))
    if fill:
        findings.append(_merged_finding(len(fill)))
    return SheetShape(
        names=names,
        first_column=first_column,
        first_data_row=first + depth,
        header_rows=tuple(range(first, first + depth)),
        title_rows=titles,
        sections=sections,
        fill=fill,
        findings=tuple(findings),
    )


def _safe_text(value: Any) -> str:
    try:
        return cell_text(value)
    except PrecisionLost:
        return "0" * 18


def _cut(row: Sequence[Any], first: int, width: int) -> list[Any]:
    cells = list(row[first : first + width])
    return cells + [""] * (width - len(cells))


def _extent(rows: Sequence[Sequence[Any]]) -> tuple[int, int]:
    """First column and number of columns that hold anything."""
    filled: set[int] = set()
    for row in rows:
        filled.update(index for index, value in enumerate(row) if value not in {"", None})
    if not filled:
        return 0, 0
    return min(filled), max(filled) - min(filled) + 1


def _spread_headings(look: list[list[str]], merged: Sequence[Range], first_column: int) -> None:
    """Give each cell of a merge within the first rows its value, unless the merge is a whole row's heading."""
    for (top, left), (bottom, right) in merged:
        if top >= len(look) or right - left + 1 >= len(look[top]):
            continue
        value = look[top][left - first_column] if left >= first_column else ""
        for row in range(top, min(bottom, top + 5, len(look) - 1) + 1):
            for column in range(left - first_column, right - first_column + 1):
                if 0 <= column < len(look[row]) and not look[row][column]:
                    look[row][column] = value


def _header_depth(first: int, merged: Sequence[Range], look: Sequence[Sequence[str]]) -> int:
    """How many rows the header has: as deep as its vertical merges, or two where only its groups are merged."""
    depth = 1
    for (top, left), (bottom, right) in merged:
        if top != first:
            continue
        depth = max(depth, bottom - top + 1)
        if right > left and bottom == top:
            depth = max(depth, 2)
    return min(depth, len(look) - first, 5)


def _joined_names(look: Sequence[Sequence[str]], first: int, depth: int) -> list[str]:
    names = []
    for column in range(len(look[first])):
        parts: list[str] = []
        for row in look[first : first + depth]:
            part = re.sub(r"\s*[\r\n]+\s*", "", row[column]).strip()
            if part and part not in parts[-1:]:
                parts.append(part)
        names.append("_".join(parts))
    return names


def _sections(
    rows: Sequence[Sequence[Any]], merged: Sequence[Range], first_row: int, first_column: int, width: int
) -> frozenset[int]:
    """Data rows whose only value stands in a merge over at least half of the table's columns."""
    found = set()
    for (top, left), (bottom, right) in merged:
        if top < first_row or top != bottom or (right - left + 1) * 2 < width or right == left:
            continue
        if top < len(rows):
            filled = [i for i, value in enumerate(rows[top]) if value not in {"", None}]
            if filled == [left] and first_column <= left < first_column + width:
                found.add(top)
    return frozenset(found)


def _vertical_fill(
    merged: Sequence[Range], first_row: int, first_column: int, width: int, sections: frozenset[int]
) -> dict[tuple[int, int], tuple[int, int]]:
    fill = {}
    for (top, left), (bottom, _) in merged:
        if top < first_row or top == bottom or top in sections:
            continue
        if first_column <= left < first_column + width:
            fill.update({(row, left): (top, left) for row in range(top + 1, bottom + 1)})
    return fill


def section_text(row: Sequence[Any]) -> str:
    """The one value of a group row."""
    return next((_safe_text(value).strip() for value in row if value not in {"", None}), "")


def is_note(text: str) -> bool:
    """注：…, 制表人：… at the foot of a table: no group's heading."""
    return bool(_NOTE.match(text))


def _section_findings(rows: Sequence[Sequence[Any]], sections: frozenset[int]) -> list[Finding]:
    if not sections:
        return []
    ordered = sorted(sections)
    stated = agreed = 0
    for index, row in enumerate(ordered):
        count = _STATED.search(section_text(rows[row]))
        if not count:
            continue
        end = ordered[index + 1] if index + 1 < len(ordered) else len(rows)
        follow = sum(any(value not in {"", None} for value in rows[i]) for i in range(row + 1, end))
        stated += 1
        agreed += follow == int(count[1])
    detail = {"rows": len(ordered), "stated": stated, "agreed": agreed}
    checked_zh = f"；其中 {stated} 行写有数量，{agreed} 行与实际行数一致" if stated else ""
    checked_en = f"; {stated} state a count and {agreed} of them agree with the rows" if stated else ""
    return [
        Finding(
            code="group_rows",
            zh=f"有 {len(ordered)} 个整行合并的分组行或注释行，不作为数据{checked_zh}",
            en=f"{len(ordered)} rows hold one merged cell (group headings or notes); left out{checked_en}",
            detail=detail,
        )
    ]


def _merged_finding(cells: int) -> Finding:
    return Finding(
        code="merged_cells",
        zh=f"有 {cells} 个单元格被纵向合并，已按合并的值补全",
        en=f"{cells} cells belong to vertical merges; they take the merged value",
        detail={"cells": cells},
    )
