"""The three lists as sheets: columns with their headings, rows of texts, in the layout that officials use."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from jutong.control.directory.api import DepartmentKind, departments
from jutong.control.lists.terms import ListKind
from jutong.control.lists.values import (
    DemandSummary,
    NegativeView,
    ResponsibilityView,
)
from jutong.vocabulary.contracts import Frozen


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetColumn(Frozen):
    """A column: its heading, the heading that it shares with its neighbours ("" for none), its width."""

    title: str
    group: str = ""
    width: int = 12
    centred: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Frozen):
    """A list ready to be printed; every cell is a text."""

    kind: ListKind
    title: str
    unit: str
    on: date
    columns: tuple[SheetColumn, ...]
    rows: tuple[tuple[str, ...], ...]


def _column(title: str, group: str = "", width: int = 12, *, centred: bool = False) -> SheetColumn:
    return SheetColumn(title=title, group=group, width=width, centred=centred)


_NUMBER: Final = _column("序号", width=5, centred=True)
RESPONSIBILITY_COLUMNS: Final = (
    _NUMBER,
    _column("责任编号", width=13, centred=True),
    _column("责任部门", width=14),
    _column("目录名称", "数据资源", 20),
    _column("目录代码", "数据资源", 15),
    _column("信息项", "数据资源", 30),
    _column("数源系统", "数据资源", 14),
    _column("共享类型", "共享要求", 9, centred=True),
    _column("共享方式", "共享要求", 10, centred=True),
    _column("更新周期", "共享要求", 8, centred=True),
    _column("完成时限", "落实要求", 11, centred=True),
    _column("责任人", "落实要求", 9, centred=True),
    _column("考核周期", "落实要求", 8, centred=True),
    _column("落实状态", "落实情况", 10, centred=True),
    _column("未达到的要求", "落实情况", 14),
)
NEGATIVE_COLUMNS: Final = (
    _NUMBER,
    _column("事项编号", width=13, centred=True),
    _column("部门", width=14),
    _column("目录（信息项）名称", "不予共享的数据", 24),
    _column("目录代码", "不予共享的数据", 15),
    _column("类别", "不予共享的数据", 9, centred=True),
    _column("理由", width=22),
    _column("文件名称", "依据", 26),
    _column("文号", "依据", 15),
    _column("条款", "依据", 12),
    _column("审核意见", "主管部门审核", 16),
    _column("复审日期", "主管部门审核", 11, centred=True),
    _column("有效期至", "主管部门审核", 11, centred=True),
    _column("状态", width=9, centred=True),
)
DEMAND_COLUMNS: Final = (
    _NUMBER,
    _column("需求编号", width=13, centred=True),
    _column("需求部门", width=14),
    _column("所需数据名称", "需求内容", 20),
    _column("信息项", "需求内容", 26),
    _column("拟提供部门", "需求内容", 13),
    _column("关联事项编码", "需求内容", 15),
    _column("使用依据", "使用要求", 20),
    _column("应用场景", "使用要求", 18),
    _column("共享方式", "使用要求", 9, centred=True),
    _column("更新周期", "使用要求", 8, centred=True),
    _column("使用时限", "使用要求", 11, centred=True),
    _column("紧急程度", "使用要求", 8, centred=True),
    _column("承接部门", "办理情况", 13),
    _column("状态", "办理情况", 11, centred=True),
)
_TITLES: Final = {
    ListKind.RESPONSIBILITY: "政务数据共享责任清单",
    ListKind.NEGATIVE: "政务数据共享负面清单",
    ListKind.DEMAND: "政务数据共享需求清单",
}


def sheet_title(kind: ListKind, year: int) -> str:
    """Such as 样例市政务数据共享责任清单（2026年版）."""
    return f"{_bureau()[0]}{_TITLES[kind]}（{year}年版）"


def _bureau() -> tuple[str, str]:
    """(region, name) of the data authority."""
    found = next((one for one in departments() if one.kind is DepartmentKind.BUREAU), None)
    return (found.region_name, found.name) if found else ("", "")


def _sheet(
    kind: ListKind, columns: tuple[SheetColumn, ...], rows: Iterable[Sequence[str]], on: date
) -> Sheet:
    numbered = tuple((str(place), *row) for place, row in enumerate(rows, start=1))
    return Sheet(
        kind=kind, title=sheet_title(kind, on.year), unit=_bureau()[1], on=on, columns=columns, rows=numbered
    )


def responsibility_sheet(views: Iterable[ResponsibilityView], on: date) -> Sheet:
    rows = (
        (
            view.number,
            view.department_name,
            view.name,
            view.entry_code,
            "、".join(view.items),
            view.system,
            view.sharing_type.zh if view.sharing_type else "",
            "、".join(method.zh for method in view.methods),
            view.update_frequency.zh if view.update_frequency else "",
            _day(view.due_on),
            view.person,
            view.period.zh,
            view.status.zh,
            "、".join(each.check.zh for each in view.checks if each.passed is False),
        )
        for view in views
    )
    return _sheet(ListKind.RESPONSIBILITY, RESPONSIBILITY_COLUMNS, rows, on)


def negative_sheet(views: Iterable[NegativeView], on: date) -> Sheet:
    rows = (
        (
            view.number,
            view.department_name,
            view.name,
            view.entry_code,
            view.scope.zh,
            view.statement.reason,
            view.statement.basis_document,
            view.statement.basis_number,
            view.statement.basis_article,
            view.opinion or view.verdict.zh,
            _day(view.examine_on),
            _day(view.expires_on),
            view.state.zh,
        )
        for view in views
    )
    return _sheet(ListKind.NEGATIVE, NEGATIVE_COLUMNS, rows, on)


def demand_sheet(views: Iterable[DemandSummary], on: date) -> Sheet:
    rows = (
        (
            view.number,
            view.department_name,
            view.name,
            "、".join(view.items),
            view.proposed_name,
            "、".join(view.duties),
            view.basis,
            view.scene,
            view.sharing_method.zh,
            view.update_frequency.zh,
            _day(view.use_until) or "长期",
            view.urgency.zh,
            view.assigned_name,
            view.stage.zh,
        )
        for view in views
    )
    return _sheet(ListKind.DEMAND, DEMAND_COLUMNS, rows, on)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
