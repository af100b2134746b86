"""The review queue: what waits for me, with its clock, its changes and its findings; many decided at once."""

from collections.abc import Mapping
from typing import Any, Final

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.api import BulkOutcome, ReviewKind, ReviewTask
from jutong.control.directory.api import Actor
from jutong.control.grants import api as grants
from jutong.kernel.errors import JutongError
from jutong.pages.components import Badge, Empty, Link, Pages, Table, Tone
from jutong.pages.context import error_language
from jutong.pages.desk.acting import OWN_PAGE, chosen, clock, desk_page, desk_render, error_line, home
from jutong.pages.desk.badges import badge
from jutong.pages.desk.changes import count_text, diff_table
from jutong.pages.desk.clocks import clock_badge, clock_words
from jutong.pages.desk.deciding import whole_number

SHOWN: Final = 20
DECIDED: Final = frozenset({ReviewKind.DEPARTMENT, ReviewKind.BUREAU})
"""What the queue itself decides; the rest is done on the entry's page."""


@desk_page
def queue(request: HttpRequest, actor: Actor) -> HttpResponse:
    return _page(request, actor)


def _page(
    request: HttpRequest,
    actor: Actor,
    *,
    reason: str = "",
    ticked: frozenset[str] = frozenset(),
    refused: Mapping[str, str] | None = None,
) -> HttpResponse:
    """The queue; what was refused stays ticked, with why, and the reason stays written."""
    kind = chosen(ReviewKind, request.GET.get("kind", request.POST.get("kind", "")))
    skip = whole_number(request.GET.get("skip", "")) or 0
    found = catalogue.reviews_waiting(actor, clock=clock(), kind=kind, limit=SHOWN, skip=skip)
    tasks = [_task(task, ticked=ticked, refused=refused or {}) for task in found.tasks]
    context = {
        "tabs": _tabs(found.counts, kind),
        "kind": kind.value if kind else "",
        "tasks": tasks,
        "decidable": any(task["decidable"] for task in tasks),
        "pages": _pages(kind, skip, len(tasks), found.total),
        "reason": reason,
        "empty": Empty(
            title=_("没有等您办理的目录"),
            text=_("部门提交的条目、延期申请和退回的条目会出现在这里。"),
            action=Link(text=_("查看目录"), href=reverse("desk:catalogue")),
        ),
    }
    return desk_render(request, actor, "desk/catalogue/reviews.html", context)


def _tabs(counts: Mapping[ReviewKind, int], kind: ReviewKind | None) -> list[Link]:
    address, language = reverse("desk:reviews"), error_language()
    tabs = [Link(text=_("全部"), href=address, current=kind is None, count=sum(counts.values()))]
    return tabs + [
        Link(
            text=one.label(language),
            href=f"{address}?kind={one.value}",
            current=one is kind,
            count=counts[one],
        )
        for one in ReviewKind
        if counts[one] or one is kind
    ]


def _pages(kind: ReviewKind | None, skip: int, shown: int, total: int) -> Pages | None:
    if total <= SHOWN:
        return None
    narrowed = f"&kind={kind.value}" if kind else ""
    following = f"?skip={skip + SHOWN}{narrowed}" if skip + shown < total else ""
    first = f"?{narrowed.lstrip('&')}" if skip else ""
    return Pages(shown=shown, total=total, next_href=following, first_href=first)


def _task(task: ReviewTask, *, ticked: frozenset[str], refused: Mapping[str, str]) -> dict[str, Any]:
    language = error_language()
    address = reverse("desk:entry", args=[task.service])
    if task.kind is ReviewKind.RETURNED:
        address = reverse("desk:entry-edit", args=[task.service])
    return {
        "task": task,
        "href": address,
        "kind": Badge(text=task.kind.label(language), tone=Tone.NEUTRAL),
        "clock": clock_badge(task.clock) if task.clock else None,
        "about": clock_words(task.clock) if task.clock and task.kind not in DECIDED else "",
        "level": badge(task.level) if task.kind in DECIDED else None,
        "changes": _("首次发布") if task.first else count_text(task.diff),
        "diff": _diff(task) if task.kind in DECIDED and not task.first else None,
        "reviewed": task.kind in DECIDED or task.kind is ReviewKind.RETURNED,
        "decidable": task.kind in DECIDED,
        "ticked": task.service in ticked,
        "refused": refused.get(task.service, ""),
    }


def _diff(task: ReviewTask) -> Table:
    return diff_table(task.diff, caption=_("与现行版本的差异"), before=_("现行"), after=_("待审核"))


@require_POST
@desk_page
def decide(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Accept or return what is ticked, with one reason; what cannot be done stays on the page and says why."""
    reason = request.POST.get("reason", "").strip()
    ticked = request.POST.getlist("service")
    revisions = {one: whole_number(request.POST.get(f"revision-{one}", "")) or 0 for one in ticked}
    if not revisions:
        messages.warning(request, _("没有勾选任何条目。请勾选后再办理。"))
        return _page(request, actor, reason=reason)
    if request.POST.get("action") == "return":
        outcome = catalogue.return_many(actor, revisions, reason=reason, clock=clock())
    else:
        outcome = catalogue.accept_many(actor, revisions, reason=reason, clock=clock())
    return _answer(request, actor, outcome, reason)


def _answer(request: HttpRequest, actor: Actor, outcome: BulkOutcome, reason: str) -> HttpResponse:
    if outcome.done:
        grants.publish_snapshot(home(), clock=clock())  # the gateway knows services by what is published
        messages.success(request, _("已办理 %(count)d 条。") % {"count": len(outcome.done)})
    if not outcome.refused:
        return redirect("desk:reviews")
    messages.error(request, _("%(count)d 条没有办理，原因写在各条下面。") % {"count": len(outcome.refused)})
    refused = {service: error_line(error) for service, error in outcome.refused}
    return _page(request, actor, reason=reason, ticked=frozenset(refused), refused=refused)


@require_POST
@desk_page
def extend(request: HttpRequest, actor: Actor, duty: int) -> HttpResponse:
    """The department asks for more time to update an entry."""
    reason = request.POST.get("reason", "").strip()
    try:
        found = catalogue.ask_extension(actor, duty, reason=reason, clock=clock())
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        messages.error(request, error_line(error))
        return _page(request, actor, reason=reason)
    messages.success(request, _("延期申请已提交，等待主管部门答复；答复前原期限不变。"))
    return redirect("desk:entry", service=found.service) if found else redirect("desk:reviews")


@require_POST
@desk_page
def decide_extension(request: HttpRequest, actor: Actor, duty: int) -> HttpResponse:
    """The bureau answers an extension; a reason that was typed stays when someone else answered first."""
    reason = request.POST.get("reason", "").strip()
    granted = request.POST.get("action") == "grant"
    try:
        catalogue.decide_extension(actor, duty, granted=granted, reason=reason, clock=clock())
    except JutongError as error:
        if error.kind in OWN_PAGE:
            raise
        messages.error(request, error_line(error))
        return _page(request, actor, reason=reason)
    messages.success(request, _("已同意延期。") if granted else _("已答复不同意延期。"))
    return redirect("desk:reviews")
