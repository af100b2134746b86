"""Work orders of refused rows (问题数据): the list, one order with its life, and the steps of people."""

from collections.abc import Mapping
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.collection import api as collection
from jutong.control.collection.api import RunFilter, RunStatus
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.quarantine import api as quarantine
from jutong.control.quarantine.api import (
    CorrectionState,
    CorrectionView,
    OrderAction,
    OrderFilter,
    OrderStatus,
    OrderView,
)
from jutong.pages.components import (
    Badge,
    Column,
    Empty,
    Filters,
    Link,
    Option,
    Select,
    Step,
    StepState,
    Table,
    Tile,
    Tone,
)
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, commanded, desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.runs import error_text
from jutong.pages.refused_files import explained

TONES: Final[Mapping[OrderStatus, Tone]] = {
    OrderStatus.SENT: Tone.WARNING,
    OrderStatus.CORRECTING: Tone.INFO,
    OrderStatus.CORRECTED: Tone.INFO,
    OrderStatus.REFUSED: Tone.BAD,
    OrderStatus.CLOSED: Tone.GOOD,
}
_BUTTONS: Final = {
    OrderAction.TAKE: gettext_lazy("开始更正"),
    OrderAction.CORRECT: gettext_lazy("已在源系统更正"),
    OrderAction.REFUSE: gettext_lazy("数据没有问题，退回"),
    OrderAction.RETURN: gettext_lazy("仍须更正，再次发送"),
    OrderAction.ACCEPT: gettext_lazy("同意退回并办结"),
}


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    status = request.GET.get("status", "standing")
    department = request.GET.get("department", "")
    where = OrderFilter(
        status=chosen(OrderStatus, status), standing=status == "standing", department=department
    )
    page = quarantine.orders(actor, where, clock=clock(), cursor=request.GET.get("cursor"))
    counts = quarantine.order_counts(actor, clock=clock())
    language = error_language()
    states = [
        Option(value="standing", text=_("未办结")),
        Option(value="all", text=_("全部")),
        *(Option(value=one.value, text=one.label(language)) for one in OrderStatus),
    ]
    departments = [
        Option(value="", text=_("全部部门")),
        *(Option(value=one.code, text=one.name) for one in directory.departments() if one.code in counts),
    ]
    overdue = sum(one.overdue for one in counts.values())
    context = {
        "filters": Filters(
            search_name="",
            selects=[
                Select(name="status", label=_("状态"), options=states, chosen=status),
                Select(name="department", label=_("部门"), options=departments, chosen=department),
            ],
            reset_href=reverse("desk:quarantine"),
        ),
        "tiles": [
            Tile(title=_("未办结工单"), value=sum(one.standing for one in counts.values())),
            Tile(title=_("逾期"), value=overdue, tone=Tone.BAD if overdue else Tone.NEUTRAL),
            Tile(title=_("待更正的行"), value=sum(one.rows_open for one in counts.values())),
        ],
        "table": _orders(page.rows),
        "pages": paging(request, page),
    }
    return desk_render(request, actor, "desk/quarantine/list.html", context)


def add_refused_to_home(actor: Actor, tiles: list[Tile]) -> None:
    """What waits for those who correct refused rows and decide on held deliveries."""
    if Permission.QUARANTINE_CORRECT in actor.permissions:
        counts = quarantine.order_counts(actor, clock=clock())
        standing = sum(one.standing for one in counts.values())
        overdue = sum(one.overdue for one in counts.values())
        tiles.append(
            Tile(
                title=_("问题数据工单"),
                value=standing,
                note=_("其中 %(count)d 件超期") % {"count": overdue} if overdue else "",
                href=reverse("desk:quarantine"),
                tone=Tone.BAD if overdue else Tone.WARNING if standing else Tone.GOOD,
            )
        )
    if Permission.RUN_CONFIRM in actor.permissions:
        held = collection.runs(actor, RunFilter(status=RunStatus.HELD), limit=100).rows
        if held:
            address = reverse("desk:runs") + f"?status={RunStatus.HELD.value}"
            tiles.append(Tile(title=_("待确认的归集"), value=len(held), href=address, tone=Tone.WARNING))


def _orders(rows: tuple[OrderView, ...]) -> Table:
    reasons = _Reasons()
    return Table(
        caption=_("问题数据工单"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="reason", title=_("问题")),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="department", title=_("部门")),
            Column(key="due", title=_("期限"), nowrap=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=one.title, href=reverse("desk:work-order", args=[one.code])),
                "reason": stacked(reasons.of(one), one.reason, code=True),
                "rows": one.rows_open,
                "department": one.department_name,
                "due": stacked(one.due_on, _("逾期") if one.overdue else ""),
                "status": badge(one.status),
            }
            for one in rows
        ],
        empty=Empty(
            title=_("没有问题数据工单"),
            text=_("归集时有不合格的行，平台会把它们隔离，并按原因生成工单发给来源部门。"),
        ),
    )


def badge(status: OrderStatus) -> Badge:
    return Badge(text=status.label(error_language()), tone=TONES[status])


class _Reasons:
    """The sentences of reasons, computed once an entry."""

    def __init__(self) -> None:
        self._known: dict[str, Mapping[str, tuple[tuple[str, ...], str]]] = {}

    def of(self, order: OrderView) -> str:
        if order.service not in self._known:
            try:
                contract = catalogue.contract_of(order.service)
            except EntryNotFound:
                self._known[order.service] = {}
            else:
                self._known[order.service] = explained(contract, clock=clock(), language=error_language())
        return self._known[order.service].get(order.reason, ((), order.reason))[1]


@desk_page
def detail(request: HttpRequest, actor: Actor, code: str) -> HttpResponse:
    order = quarantine.order(actor, code, clock=clock())
    corrections = quarantine.corrections(actor, order.service)
    may_correct = bool(directory.can(actor, Permission.QUARANTINE_CORRECT, order.department))
    context = {
        "order": order,
        "badge": badge(order.status),
        "reason": _Reasons().of(order),
        "tiles": [
            Tile(title=_("待更正的行"), value=order.rows_open),
            Tile(title=_("最多时"), value=order.rows_most),
        ],
        "samples": "、".join(str(number) for number in order.samples),
        "steps": [_step(order, place) for place in range(len(order.events))],
        "buttons": [
            (action.value, _BUTTONS[action], action is OrderAction.REFUSE) for action in order.actions
        ],
        "may_correct": may_correct and order.status is not OrderStatus.CLOSED,
        "corrections": _corrections(corrections) if corrections else None,
        "waiting": any(one.state is CorrectionState.RECEIVED for one in corrections),
    }
    crumbs = (Link(text=_("问题数据"), href=reverse("desk:quarantine")),)
    return desk_render(request, actor, "desk/quarantine/detail.html", context, crumbs=crumbs)


def _step(order: OrderView, place: int) -> Step:
    event = order.events[place]
    last = place == len(order.events) - 1 and order.status is not OrderStatus.CLOSED
    rows = _("%(rows)s 行") % {"rows": event.rows} if event.rows else ""
    return Step(
        title=event.action.label(error_language()),
        state=StepState.CURRENT if last else StepState.DONE,
        by=event.by,
        at=event.at,
        note="，".join(text for text in (rows, event.note) if text),
    )


def _corrections(rows: tuple[CorrectionView, ...]) -> Table:
    return Table(
        caption=_("上传的更正文件"),
        columns=[
            Column(key="file", title=_("文件")),
            Column(key="at", title=_("上传"), nowrap=True),
            Column(key="readmitted", title=_("补录"), numeric=True),
            Column(key="wrong", title=_("仍不合格"), numeric=True),
            Column(key="closed", title=_("此前已处理"), numeric=True),
            Column(key="state", title=_("结果")),
        ],
        rows=[
            {
                "file": one.file_name,
                "at": stacked(one.received_at, one.received_by),
                "readmitted": one.report.readmitted if one.report else None,
                "wrong": one.report.wrong if one.report else None,
                "closed": one.report.closed if one.report else None,
                "state": _outcome(one),
            }
            for one in rows
        ],
    )


def _outcome(one: CorrectionView) -> str:
    if one.report and one.report.error_code:
        return error_text(one.report.error_code, dict(one.report.error_detail))
    return one.state.label(error_language())


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, code: str) -> HttpResponseBase:
    action = commanded(OrderAction, request.POST.get("action"))
    quarantine.step_order(actor, code, action, note=request.POST.get("note", ""), clock=clock())
    messages.success(request, _("已记录。"))
    return redirect("desk:work-order", code=code)
