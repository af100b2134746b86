"""The inspection (目录体检): what the rules say of the whole catalogue, who has to mend what, and mending it at once."""

import datetime as dt
from collections import Counter
from http import HTTPStatus
from typing import Final

from django.contrib import messages
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
from jutong.control.inspection import api as inspection
from jutong.control.inspection.api import FindingFilter, FindingState, FixOutcome, FixReport, InspectionView
from jutong.pages.components import Empty, Link, Progress
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, clock, desk_page, desk_render, paging
from jutong.pages.desk.inspection_export import as_csv, as_workbook
from jutong.pages.desk.inspection_parts import (
    departments_table,
    filters_of,
    row_of,
    rule_rows,
    rules_table,
    tiles_of,
    trend_of,
)
from jutong.pages.desk.served_files import kept_file
from jutong.vocabulary.catalogue import Severity

P = Permission
EXPORTED: Final = 50_000
"""So many findings go into one file."""
# htmx stops asking when it is answered with this status.
STOP_POLLING: Final = 286
WAIVER_DAYS: Final = 90


@desk_page
def overview(request: HttpRequest, actor: Actor) -> HttpResponse:
    where = _asked(request)
    now = clock()
    page = inspection.findings(actor, where, clock=now, cursor=request.GET.get("cursor"))
    history = inspection.inspections(actor, limit=30)
    waiting = _waiting(actor)
    last = history[0] if history else None
    narrowed = where != FindingFilter()
    context = {
        "last": last,
        "waiting": _progress(waiting[0]) if waiting else None,
        "tiles": tiles_of(inspection.standing(actor, clock=now, provider=where.provider)),
        "rules": rule_rows(inspection.by_rule(actor, clock=now, provider=where.provider)),
        "departments": departments_table(inspection.by_department(actor, clock=now)),
        "trend": trend_of(history) if len(history) > 1 and actor.is_city_wide else None,
        "filters": filters_of(request.GET, _visible_departments(actor)),
        "rows": [row_of(finding) for finding in page.rows],
        "empty": _empty(last, narrowed=narrowed),
        "total": inspection.count_findings(actor, where, clock=now),
        "pages": paging(request, page),
        "asked": request.GET.urlencode(),
        "may_run": P.INSPECTION_RUN in actor.permissions,
        "may_waive": P.FINDING_WAIVE in actor.permissions,
        "may_fix": P.ENTRY_DRAFT in actor.permissions,
        "provider": where.provider,
        "until": dt.date.fromordinal(now.now().date().toordinal() + WAIVER_DAYS),
    }
    return desk_render(request, actor, "desk/inspection/overview.html", context)


def _asked(request: HttpRequest) -> FindingFilter:
    given = request.GET
    return FindingFilter(
        text=given.get("q", ""),
        rule=given.get("rule", ""),
        provider=given.get("department", ""),
        service=given.get("service", ""),
        severity=chosen(Severity, given.get("severity")),
        state=chosen(FindingState, given.get("state")),
        overdue=given.get("overdue") == "1",
        fixable=given.get("fixable") == "1",
    )


def _visible_departments(actor: Actor) -> tuple[tuple[str, str], ...]:
    reach = directory.scope(actor, P.ENTRY_READ)
    every = directory.departments(active_only=False)
    return tuple((one.code, one.short_name) for one in every if reach is None or one.code in reach)


def _empty(last: InspectionView | None, *, narrowed: bool) -> Empty:
    if last is None:
        return Empty(
            title=_("还没有体检过"),
            text=_("平台每天早上自动体检全部目录；也可以由数据主管部门立即体检。"),
        )
    if narrowed:
        action = Link(text=_("清除条件"), href=reverse("desk:inspection"))
        return Empty(title=_("没有符合条件的问题"), text=_("请放宽条件再看。"), action=action)
    return Empty(title=_("没有问题"), text=_("全部目录都符合规则。明天早上会再次体检。"))


def _waiting(actor: Actor) -> tuple[str, ...]:
    return inspection.waiting_inspections(actor) if P.INSPECTION_RUN in actor.permissions else ()


def _progress(key: str) -> Progress:
    return Progress(
        title=_("正在体检"),
        done=0,
        total=None,
        text=_("一般在一分钟内完成，完成后本页自动刷新。"),
        href=reverse("desk:inspection-progress", args=[key]),
    )


@desk_page
def progress(request: HttpRequest, actor: Actor, key: str) -> HttpResponse:
    """The fragment that the page asks again and again while an inspection waits; at the end it reloads the page."""
    if key not in _waiting(actor):
        response = HttpResponse(status=STOP_POLLING)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "components/progress.html", {"progress": _progress(key)}, status=HTTPStatus.OK)


@desk_page
def rules(request: HttpRequest, actor: Actor) -> HttpResponse:
    """Every rule with its advice and source, as an official reads it."""
    crumbs = (Link(text=_("目录体检"), href=reverse("desk:inspection")),)
    return desk_render(request, actor, "desk/inspection/rules.html", {"table": rules_table()}, crumbs=crumbs)


@require_POST
@desk_page
def run(request: HttpRequest, actor: Actor) -> HttpResponse:
    inspection.request_inspection(actor, clock=clock())
    messages.success(request, _("已开始体检，完成后本页自动刷新。"))
    return redirect("desk:inspection")


@require_POST
@desk_page
def fix_rule(request: HttpRequest, actor: Actor) -> HttpResponse:
    rule = request.POST.get("rule", "")
    provider = request.POST.get("department", "")
    _tell(request, inspection.fix_rule(actor, rule, clock=clock(), provider=provider))
    return _back(request)


@require_POST
@desk_page
def fix_entry(request: HttpRequest, actor: Actor, service: str) -> HttpResponse:
    rule = request.POST.get("rule", "")
    report = inspection.fix_entry(actor, service, clock=clock(), rules=(rule,) if rule else ())
    _tell(request, (report,))
    return _back(request)


def _tell(request: HttpRequest, reports: tuple[FixReport, ...]) -> None:
    counts = Counter(report.outcome for report in reports)
    mended = counts[FixOutcome.SAVED] + counts[FixOutcome.CHANGED]
    if mended:
        text = ngettext("已修正 %(count)s 个目录。", "已修正 %(count)s 个目录。", mended) % {"count": mended}
        if counts[FixOutcome.CHANGED]:
            text += _("其中已发布的目录已起草变更，请查看后提交审核。")
        messages.success(request, text)
    skipped = [report for report in reports if report.outcome is FixOutcome.SKIPPED]
    if skipped:
        first = skipped[0].reason_zh if error_language().startswith("zh") else skipped[0].reason_en
        values = {"count": len(skipped), "title": skipped[0].title, "reason": first}
        messages.warning(request, _("%(count)s 个目录未修正，如“%(title)s”：%(reason)s") % values)
    if not mended and not skipped:
        messages.info(request, _("没有可以自动修正的内容，请打开目录人工修改。"))


@require_POST
@desk_page
def waive(request: HttpRequest, actor: Actor) -> HttpResponse:
    keys = [int(key) for key in request.POST.getlist("finding") if key.isdecimal()]
    reason = request.POST.get("reason", "")
    until = _day(request.POST.get("until", ""))
    count = inspection.waive(actor, keys, reason=reason, until=until, clock=clock())
    messages.success(request, _("已豁免 %(count)s 个问题，到期自动恢复。") % {"count": count})
    return _back(request)


def _day(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return dt.date.min  # which no waiver may end on


@require_POST
@desk_page
def end_waiver(request: HttpRequest, actor: Actor, key: int) -> HttpResponse:
    inspection.end_waiver(actor, key, clock=clock())
    messages.success(request, _("已取消豁免。"))
    return _back(request)


@desk_page
def export(request: HttpRequest, actor: Actor, form: str) -> FileResponse:
    """The findings that the page lists, as a file for a department."""
    page = inspection.findings(actor, _asked(request), clock=clock(), limit=EXPORTED)
    workbook = form == "xlsx"
    made = as_workbook(page.rows) if workbook else as_csv(page.rows)
    name = f"jutong-findings-{clock().now():%Y%m%d}.{'xlsx' if workbook else 'csv'}"
    return kept_file(made, name)


def _back(request: HttpRequest) -> HttpResponse:
    asked = request.POST.get("asked", "")
    return redirect(reverse("desk:inspection") + (f"?{asked}" if asked else ""))
