"""Filling tasks at the workbench: the list, one task with its form, the receipt."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.filling import api as filling
from jutong.control.filling.api import CellProblem, Sheet, TaskState, TaskView
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, home, paging
from jutong.pages.desk.cells import stacked
from jutong.vocabulary.catalogue import DataType
from jutong.vocabulary.contracts import EntryContract, InformationItem

TONES: Final[Mapping[TaskState, Tone]] = {
    TaskState.OPEN: Tone.WARNING,
    TaskState.SUBMITTED: Tone.INFO,
    TaskState.DONE: Tone.GOOD,
    TaskState.CLOSED: Tone.NEUTRAL,
}
_CELLS, _MOST_LINES, _SPARE = 1_000, 20, 5
"""Cells of a page of the form, its lines at most, and the empty ones after the last row."""
_LONGEST_SELECT: Final = 300
_MOST_SHOWN: Final = 50


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    state = request.GET.get("state", "")
    page = filling.tasks(
        actor,
        clock=clock(),
        state=chosen(TaskState, state),
        overdue=state == "overdue",
        cursor=request.GET.get("cursor"),
    )
    options = [
        Option(value="", text=_("全部")),
        Option(value="overdue", text=_("已逾期")),
        *(Option(value=one.value, text=one.label(error_language())) for one in TaskState),
    ]
    context = {
        "filters": Filters(
            search_name="",
            selects=[Select(name="state", label=_("状态"), options=options, chosen=state)],
            reset_href=reverse("desk:filling"),
        ),
        "table": _tasks(page.rows),
        "pages": paging(request, page),
        "may_ask": bool(directory.can(actor, Permission.FILLING_MANAGE)),
    }
    return desk_render(request, actor, "desk/filling/list.html", context)


def _tasks(rows: Sequence[TaskView]) -> Table:
    return Table(
        caption=_("填报任务"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="period", title=_("数据所属期")),
            Column(key="department", title=_("填报部门")),
            Column(key="due", title=_("截止日期"), nowrap=True),
            Column(key="state", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=one.title, href=reverse("desk:filling-task", args=[one.key])),
                "period": one.period,
                "department": one.department_name,
                "due": stacked(one.due_on, _("已逾期") if one.overdue else ""),
                "state": badge(one.state),
            }
            for one in rows
        ],
        empty=Empty(
            title=_("没有填报任务"), text=_("没有信息系统的部门，可以按目录条目在网页或 Excel 中填报数据。")
        ),
    )


def badge(state: TaskState) -> Badge:
    return Badge(text=state.label(error_language()), tone=TONES[state])


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One field of the form."""

    name: str
    label: str
    kind: str
    value: str
    error: str
    options: Sequence[tuple[str, str]] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row of the form; `number` counts from 1."""

    number: int
    cells: Sequence[Cell]


def lines_on_a_page(contract: EntryContract) -> int:
    return max(5, min(_MOST_LINES, _CELLS // max(1, len(contract.items))))


def _first_line(request: HttpRequest, rows: int) -> int:
    text = request.GET.get("from", "")
    return min(int(text), rows) if text.isascii() and text.isdigit() and len(text) < len("100000") else 0


@desk_page
def detail(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    task = filling.task(actor, key, clock=clock())
    contract = catalogue.contract_of(task.service)
    may_see = any(
        directory.can(actor, one, task.department) for one in (Permission.SHEET_FILL, Permission.SHEET_REVIEW)
    )
    sheet = filling.sheet(actor, key, home=home(), clock=clock()) if may_see else Sheet(rows=(), problems=())
    context: dict[str, Any] = {
        "task": task,
        "badge": badge(task.state),
        "items": contract.items,
        "rows": len(sheet.rows),
        "wrong": len(sheet.problems),
        "wrong_rows": len({one.row for one in sheet.problems}),
        "submissions": _submissions(task),
        "last": task.submissions[0] if task.submissions else None,
    }
    if task.may_fill:
        first, most = _first_line(request, len(sheet.rows)), lines_on_a_page(contract)
        last = min(len(sheet.rows), first + most)
        spare = _SPARE if last == len(sheet.rows) else 0
        context |= {
            "lines": _lines(contract, sheet, first, last + spare),
            "first": first,
            "shown": last - first,
            "before": max(0, first - most) if first else None,
            "following": last if last < len(sheet.rows) else None,
        }
    elif sheet.rows:
        context["table"] = _rows(contract, sheet)
    crumbs = (Link(text=_("数据填报"), href=reverse("desk:filling")),)
    return desk_render(request, actor, "desk/filling/task.html", context, crumbs=crumbs)


def _lines(contract: EntryContract, sheet: Sheet, first: int, end: int) -> list[Line]:
    problems = {(one.row, one.field): one for one in sheet.problems}
    choices = {item.field: _choices(item) for item in contract.items}
    return [
        Line(
            number=number + 1,
            cells=[
                _cell(
                    item,
                    number,
                    sheet.rows[number].get(item.field, "") if number < len(sheet.rows) else "",
                    problems.get((number, item.field)),
                    choices[item.field],
                )
                for item in contract.items
            ],
        )
        for number in range(first, end)
    ]


def _choices(item: InformationItem) -> list[tuple[str, str]]:
    codes = filling.codes_of(item)
    if not codes or len(codes) > _LONGEST_SELECT:
        return []
    return [("", ""), *((code, code if code == name else f"{code} {name}") for code, name in codes.items())]


def _cell(
    item: InformationItem,
    number: int,
    value: str,
    problem: CellProblem | None,
    choices: Sequence[tuple[str, str]],
) -> Cell:
    # What is no code or no day yet is kept as it was written: a list or a calendar would lose it.
    options = [*choices, (value, value)] if choices and value not in dict(choices) else choices
    wrong = problem is not None and value != ""
    calendar = item.data_type is DataType.DATE and not wrong
    return Cell(
        name=f"r{number}-{item.field}",
        label=f"{item.name} {number + 1}",
        kind="select" if choices else "date" if calendar else "text",
        value=value,
        error=problem.fault.label(error_language()) if problem else "",
        options=options,
    )


def _rows(contract: EntryContract, sheet: Sheet) -> Table:
    return Table(
        caption=_("填报的数据（前 %(most)d 行）") % {"most": _MOST_SHOWN},
        columns=[Column(key=item.field, title=item.name) for item in contract.items],
        rows=sheet.rows[:_MOST_SHOWN],
    )


def _submissions(task: TaskView) -> Table:
    return Table(
        caption=_("填报记录"),
        columns=[
            Column(key="number", title=_("回执")),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="submitted", title=_("提交时间"), nowrap=True),
            Column(key="decided", title=_("审核"), nowrap=True),
            Column(key="state", title=_("状态")),
            Column(key="handed_on", title=_("送入归集"), nowrap=True),
        ],
        rows=[
            {
                "number": Link(text=one.number, href=reverse("desk:filling-receipt", args=[one.number]))
                if one.submitted_at
                else None,
                "rows": one.rows,
                "submitted": stacked(one.submitted_at, one.submitted_by) if one.submitted_at else None,
                "decided": stacked(one.decided_at, one.decided_by) if one.decided_at else None,
                "state": stacked(one.state.label(error_language()), one.reason),
                "handed_on": one.handed_on_at,
            }
            for one in task.submissions
        ],
        empty=Empty(title=_("还没有填报记录"), text=_("保存草稿后显示在这里。")),
    )


@desk_page
def receipt(request: HttpRequest, actor: Actor, number: str) -> HttpResponse:
    crumbs = (Link(text=_("数据填报"), href=reverse("desk:filling")),)
    context = {"receipt": filling.receipt(actor, number)}
    return desk_render(request, actor, "desk/filling/receipt.html", context, crumbs=crumbs)
