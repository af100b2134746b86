"""Runs as commands show them: a line of progress, a line of result, JSON."""

from datetime import datetime
from typing import Any

import click

from jutong.control.collection.api import RunStatus, RunView
from jutong.entrypoints.cli.output import language, pick, print_json, say
from jutong.kernel.clock import SHANGHAI
from jutong.kernel.errors import error_codes
from jutong.vocabulary.contracts import RuleOutcome

STAGES = {
    "read": ("读取", "reading"),
    "check": ("检查", "checking"),
    "land": ("入库", "landing"),
    "prove": ("核对", "proving"),
}


def progress_line(run: RunView, now: datetime) -> str:
    """Such as `执行中 读取 12,345/50,000 行（25%）3,200 行/秒 剩余约 12 秒`."""
    stage = pick(*STAGES.get(run.stage, (run.stage, run.stage)))
    total = f"/{run.rows_total:,}" if run.rows_total else ""
    share = f" {run.progress:.0%}" if run.progress is not None else ""
    parts = [run.status.label(language()), stage, f"{run.rows_done:,}{total}{share}"]
    rate, left = run.rate(now), run.remaining_s(now)
    if rate is not None:
        parts.append(pick(f"{rate:,.0f} 行/秒", f"{rate:,.0f} rows/s"))
    if left is not None:
        parts.append(pick(f"剩余约 {_span(left)}", f"about {_span(left)} left"))
    return "  ".join(part for part in parts if part)


def _span(seconds: float) -> str:
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return pick(f"{hours} 小时 {minutes} 分", f"{hours} h {minutes} min")
    return (
        pick(f"{minutes} 分 {rest} 秒", f"{minutes} min {rest} s")
        if minutes
        else pick(f"{rest} 秒", f"{rest} s")
    )


def local(at: datetime | None) -> str:
    """An instant as the wall clock of Shanghai shows it."""
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else ""


def show_run(run: RunView, *, as_json: bool) -> None:
    if as_json:
        print_json(run_json(run))
        return
    score = run.score if run.score is not None else "—"
    dry_zh, dry_en = ("（试运行，未入库）", " (dry run, nothing landed)") if run.dry_run else ("", "")
    say(
        f"{run.title}：{run.status.zh}{dry_zh}  读取 {run.read:,}  入库 {run.landed:,}  隔离 {run.quarantined:,}  "
        f"质量分 {score}",
        f"{run.title}: {run.status.en}{dry_en}  read {run.read:,}  landed {run.landed:,}  "
        f"set aside {run.quarantined:,}  quality {score}",
    )
    if run.error_code:
        known = error_codes().get(run.error_code)
        text = f"{known(**run.error_detail).message(language())}  " if known else ""
        click.echo(f"{text}[{run.error_code}]", err=True)
    if run.status is RunStatus.QUEUED and run.not_before:
        say(
            f"最早于 {local(run.not_before)} 开始。", f"It starts at {local(run.not_before)} at the earliest."
        )
    if run.status is RunStatus.HELD:
        say(
            "数据与以往差别较大，等待人工确认。请在任务页面查看差别后决定。",
            "The delivery differs from earlier ones and waits for a person. See the differences on the run's page.",
        )


def run_json(run: RunView) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "service": run.service,
        "source": run.source,
        "status": run.status.value,
        "mode": run.mode.value,
        "stage": run.stage,
        "priority": run.priority,
        "dry_run": run.dry_run,
        "attempt": run.attempt,
        "retries": run.retries,
        "cancel_requested": run.cancel_requested,
        "rows_done": run.rows_done,
        "rows_total": run.rows_total,
        "read": run.read,
        "landed": run.landed,
        "quarantined": run.quarantined,
        "inserted": run.inserted,
        "updated": run.updated,
        "deleted": run.deleted,
        "version": run.version,
        "score": run.score,
        "error_code": run.error_code,
        "requested_at": run.requested_at,
        "not_before": run.not_before,
        "started_at": run.started_at,
        "ended_at": run.ended_at,
        "rules": [outcome_json(rule) for rule in run.report.rules] if run.report else [],
    }


def outcome_json(rule: RuleOutcome) -> dict[str, Any]:
    return {
        "code": rule.code,
        "kind": rule.kind,
        "fields": list(rule.fields),
        "checked": rule.checked,
        "failed": rule.failed,
        "blocking": rule.blocking,
        "sample_rows": list(rule.sample_keys),
    }
