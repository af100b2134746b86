"""What is done from the list: acts on many entries, and searches kept by name."""

import io
from collections.abc import Sequence
from typing import Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import Outcome, SearchQuery, TogetherAction
from jutong.control.directory.api import Actor
from jutong.control.grants import api as grants
from jutong.control.interchange import api as interchange
from jutong.pages.components import Badge, Column, Link, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import clock, commanded, desk_page, desk_render, home
from jutong.pages.desk.catalogue_query import address_of, query_of
from jutong.pages.desk.served_files import kept_file

MOST: Final = 500
"""So many entries are acted on at once."""
EXPORT: Final = "export"
CHANGES_SERVICES: Final = frozenset({TogetherAction.PUBLISH, TogetherAction.WITHDRAW})


@require_POST
@desk_page
def together(request: HttpRequest, actor: Actor) -> HttpResponseBase:
    """One act on the chosen entries, or on all that the search finds; what became of each."""
    query = query_of(QueryDict(request.POST.get("asked", "")))
    every = request.POST.get("all") == "1"
    if request.POST.get("action") == EXPORT:
        return _export(actor, query, None if every else request.POST.getlist("service"))
    action = commanded(TogetherAction, request.POST.get("action"))
    services = _all_found(actor, query) if every else request.POST.getlist("service")
    if not services:
        messages.error(request, _("没有选中条目。请先勾选，再选择要办理的操作。"))
        return redirect(address_of(query))
    outcomes = catalogue.act_together(
        actor,
        services,
        action,
        reason=request.POST.get("reason", "").strip(),
        clock=clock(),
        revisions={} if every else _seen(request),
    )
    if action in CHANGES_SERVICES and any(outcome.done for outcome in outcomes):
        grants.publish_snapshot(home(), clock=clock())
    return _outcomes_page(request, actor, action, outcomes, query, left=len(services) - len(outcomes))


def _seen(request: HttpRequest) -> dict[str, int]:
    """The revision of each entry as the list showed it."""
    shown = [text.rpartition("@") for text in request.POST.getlist("seen")]
    return {service: int(number) for service, _at, number in shown if number.isascii() and number.isdigit()}


def _all_found(actor: Actor, query: SearchQuery) -> list[str]:
    page = catalogue.entries(actor, query.where, limit=MOST)
    return [row.service for row in page.rows]


def _export(actor: Actor, query: SearchQuery, services: Sequence[str] | None) -> HttpResponseBase:
    """The chosen entries as an Excel file that can be read in again."""
    target = io.BytesIO()
    if services is None:
        interchange.export_workbook(actor, target, where=query.where, clock=clock())
    else:
        interchange.export_workbook(actor, target, services=services, clock=clock())
    return kept_file(target.getvalue(), "catalogue.xlsx")


def _outcomes_page(
    request: HttpRequest,
    actor: Actor,
    action: TogetherAction,
    outcomes: Sequence[Outcome],
    query: SearchQuery,
    *,
    left: int,
) -> HttpResponse:
    done = sum(outcome.done for outcome in outcomes)
    context = {
        "action": action,
        "done": done,
        "held": len(outcomes) - done,
        "left": left,
        "table": _outcomes_table(outcomes),
        "back": address_of(query),
    }
    crumbs = (Link(text=_("目录"), href=reverse("desk:catalogue")),)
    return desk_render(request, actor, "desk/catalogue/together.html", context, crumbs=crumbs)


def _outcomes_table(outcomes: Sequence[Outcome]) -> Table:
    language = error_language()
    ordered = sorted(outcomes, key=lambda outcome: outcome.done)
    return Table(
        caption=_("各条目的结果"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="state", title=_("结果"), nowrap=True),
            Column(key="said", title=_("说明")),
        ],
        rows=[
            {
                "title": Link(text=one.title, href=reverse("desk:entry", args=[one.service])),
                "state": Badge(text=_("完成"), tone=Tone.GOOD)
                if one.done
                else Badge(text=_("未办理"), tone=Tone.WARNING),
                "said": one.said(language),
            }
            for one in ordered
        ],
    )


@require_POST
@desk_page
def keep_search(request: HttpRequest, actor: Actor) -> HttpResponse:
    query = query_of(QueryDict(request.POST.get("asked", "")))
    kept = catalogue.save_search(actor, request.POST.get("name", ""), query, clock=clock())
    messages.success(
        request, _("已保存检索“%(name)s”。有新增或更新的条目时，待办页会提醒您。") % {"name": kept.name}
    )
    return redirect(address_of(query))


@desk_page
def look(request: HttpRequest, actor: Actor, search_id: int) -> HttpResponse:
    """The result of a kept search; what was new in it has been seen from now on."""
    view = catalogue.look_at(actor, search_id, clock=clock())
    if view.fresh:
        messages.info(
            request,
            ngettext(
                "上次查看以来有 %(count)d 条新增或更新，按最近更新排列。",
                "上次查看以来有 %(count)d 条新增或更新，按最近更新排列。",
                view.fresh,
            )
            % {"count": view.fresh},
        )
        address = address_of(view.query)
        return redirect(f"{address}{'&' if '?' in address else '?'}sort=updated")
    return redirect(address_of(view.query))


@require_POST
@desk_page
def forget(request: HttpRequest, actor: Actor, search_id: int) -> HttpResponse:
    catalogue.forget_search(actor, search_id)
    messages.success(request, _("已删除保存的检索。"))
    return redirect("desk:catalogue")
