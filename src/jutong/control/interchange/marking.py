"""The user's very workbook with what is wrong in it: coloured cells with comments, and a sheet of all problems."""

from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill

from jutong.control.directory.api import Actor
from jutong.control.interchange.cells import text_of
from jutong.control.interchange.files import Grid, open_grids
from jutong.control.interchange.foreign_lists import open_list
from jutong.control.interchange.judging import address_of, judge
from jutong.control.interchange.mapping import LIST_SHEET
from jutong.control.interchange.models import ImportBatch
from jutong.control.interchange.problems import problem
from jutong.control.interchange.seeing import actor_of, find, problems_of, reading_of
from jutong.control.interchange.values import CellProblem, column_letters
from jutong.kernel.clock import Clock
from jutong.vocabulary.catalogue import Severity

PROBLEM_SHEET: Final = "问题"
RED: Final = PatternFill("solid", start_color="FFC7CE")
YELLOW: Final = PatternFill("solid", start_color="FFEB9C")
MOST_COMMENTS: Final = 5_000
"""Beyond it cells are coloured only: spreadsheet programs become slow with more; the sheet lists all of them."""
AS_IT_IS: Final = 600_000
"""Cells up to which the uploaded workbook itself is marked; a larger one is written anew, its values alone."""
_COMMENT_LIMIT: Final = 2_000


def marked_workbook(actor: Actor, code: str, *, clock: Clock) -> bytes:
    """The batch's file with its problems; without any, with what the linter says, as warnings.

    Raises:
        BatchNotFound
    """
    batch = find(actor, code)
    problems = problems_of(batch) or tuple(_warnings(batch, clock))
    content = bytes(batch.file.content)
    if batch.mapping:
        rows: list[list[object]] = [list(row) for row in open_list(content)]
        return _finished(
            _rewritten({LIST_SHEET: Grid(name=LIST_SHEET, rows=rows)}, _by_cell(problems)), problems
        )
    return mark(content, problems)


def _warnings(batch: ImportBatch, clock: Clock) -> Iterator[CellProblem]:
    reading = reading_of(batch)
    judgements, _ = judge(actor_of(batch), reading, clock.now())
    for one in judgements:
        for found in one.findings:
            sheet, cell = address_of(reading, one.entry, found.place)
            severe = found.severity is Severity.ERROR
            yield problem("lint", sheet, cell, warning=not severe, rule=found.rule, zh=found.zh, en=found.en)


def mark(content: bytes, problems: Sequence[CellProblem]) -> bytes:
    """`content` with each problem's cell coloured and commented, and the sheet 问题 with links to them."""
    by_cell = _by_cell(problems)
    grids = open_grids(content)
    cells = sum(len(grid.rows) * len(grid.rows[0]) for grid in grids.values() if grid.rows)
    old_format = not content.startswith(b"PK")
    book = None if old_format or cells > AS_IT_IS else _marked(content, by_cell)
    if book is None:
        book = _rewritten(grids, by_cell)
    return _finished(book, problems)


def _by_cell(problems: Sequence[CellProblem]) -> Mapping[tuple[str, str], Sequence[CellProblem]]:
    by_cell: dict[tuple[str, str], list[CellProblem]] = {}
    for one in problems:
        if one.cell:
            by_cell.setdefault((one.sheet, one.cell), []).append(one)
    return by_cell


def _finished(book: Workbook, problems: Sequence[CellProblem]) -> bytes:
    _add_list(book, problems)
    target = BytesIO()
    book.save(target)
    return target.getvalue()


def _marked(content: bytes, by_cell: Mapping[tuple[str, str], Sequence[CellProblem]]) -> Workbook | None:
    """The workbook itself, marked; None where openpyxl cannot load what Excel and calamine can."""
    try:
        book = load_workbook(BytesIO(content))
    except Exception:  # noqa: BLE001  # it raises whatever an unusual style or part led it to
        return None
    if PROBLEM_SHEET in book.sheetnames:  # from an earlier round
        del book[PROBLEM_SHEET]
    for number, ((sheet, cell), found) in enumerate(by_cell.items()):
        if sheet not in book.sheetnames:
            continue
        place = book[sheet][cell]
        place.fill = _colour(found)
        if number < MOST_COMMENTS and hasattr(place, "comment") and not _is_merged(place):
            place.comment = _comment(found)
    return book


def _is_merged(cell: Any) -> bool:
    """Within a merged range only its first cell takes a comment."""
    return type(cell).__name__ == "MergedCell"


def _rewritten(
    grids: Mapping[str, Grid], by_cell: Mapping[tuple[str, str], Sequence[CellProblem]]
) -> Workbook:
    """A new workbook of the same values: the old format and very large files cannot be marked as they are."""
    book = Workbook(write_only=True)
    for name, grid in grids.items():
        if name == PROBLEM_SHEET:
            continue
        sheet = book.create_sheet(name)
        for row, cells in enumerate(grid.rows, start=1):
            sheet.append(
                [
                    _copy(sheet, raw, by_cell.get((name, f"{column_letters(column)}{row}"), ()))
                    for column, raw in enumerate(cells)
                ]
            )
    return book


def _copy(sheet: Any, raw: object, found: Sequence[CellProblem]) -> Any:
    value = raw if isinstance(raw, int | float) else text_of(raw)
    if not found and not (isinstance(value, str) and value.startswith("=")):
        return value or None
    cell = WriteOnlyCell(sheet, value=value or None)
    if isinstance(value, str):
        cell.data_type = "s"
    if found:
        cell.fill = _colour(found)
        cell.comment = _comment(found)
    return cell


def _colour(found: Sequence[CellProblem]) -> PatternFill:
    return YELLOW if all(one.warning for one in found) else RED


def _comment(found: Sequence[CellProblem]) -> Comment:
    text = "\n".join(f"{one.zh}\n{one.en}" for one in found)[:_COMMENT_LIMIT]
    return Comment(text, "聚通 Jutong", width=320, height=140)


def _add_list(book: Workbook, problems: Sequence[CellProblem]) -> None:
    sheet = book.create_sheet(PROBLEM_SHEET) if book.write_only else book.create_sheet(PROBLEM_SHEET, 0)
    for letter, width in zip("ABCDE", (12, 10, 10, 70, 70), strict=True):
        sheet.column_dimensions[letter].width = width
    sheet.append(["工作表", "单元格", "程度", "问题", "Problem"])
    for one in problems:
        place = WriteOnlyCell(sheet, value=one.cell or "—") if book.write_only else one.cell or "—"
        sheet.append([one.sheet, place, "提示" if one.warning else "错误", one.zh, one.en])
        if one.cell and not book.write_only:
            link = sheet.cell(row=sheet.max_row, column=2)
            link.hyperlink = f"#'{one.sheet}'!{one.cell}"
            link.font = Font(color="0563C1", underline="single")
    if not book.write_only:
        book.active = 0
