"""Collection runs: what was read, landed and set aside, what each rule found, and how far a run is."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.collection import api as collection
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.transitions import ENDED
from jutong.control.collection.values import RunFilter, RunView
from jutong.control.directory.api import Actor
from jutong.dataflow.quality import KINDS
from jutong.kernel.errors import error_codes
from jutong.pages.components import (
    Badge,
    Chart,
    Column,
    Empty,
    Link,
    Progress,
    Series,
    Table,
    Tile,
    Tone,
)
from jutong.pages.context import error_language
from jutong.pages.desk.acting import chosen, desk_page, desk_render, paging
from jutong.pages.desk.cells import stacked
from jutong.vocabulary.contracts import RuleOutcome, RunReport

TONES = {
    RunStatus.QUEUED: Tone.NEUTRAL,
    RunStatus.RUNNING: Tone.INFO,
    RunStatus.SUCCEEDED: Tone.GOOD,
    RunStatus.FAILED: Tone.BAD,
    RunStatus.HELD: Tone.WARNING,
    RunStatus.CANCELLED: Tone.NEUTRAL,
}
# htmx stops asking when it is answered with this status.
STOP_POLLING = 286


def error_text(code: str, detail: dict[str, object]) -> str:
    """The message of a kept error in the reader's language; its code where the class is not known here."""
    known = error_codes().get(code)
    return known(**detail).message(error_language()) if known else code


def status_badge(run: RunView) -> Badge:
    return Badge(text=run.status.label(error_language()), tone=TONES[run.status])


@desk_page
def listing(request: HttpRequest, actor: Actor) -> HttpResponse:
    status = request.GET.get("status", "")
    where = RunFilter(status=chosen(RunStatus, status))
    page = collection.runs(actor, where, cursor=request.GET.get("cursor"))
    address = reverse("desk:runs")
    language = error_language()
    tabs = [Link(text=_("全部"), href=address, current=not status)]
    tabs += [
        Link(text=one.label(language), href=f"{address}?status={one.value}", current=status == one.value)
        for one in RunStatus
    ]
    context = {
        "tabs": tabs,
        "table": runs_table(page.rows),
        "pages": paging(request, page),
    }
    return desk_render(request, actor, "desk/runs/list.html", context)


def runs_table(rows: Sequence[RunView]) -> Table:
    return Table(
        caption=_("归集任务"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="at", title=_("发起时间"), nowrap=True),
            Column(key="read", title=_("读取"), numeric=True),
            Column(key="landed", title=_("入库"), numeric=True),
            Column(key="quarantined", title=_("隔离"), numeric=True),
            Column(key="score", title=_("质量分"), numeric=True),
            Column(key="status", title=_("状态"), nowrap=True),
        ],
        rows=[
            {
                "title": Link(text=run.title, href=reverse("desk:run", args=[run.run_id])),
                "at": run.requested_at,
                "read": run.read,
                "landed": run.landed,
                "quarantined": run.quarantined,
                "score": run.score,
                "status": status_badge(run),
            }
            for run in rows
        ],
        empty=Empty(title=_("还没有归集任务"), text=_("挂接数据源后，平台按更新周期归集，也可以立即归集。")),
    )


@desk_page
def detail(request: HttpRequest, actor: Actor, run_id: str) -> HttpResponse:
    run = collection.run(actor, run_id)
    report = run.report
    names = _item_names(run.service)
    context = {
        "run": run,
        "badge": status_badge(run),
        "progress": None if run.status in ENDED else _progress(run),
        "error": error_text(run.error_code, dict(run.error_detail)) if run.error_code else "",
        "tiles": [
            Tile(title=_("读取行数"), value=run.read),
            Tile(
                title=_("入库行数"),
                value=run.landed,
                tone=Tone.GOOD,
                note=_("版本 %(version)s") % {"version": run.version} if run.version else "",
            ),
            Tile(
                title=_("隔离行数"),
                value=run.quarantined,
                tone=Tone.WARNING if run.quarantined else Tone.NEUTRAL,
            ),
            Tile(title=_("质量分"), value=run.score),
        ],
        "rules": _rules(report, names) if report else None,
        "chart": _chart(report, names) if report and any(rule.failed for rule in report.rules) else None,
        "reasons": _reasons(report, names) if report and report.quarantine_reasons else None,
        "missing": "、".join(names.get(field, field) for field in report.missing_columns) if report else "",
        "extra": "、".join(report.extra_columns) if report else "",
    }
    crumbs = (Link(text=_("归集任务"), href=reverse("desk:runs")),)
    return desk_render(request, actor, "desk/runs/detail.html", context, crumbs=crumbs)


@desk_page
def progress(request: HttpRequest, actor: Actor, run_id: str) -> HttpResponse:
    """The fragment that the page of a running run asks again and again; at the end it reloads the page."""
    run = collection.run(actor, run_id)
    if run.status in ENDED:
        response = HttpResponse(status=STOP_POLLING)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "components/progress.html", {"progress": _progress(run)}, status=HTTPStatus.OK)


def _progress(run: RunView) -> Progress:
    return Progress(
        title=_("正在归集"),
        done=run.rows_done,
        total=run.rows_total,
        text=f"{run.status.label(error_language())} {run.stage}",
        href=reverse("desk:run-progress", args=[run.run_id]),
    )


def _item_names(service: str) -> Mapping[str, str]:
    """Field → name of the entry's items; empty when the entry is withdrawn."""
    try:
        contract = catalogue.contract_of(service)
    except EntryNotFound:
        return {}
    return {item.field: item.name for item in contract.items}


def _rule_name(rule: RuleOutcome, names: Mapping[str, str]) -> str:
    """Such as “公民身份号码：非空”."""
    kind = KINDS.get(rule.kind)
    what = rule.kind if kind is None else kind.title_zh if error_language() == "zh" else kind.title_en
    fields = "、".join(names.get(field, field) for field in rule.fields)
    return _("%(items)s：%(rule)s") % {"items": fields, "rule": what}


def _rules(report: RunReport, names: Mapping[str, str]) -> Table:
    language = error_language()
    return Table(
        caption=_("质量规则的结果"),
        columns=[
            Column(key="rule", title=_("规则")),
            Column(key="dimension", title=_("维度"), nowrap=True),
            Column(key="checked", title=_("检查"), numeric=True),
            Column(key="failed", title=_("不符"), numeric=True),
            Column(key="blocking", title=_("不符的行"), nowrap=True),
            Column(key="samples", title=_("样例行号")),
        ],
        rows=[
            {
                "rule": stacked(_rule_name(rule, names), rule.code, code=True),
                "dimension": rule.dimension.label(language),
                "checked": rule.checked,
                "failed": rule.failed,
                "blocking": _("隔离") if rule.blocking else _("入库并计数"),
                "samples": "、".join(rule.sample_keys[:5]),
            }
            for rule in sorted(report.rules, key=lambda rule: -rule.failed)
        ],
        first_is_header=True,
        empty=Empty(title=_("没有适用的规则")),
    )


def _chart(report: RunReport, names: Mapping[str, str]) -> Chart:
    failed = sorted((rule for rule in report.rules if rule.failed), key=lambda rule: -rule.failed)
    return Chart(
        id="rules",
        title=_("不符合规则的行数"),
        categories=[_rule_name(rule, names) for rule in failed],
        series=[Series(name=_("行数"), values=[rule.failed for rule in failed])],
        kind="hbar",
        category_title=_("规则"),
    )


def _reasons(report: RunReport, names: Mapping[str, str]) -> Table:
    """Why rows were set aside: a blocking rule, or that a line could not be read."""
    rules = {rule.code: _rule_name(rule, names) for rule in report.rules}
    counts = sorted(report.quarantine_reasons.items(), key=lambda pair: -pair[1])
    return Table(
        caption=_("隔离原因"),
        columns=[Column(key="reason", title=_("原因")), Column(key="rows", title=_("行数"), numeric=True)],
        rows=[
            {"reason": stacked(rules.get(reason, _("无法读取")), reason, code=True), "rows": count}
            for reason, count in counts
        ],
    )
