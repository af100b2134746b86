"""`jutong source`, `collect`, `check`: sources, collection runs, and the quality rules of one entry."""

import sys
import time
from typing import Any

import click

from jutong.control.catalogue.api import contract_of
from jutong.control.collection import api
from jutong.control.collection.api import RunFilter, RunStatus, RunView
from jutong.control.collection.errors import RunActive
from jutong.control.collection.transitions import ENDED
from jutong.control.directory.api import SYSTEM_ACTOR, Actor, Permission, require
from jutong.dataflow.pipelines import check_table
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock, business_date
from jutong.kernel.errors import error_codes
from jutong.kernel.home import DataHome
from jutong.processes.dispatch import worker_is_alive
from jutong.processes.lakes import lake_of
from jutong.processes.worker import run_here
from jutong.vocabulary.contracts import RuleOutcome


@click.group()
def source() -> None:
    """数据源：查看已登记的数据源。

    Sources of the departments.
    """


@source.command(name="list")
@acting_option
@json_option
def list_sources(*, username: str, as_json: bool) -> None:
    """列出数据源和它们供数的条目。

    List sources and the entries that they fill.
    """
    found = api.sources(actor_of(username))
    if as_json:
        print_json(
            [
                {
                    "code": row.code,
                    "name": row.name,
                    "department": row.department,
                    "kind": row.kind,
                    "services": list(row.services),
                }
                for row in found
            ]
        )
        return
    print_table(
        [
            pick("代码", "code"),
            pick("名称", "name"),
            pick("部门", "department"),
            pick("类型", "kind"),
            pick("供数条目", "entries"),
        ],
        [(row.code, row.name, row.department_name, row.kind, " ".join(row.services)) for row in found],
    )


@click.group()
def collect() -> None:
    """归集：立即归集、看进度、看历史。

    Collect data now, see progress and history.
    """


@collect.command(name="run")
@click.argument("service")
@acting_option
@json_option
def run_now(service: str, *, username: str, as_json: bool) -> None:
    """立即归集一个条目的数据，等到结束。成功退出码为 0，失败为 1。

    Collect one entry's data now and wait for the end. Exit code 0 when it succeeded, 1 when it failed.
    """
    actor, home = actor_of(username), platform_settings().data_home
    if not worker_is_alive(home):
        api.end_lost_runs(SYSTEM_ACTOR, clock=SystemClock())
    run = _asked_for(actor, service)
    run = _watch(run.run_id, home=home, quiet=as_json)
    _show_run(run, as_json=as_json)
    sys.exit(0 if run.status is RunStatus.SUCCEEDED else 1)


def _asked_for(actor: Actor, service: str) -> RunView:
    """A new run, or the one that a command which was broken off left in the queue."""
    try:
        return api.request_run(actor, service, clock=SystemClock())
    except RunActive:
        require(actor, Permission.RUN_REQUEST, contract_of(service).provider)
        queued = api.runs(SYSTEM_ACTOR, RunFilter(service=service, status=RunStatus.QUEUED)).rows
        if not queued or worker_is_alive(platform_settings().data_home):
            raise
        return queued[0]


def _watch(run_id: str, *, home: DataHome, quiet: bool) -> RunView:
    """Wait until the run has ended; carry it out here when no worker does."""
    while True:
        run = api.run(SYSTEM_ACTOR, run_id)
        if run.status in ENDED:
            return run
        if not worker_is_alive(home):
            if run.status is RunStatus.QUEUED:
                _carry_out(run_id, quiet=quiet)
                continue
            api.end_lost_runs(SYSTEM_ACTOR, clock=SystemClock())
        if not quiet and sys.stderr.isatty():
            click.echo(f"\r{run.status.label(language())} {run.stage} {run.rows_done:,}", nl=False, err=True)
        time.sleep(0.5)


def _carry_out(run_id: str, *, quiet: bool) -> None:
    if not quiet:
        notice = pick(
            "没有运行中的作业进程，就在本命令中执行。",
            "No worker is running: the run is carried out here.",
        )
        click.echo(notice, err=True)
    run_here(run_id)


def _show_run(run: RunView, *, as_json: bool) -> None:
    if as_json:
        print_json(_run(run))
        return
    say(
        f"{run.title}：{run.status.zh}  读取 {run.read:,}  入库 {run.landed:,}  隔离 {run.quarantined:,}  "
        f"质量分 {run.score if run.score is not None else '—'}",
        f"{run.title}: {run.status.en}  read {run.read:,}  landed {run.landed:,}  set aside {run.quarantined:,}  "
        f"quality {run.score if run.score is not None else '—'}",
    )
    if run.error_code:
        known = error_codes().get(run.error_code)
        text = f"{known(**run.error_detail).message(language())}  " if known else ""
        click.echo(f"{text}[{run.error_code}]", err=True)


def _run(run: RunView) -> dict[str, Any]:
    return {
        "run_id": run.run_id,
        "service": run.service,
        "status": run.status.value,
        "stage": run.stage,
        "rows_done": run.rows_done,
        "read": run.read,
        "landed": run.landed,
        "quarantined": run.quarantined,
        "version": run.version,
        "score": run.score,
        "error_code": run.error_code,
        "requested_at": run.requested_at,
        "ended_at": run.ended_at,
        "rules": [_outcome(rule) for rule in run.report.rules] if run.report else [],
    }


def _outcome(rule: RuleOutcome) -> dict[str, Any]:
    return {
        "code": rule.code,
        "kind": rule.kind,
        "fields": list(rule.fields),
        "checked": rule.checked,
        "failed": rule.failed,
        "blocking": rule.blocking,
        "sample_rows": list(rule.sample_keys),
    }


@collect.command()
@click.argument("service", required=False, default="")
@click.option("--limit", default=20, type=click.IntRange(1, 200), show_default=True)
@acting_option
@json_option
def history(service: str, *, limit: int, username: str, as_json: bool) -> None:
    """归集历史，最近的在前。

    Runs, the newest first.
    """
    page = api.runs(actor_of(username), RunFilter(service=service), limit=limit)
    if as_json:
        print_json([_run(run) for run in page.rows])
        return
    print_table(
        [
            pick("任务", "run"),
            pick("条目", "entry"),
            pick("状态", "status"),
            pick("读取", "read"),
            pick("入库", "landed"),
            pick("隔离", "set aside"),
            pick("质量分", "quality"),
        ],
        [
            (
                run.run_id,
                run.service,
                run.status.label(language()),
                run.read,
                run.landed,
                run.quarantined,
                run.score,
            )
            for run in page.rows
        ],
    )


@collect.command()
@acting_option
@json_option
def status(*, username: str, as_json: bool) -> None:
    """每个已挂接条目的最近归集和是否按时。

    The last delivery of every hooked entry, and whether it was on time.
    """
    found = api.bindings(actor_of(username), clock=SystemClock())
    if as_json:
        print_json(
            [
                {
                    "service": row.service,
                    "source": row.source,
                    "punctuality": row.punctuality.value,
                    "last_success_at": row.last_success_at,
                    "rows": row.last_rows,
                    "due_at": row.due_at,
                }
                for row in found
            ]
        )
        return
    print_table(
        [
            pick("条目", "entry"),
            pick("名称", "title"),
            pick("行数", "rows"),
            pick("按时", "on time"),
            pick("应于", "due"),
        ],
        [
            (
                row.service,
                row.title,
                row.last_rows,
                row.punctuality.label(language()),
                f"{row.due_at:%Y-%m-%d %H:%M}" if row.due_at else "",
            )
            for row in found
        ],
    )


@click.command()
@click.argument("service")
@json_option
def check(service: str, *, as_json: bool) -> None:
    """用条目的质量规则检查资源池中的当前数据。没有问题退出码为 0，有问题为 1。

    Check the pool's current rows with the entry's quality rules. Exit code 0 without failures, 1 with.
    """
    contract = contract_of(service)
    with lake_of(platform_settings().data_home) as lake:
        outcomes = check_table(contract, lake=lake, on=business_date(SystemClock().now()))
    if as_json:
        print_json([_outcome(rule) for rule in outcomes])
    else:
        print_table(
            [
                pick("规则", "rule"),
                pick("字段", "field"),
                pick("检查", "checked"),
                pick("不符", "failed"),
                pick("样例行号", "sample rows"),
            ],
            [
                (rule.code, " ".join(rule.fields), rule.checked, rule.failed, " ".join(rule.sample_keys))
                for rule in outcomes
            ],
        )
    sys.exit(1 if any(rule.failed for rule in outcomes) else 0)
