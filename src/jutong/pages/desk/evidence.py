"""The calls that a person may see, newest first, and the verification of the chain that they stand in."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Final

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.evidence import EvidenceIndex, EvidenceRecord, verify_folder
from jutong.evidence.records import OK
from jutong.pages.components import Badge, Column, Empty, Filters, Link, Option, Select, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import desk_page, desk_render, home, paging
from jutong.pages.desk.cells import stacked

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

ITEMS_SHOWN: Final = 6
# What the gateway refuses, in the few words of a badge; its whole message is in the answer to the caller.
REFUSALS: Final[Mapping[str, "str | _StrPromise"]] = {
    "gateway.not_granted": gettext_lazy("未授权"),
    "gateway.item_not_granted": gettext_lazy("信息项未授权"),
    "gateway.operation_not_granted": gettext_lazy("调用方式未授权"),
    "gateway.grant_expired": gettext_lazy("授权已到期"),
    "gateway.grant_suspended": gettext_lazy("授权已暂停"),
    "gateway.quota_exceeded": gettext_lazy("超出每日上限"),
    "gateway.rate_exceeded": gettext_lazy("调用过快"),
    "gateway.client_unknown": gettext_lazy("应用不存在或已停用"),
    "gateway.signature_missing": gettext_lazy("没有签名"),
    "gateway.signature_wrong": gettext_lazy("签名不正确"),
    "gateway.timestamp_outside": gettext_lazy("时间戳不符"),
    "gateway.nonce_replayed": gettext_lazy("随机串重复"),
    "gateway.key_missing": gettext_lazy("缺少查询条件"),
    "gateway.parameter_unknown": gettext_lazy("参数不认识"),
    "gateway.parameter_invalid": gettext_lazy("参数值无法使用"),
    "gateway.service_unknown": gettext_lazy("没有这个服务"),
    "gateway.snapshot_missing": gettext_lazy("尚无数据"),
}


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    department = _department(request, actor)
    service, outcome = request.GET.get("q", "").strip(), request.GET.get("outcome", "")
    page = EvidenceIndex(home().evidence).calls(
        department=department or None,
        service=service or None,
        outcome=outcome or None,
        limit=30,
        after=request.GET.get("cursor"),
    )
    context = {
        "filters": _filters(actor, department, service, outcome),
        "table": calls_table(page.rows, caption=_("调用和下载记录，新的在前")),
        "pages": paging(request, page),
    }
    return desk_render(request, actor, "desk/evidence/list.html", context)


def _department(request: HttpRequest, actor: Actor) -> str:
    """The department whose calls are shown; only the bureau may look at all at once."""
    wanted = request.GET.get("department", "")
    if not wanted and not actor.is_city_wide:
        wanted = actor.home_department
    directory.require(actor, Permission.CALL_READ, wanted or None)
    return wanted


def _filters(actor: Actor, department: str, service: str, outcome: str) -> Filters:
    options = [Option(value="", text=_("全部部门"))] if actor.is_city_wide else []
    options += [
        Option(value=one.code, text=one.name)
        for one in directory.departments()
        if actor.is_city_wide or one.code in actor.departments
    ]
    outcomes = [Option(value="", text=_("全部结果")), Option(value=OK, text=_("已应答"))]
    outcomes += [Option(value=code, text=str(text)) for code, text in REFUSALS.items()]
    return Filters(
        search_label=_("服务名"),
        search=service,
        selects=[
            Select(name="department", label=_("部门"), options=options, chosen=department),
            Select(name="outcome", label=_("结果"), options=outcomes, chosen=outcome),
        ],
        reset_href=reverse("desk:evidence"),
    )


def calls_table(rows: Sequence[EvidenceRecord], *, caption: str, of_grant: bool = False) -> Table:
    """Calls and downloads as a table; there is no value of a row in it because there is none in the evidence."""
    names = {one.code: one.name for one in directory.departments(active_only=False)}
    service = [] if of_grant else [Column(key="service", title=_("服务和使用方"))]
    return Table(
        caption=caption,
        columns=[
            Column(key="time", title=_("时间和请求号"), nowrap=True),
            *service,
            Column(key="operation", title=_("操作"), nowrap=True),
            Column(key="items", title=_("信息项")),
            Column(key="rows", title=_("行数"), numeric=True),
            Column(key="outcome", title=_("结果和耗时"), nowrap=True),
        ],
        rows=[
            {
                "time": stacked(_to_the_second(row.time), row.request_id, code=True),
                "service": stacked(row.service or None, _who(row, names)),
                "operation": _operation(row),
                "items": _items(row),
                "rows": row.rows,
                "outcome": stacked(_outcome(row.outcome), _("%(ms).1f 毫秒") % {"ms": row.latency_us / 1000}),
            }
            for row in rows
        ],
        empty=Empty(title=_("还没有调用记录"), text=_("网关每次调用、门户每次下载都会在这里留下证据。")),
    )


def _items(row: EvidenceRecord) -> str:
    shown = "、".join(row.items[:ITEMS_SHOWN])
    if len(row.items) <= ITEMS_SHOWN:
        return shown
    return _("%(items)s 等 %(count)d 项") % {"items": shown, "count": len(row.items)}


def _to_the_second(at: datetime) -> str:
    return f"{timezone.localtime(at):%Y-%m-%d %H:%M:%S}"


def _who(row: EvidenceRecord, names: Mapping[str, str]) -> str:
    return names.get(row.consumer, row.consumer) or row.actor or row.client_id


def _operation(row: EvidenceRecord) -> str:
    names = {"lookup": _("查询"), "verification": _("核验"), "download": _("下载")}
    return names.get(row.operation, row.operation)


def _outcome(outcome: str) -> Badge:
    if outcome == OK:
        return Badge(text=_("已应答"), tone=Tone.GOOD)
    return Badge(text=str(REFUSALS.get(outcome, outcome)), tone=Tone.BAD)


@require_POST
@desk_page
def verify(request: HttpRequest, actor: Actor) -> HttpResponse:
    directory.require(actor, Permission.CALL_READ, None if actor.is_city_wide else actor.home_department)
    verdict = verify_folder(home().evidence)
    problems = [found.message(error_language()) for found in verdict.problems]
    crumbs = (Link(text=_("调用证据"), href=reverse("desk:evidence")),)
    context = {"verdict": verdict, "problems": problems}
    return desk_render(request, actor, "desk/evidence/verdict.html", context, crumbs=crumbs)
