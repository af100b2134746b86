"""What a delivery showed that was different (来源变化), in plain words, and the decision on a held one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.collection import api as collection
from jutong.control.collection.api import RunStatus, RunView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.pages.components import Column, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, desk_page
from jutong.vocabulary.collection import DriftFinding, DriftKind


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftPanel:
    """What the page of a run shows of its drift."""

    table: Table
    held: bool
    may_decide: bool
    decided_by: str
    """Who said yes or no; empty while nobody did."""
    reason: str
    """Why it was refused."""


def drift_panel(actor: Actor, run: RunView) -> DriftPanel | None:
    """The findings of a run as a table, with the decision where one is due; None where nothing differed."""
    found = collection.drift_of(run.report) if run.report else ()
    if not found:
        return None
    held = run.status is RunStatus.HELD
    may = bool(directory.can(actor, Permission.RUN_CONFIRM, run.department))
    return DriftPanel(
        table=_table(found, _names(run.service)),
        held=held,
        may_decide=held and may,
        decided_by="" if held else run.confirmed_by,
        reason=str(run.error_detail.get("reason", "")) if run.status is RunStatus.CANCELLED else "",
    )


def _table(found: tuple[DriftFinding, ...], names: Mapping[str, str]) -> Table:
    language = error_language()
    return Table(
        caption=_("与上次交付的不同"),
        columns=[
            Column(key="what", title=_("变化")),
            Column(key="before", title=_("原来")),
            Column(key="now", title=_("现在")),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="action", title=_("处置"), nowrap=True),
        ],
        rows=[
            {
                "what": _WORDS[one.kind](one, names),
                "before": _said(one, one.before),
                "now": _said(one, one.now),
                "rows": one.rows or None,
                "action": one.action.label(language),
            }
            for one in found
        ],
        first_is_header=True,
    )


def _item(one: DriftFinding, names: Mapping[str, str]) -> str:
    return names.get(one.column, one.column)


_WORDS: Final[Mapping[DriftKind, Callable[[DriftFinding, Mapping[str, str]], str]]] = {
    DriftKind.NEW_COLUMN: lambda one, _n: _("来源多了一列“%(column)s”，没有入库") % {"column": one.column},
    DriftKind.MISSING_COLUMN: lambda one, _n: _("来源少了一列“%(column)s”") % {"column": one.column},
    DriftKind.RENAMED_COLUMN: lambda one, _n: (
        _("列“%(before)s”看来改名为“%(now)s”") % {"before": one.before, "now": one.now}
    ),
    DriftKind.RETYPED_COLUMN: lambda one, _n: _("列“%(column)s”的类型变了") % {"column": one.column},
    DriftKind.VALUES_CHANGED: lambda one, names: (
        _("“%(item)s”的取值变了（原来：不再出现的；现在：新出现的）") % {"item": _item(one, names)}
    ),
    DriftKind.TOTALS_ROW: lambda _one, _n: _("数据里混有合计行"),
    DriftKind.SHRUNK: lambda _one, _n: _("数据量骤减"),
    DriftKind.EMPTY: lambda _one, _n: _("来源没有任何数据"),
    DriftKind.CORRECTED_FILE: lambda _one, _n: _("已入库的文件有更正，原来的行由更正后的行替换"),
    DriftKind.REPEATED_FILE: lambda _one, _n: _("同一份文件换名又送了一次，没有重复入库"),
}


def _said(one: DriftFinding, text: str) -> str | None:
    """A value of a finding in the reader's words: a type by its name, a number as rows."""
    if not text:
        return None
    if one.kind in {DriftKind.SHRUNK, DriftKind.EMPTY}:
        return _("%(rows)s 行") % {"rows": text}
    if one.kind in {DriftKind.RETYPED_COLUMN, DriftKind.NEW_COLUMN, DriftKind.MISSING_COLUMN}:
        return _types().get(text, text)
    return text


def _types() -> Mapping[str, str]:
    return {
        "number": _("数字"),
        "text": _("文字"),
        "date": _("日期"),
        "timestamp": _("日期时间"),
        "time": _("时间"),
        "boolean": _("是否"),
        "binary": _("二进制"),
        "list": _("列表"),
    }


def _names(service: str) -> Mapping[str, str]:
    try:
        return {item.field: item.name for item in catalogue.contract_of(service).items}
    except EntryNotFound:
        return {}


@require_POST
@desk_page
def confirm(request: HttpRequest, actor: Actor, run_id: str) -> HttpResponseBase:
    """Yes: the delivery is read again and lands as it is."""
    collection.confirm_run(actor, run_id, clock=clock())
    messages.success(request, _("已确认。平台将重新读取这次交付并入库。"))
    return redirect("desk:run", run_id=run_id)


@require_POST
@desk_page
def refuse(request: HttpRequest, actor: Actor, run_id: str) -> HttpResponseBase:
    """No: nothing lands, the earlier data stay."""
    collection.refuse_run(actor, run_id, reason=request.POST.get("reason", ""), clock=clock())
    messages.success(request, _("已拒绝。资源池保持原有数据，下次按计划归集。"))
    return redirect("desk:run", run_id=run_id)
