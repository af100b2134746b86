"""Grants: the frozen policy in words, how to call under it, and every call that was made."""

from datetime import timedelta

from django.conf import settings
from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor
from jutong.control.grants import api as grants
from jutong.control.grants.terms import GrantAction, GrantStatus
from jutong.control.grants.values import GrantFilter, GrantView
from jutong.evidence import EvidenceIndex
from jutong.kernel.clock import business_date
from jutong.kernel.errors import JutongError
from jutong.pages.components import Column, Empty, Link, Table
from jutong.pages.context import error_language
from jutong.pages.desk.acting import (
    OWN_PAGE,
    chosen,
    clock,
    commanded,
    desk_page,
    desk_render,
    home,
    paging,
    say_error,
)
from jutong.pages.desk.badges import badge
from jutong.pages.desk.call_samples import samples
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.evidence import calls_table
from jutong.vocabulary.contracts import GrantPolicy

DOERS = {
    GrantAction.SUSPEND: grants.suspend,
    GrantAction.RESUME: grants.resume,
    GrantAction.REVOKE: grants.revoke,
}


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    status = request.GET.get("status", "")
    wanted = GrantFilter(status=chosen(GrantStatus, status))
    page = grants.grants(actor, wanted, cursor=request.GET.get("cursor"))
    address = reverse("desk:grants")
    tabs = [Link(text=_("全部"), href=address, current=not status)]
    tabs += [
        Link(
            text=one.label(error_language()),
            href=f"{address}?status={one.value}",
            current=status == one.value,
        )
        for one in GrantStatus
    ]
    table = Table(
        caption=_("授权列表"),
        columns=[
            Column(key="entry", title=_("目录条目和授权编号")),
            Column(key="consumer", title=_("使用部门")),
            Column(key="provider", title=_("提供部门")),
            Column(key="until", title=_("有效期至"), nowrap=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "entry": stacked(
                    Link(text=row.entry_title, href=reverse("desk:grant", args=[row.grant_id])),
                    row.grant_id,
                    code=True,
                ),
                "consumer": row.consumer_name,
                "provider": row.provider_name,
                "until": business_date(row.policy.valid_until - timedelta(microseconds=1)),
                "status": badge(row.status),
            }
            for row in page.rows
        ],
        empty=Empty(title=_("还没有授权"), text=_("申请获得批准后，授权会出现在这里。")),
    )
    context = {"tabs": tabs, "table": table, "pages": paging(request, page)}
    return desk_render(request, actor, "desk/grants/list.html", context)


@desk_page
def detail(request: HttpRequest, actor: Actor, grant_id: str) -> HttpResponse:
    return _page(request, actor, grant_id)


def _page(request: HttpRequest, actor: Actor, grant_id: str, *, reason: str = "") -> HttpResponse:
    """One grant; `reason` is what was written into its form when that was refused."""
    view = grants.grant(actor, grant_id)
    policy = view.policy
    calls = EvidenceIndex(home().evidence).calls(grant_id=grant_id, limit=20, after=request.GET.get("cursor"))
    context = {
        "view": view,
        "policy": policy,
        "last_day": business_date(policy.valid_until - timedelta(microseconds=1)),
        "badge": badge(view.status),
        "items": _items_table(policy),
        "clients": _clients(actor, policy),
        "samples": samples(policy, settings.PUBLIC_GATEWAY_URL),
        "calls": calls_table(calls.rows, caption=_("依据本授权的调用，新的在前"), of_grant=True),
        "pages": paging(request, calls),
        "acts": [
            (action.value, action.label(error_language())) for action in view.actions if action in DOERS
        ],
        "steps": _steps(view) if view.steps else None,
        "reason": reason,
    }
    crumbs = (Link(text=_("授权"), href=reverse("desk:grants")),)
    return desk_render(request, actor, "desk/grants/detail.html", context, crumbs=crumbs)


def _clients(actor: Actor, policy: GrantPolicy) -> list[tuple[str, str]]:
    """(client_id, name) of the client systems that may call; the name where the actor may see it."""
    names = {one.client_id: one.name for one in directory.clients(actor)}
    return [(client, names.get(client, "")) for client in policy.clients]


def _items_table(policy: GrantPolicy) -> Table:
    language = error_language()

    def way(index: int) -> str:
        item = policy.items[index]
        if item.verification_only:
            return _("只供核验")
        return _("脱敏：%(method)s") % {"method": item.mask.label(language)} if item.mask else _("原文")

    return Table(
        caption=_("放行的信息项"),
        columns=[
            Column(key="name", title=_("信息项")),
            Column(key="field", title=_("字段"), code=True),
            Column(key="way", title=_("提供方式")),
        ],
        rows=[
            {"name": item.name, "field": item.field, "way": way(index)}
            for index, item in enumerate(policy.items)
        ],
        first_is_header=True,
    )


def _steps(view: GrantView) -> Table:
    language = error_language()
    return Table(
        caption=_("授权变动"),
        columns=[
            Column(key="at", title=_("时间"), nowrap=True),
            Column(key="action", title=_("动作")),
            Column(key="by", title=_("办理人")),
            Column(key="reason", title=_("理由")),
        ],
        rows=[
            {"at": step.at, "action": step.action.label(language), "by": step.by_name, "reason": step.reason}
            for step in view.steps
        ],
    )


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, grant_id: str) -> HttpResponse:
    doer = DOERS.get(commanded(GrantAction, request.POST.get("action")))
    if doer is None:
        raise BadRequest
    reason = request.POST.get("reason", "").strip()
    try:
        doer(actor, grant_id, reason=reason, home=home(), clock=clock())
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        say_error(request, error)
        return _page(request, actor, grant_id, reason=reason)
    return redirect("desk:grant", grant_id=grant_id)
