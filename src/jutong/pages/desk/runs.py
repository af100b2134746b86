"""Collection runs: what was read, landed and set aside, what each rule found, and how far a run is."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from jutong.control.catalogue import api as catalogue
from jutong.control.catalogue.errors import EntryNotFound
from jutong.control.collection import api as collection
from jutong.control.collection.api import ProofLine, proof_of_run
from jutong.control.collection.terms import RunStatus
from jutong.control.collection.values import RunView
from jutong.control.directory import api as directory
from jutong.control.directory.api import Actor, Permission
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
from jutong.pages.desk.acting import clock, desk_page, desk_render
from jutong.pages.desk.cells import stacked
from jutong.pages.desk.drift import drift_panel
from jutong.pages.templatetags.jutong import figure, moment
from jutong.vocabulary.contracts import RuleOutcome, RunReport

TONES = {
    RunStatus.QUEUED: Tone.NEUTRAL,
    RunStatus.RUNNING: Tone.INFO,
    RunStatus.SUCCEEDED: Tone.GOOD,
    RunStatus.FAILED: Tone.BAD,
    RunStatus.HELD: Tone.WARNING,
    RunStatus.CANCELLED: Tone.NEUTRAL,
}
# These change by themselves; a held run waits for a person.
MOVING = frozenset({RunStatus.QUEUED, RunStatus.RUNNING})
# htmx stops asking when it is answered with this status.
STOP_POLLING = 286


def error_text(code: str, detail: dict[str, object]) -> str:
    """The message of a kept error in the reader's language; its code where the class is not known here."""
    known = error_codes().get(code)
    return known(**detail).message(error_language()) if known else code


def status_badge(run: RunView) -> Badge:
    return Badge(text=run.status.label(error_language()), tone=TONES[run.status])


def runs_table(rows: Sequence[RunView]) -> Table:
    return Table(
        caption=_("归集任务"),
        columns=[
            Column(key="title", title=_("目录条目")),
            Column(key="at", title=_("发起时间"), nowrap=True),
            Column(key="mode", title=_("方式"), nowrap=True),
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
                "mode": _("试运行") if run.dry_run else run.mode.label(error_language()),
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
    proof = proof_of_run(actor, run_id)
    context = {
        "run": run,
        "badge": status_badge(run),
        "progress": _progress(run) if run.status in MOVING else None,
        "error": error_text(run.error_code, dict(run.error_detail)) if run.error_code else "",
        "retried": run.status is RunStatus.QUEUED and run.retries > 0,
        "tiles": run_tiles(run),
        "mode": run.mode.label(error_language()),
        "cost": report.cost if report else None,
        "proof": proof,
        "verdict": None if proof is None else _proved(proof),
        "acts": _acts(actor, run),
        "rules": _rules(report, names) if report else None,
        "chart": _chart(report, names) if report and any(rule.failed for rule in report.rules) else None,
        "reasons": _reasons(report, names) if report and report.quarantine_reasons else None,
        "missing": "、".join(names.get(field, field) for field in report.missing_columns) if report else "",
        "extra": "、".join(report.extra_columns) if report else "",
        "drift": drift_panel(actor, run),
    }
    crumbs = (Link(text=_("归集任务"), href=reverse("desk:runs")),)
    return desk_render(request, actor, "desk/runs/detail.html", context, crumbs=crumbs)


def run_tiles(run: RunView) -> list[Tile]:
    """What was read and what became of it; changed rows where the mode tells them apart."""
    tiles = [
        Tile(title=_("读取行数"), value=run.read),
        Tile(
            title=_("入库行数"),
            value=run.landed,
            tone=Tone.GOOD if run.landed else Tone.NEUTRAL,
            note=_("版本 %(version)s") % {"version": run.version} if run.version else "",
        ),
        Tile(
            title=_("隔离行数"),
            value=run.quarantined,
            tone=Tone.WARNING if run.quarantined else Tone.NEUTRAL,
        ),
        Tile(title=_("质量分"), value=run.score),
    ]
    if run.inserted or run.updated or run.deleted:
        tiles += [
            Tile(title=_("新增行数"), value=run.inserted),
            Tile(title=_("修改行数"), value=run.updated),
            Tile(title=_("删除行数"), value=run.deleted),
        ]
    return tiles


def _proved(proof: ProofLine) -> Badge:
    if not proof.complete:
        return Badge(text=_("与来源不一致"), tone=Tone.BAD)
    return (
        Badge(text=_("修复后完整"), tone=Tone.WARNING)
        if proof.repaired
        else Badge(text=_("完整"), tone=Tone.GOOD)
    )


def _acts(actor: Actor, run: RunView) -> list[tuple[str, str, str]]:
    """(what is sent, its button, its style) of what the actor may do with the run now."""
    if not directory.can(actor, Permission.RUN_REQUEST, run.department):
        return []
    if run.status in {RunStatus.QUEUED, RunStatus.RUNNING}:
        acts = [] if run.cancel_requested else [("cancel", _("取消任务"), "btn-outline-danger")]
        return [("retry", _("立即重试"), "btn-primary"), *acts] if run.not_before else acts
    if run.status in {RunStatus.FAILED, RunStatus.CANCELLED}:
        return [("retry", _("重新归集"), "btn-primary"), ("dry", _("试运行"), "btn-outline-primary")]
    if run.status is RunStatus.SUCCEEDED:
        return [("again", _("再归集一次"), "btn-primary"), ("dry", _("试运行"), "btn-outline-primary")]
    return []


@require_POST
@desk_page
def act(request: HttpRequest, actor: Actor, run_id: str) -> HttpResponse:
    """Cancel it, try it again, run the entry again, or see what a run would do."""
    run, sent = collection.run(actor, run_id), request.POST.get("act")
    if sent == "cancel":
        run = collection.cancel_run(actor, run_id, clock=clock())
    elif sent == "retry":
        run = collection.retry_run(actor, run_id, clock=clock())
    elif sent in {"again", "dry"}:
        run = collection.request_run(actor, run.service, clock=clock(), dry_run=sent == "dry")
    else:
        raise BadRequest
    return redirect("desk:run", run_id=run.run_id)


@desk_page
def progress(request: HttpRequest, actor: Actor, run_id: str) -> HttpResponse:
    """The fragment that the page of a running run asks again and again; at the end it reloads the page."""
    run = collection.run(actor, run_id)
    if run.status not in MOVING:
        response = HttpResponse(status=STOP_POLLING)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "components/progress.html", {"progress": _progress(run)}, status=HTTPStatus.OK)


def _progress(run: RunView) -> Progress:
    now, parts = clock().now(), [run.status.label(error_language()), run.stage]
    if (rate := run.rate(now)) is not None:
        parts.append(_("每秒 %(rows)s 行") % {"rows": figure(round(rate))})
    if (left := run.remaining_s(now)) is not None:
        parts.append(_("约剩 %(time)s") % {"time": duration(left)})
    if run.not_before is not None and run.status is RunStatus.QUEUED:
        parts.append(_("%(at)s 以后开始") % {"at": moment(run.not_before)})
    if run.cancel_requested:
        parts.append(_("正在取消"))
    return Progress(
        title=_("正在归集"),
        done=run.rows_done,
        total=run.rows_total,
        text=" · ".join(part for part in parts if part),
        href=reverse("desk:run-progress", args=[run.run_id]),
    )


def duration(seconds: float) -> str:
    """A span in the unit that keeps it short: 0.8 s, 45 s, 12 min, 3.5 h."""
    if seconds < 120:  # two minutes
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"  # two hours


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
