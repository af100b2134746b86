"""`jutong collect` and `check`: collection runs, and the quality rules of one entry."""

import sys
import time

import click

from jutong.control.catalogue.api import contract_of
from jutong.control.collection import api
from jutong.control.collection.api import RunFilter, RunStatus, RunView
from jutong.control.collection.errors import RunActive
from jutong.control.collection.transitions import ENDED
from jutong.control.directory.api import SYSTEM_ACTOR, Actor, Permission, require
from jutong.dataflow.pipelines import check_table
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.collect_acts import cancel, pause, resume, retry
from jutong.entrypoints.cli.collect_shown import local, outcome_json, progress_line, run_json, show_run
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table
from jutong.entrypoints.cli.proving import prove
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock, business_date
from jutong.kernel.home import DataHome
from jutong.processes.dispatch import worker_is_alive
from jutong.processes.lakes import lake_of
from jutong.processes.worker import run_here


@click.group()
def collect() -> None:
    """归集：立即归集，查看进度和历史，取消、暂停、恢复、重试。

    Collect data now, see progress and history; cancel, pause, resume, try again.
    """


for act in (cancel, pause, prove, resume, retry):
    collect.add_command(act)


@collect.command(name="run")
@click.argument("service")
@click.option(
    "--dry-run", is_flag=True, help="试运行：读取、检查、报告，不入库 Read, check, report; land nothing."
)
@click.option(
    "--force",
    is_flag=True,
    help="不等数据源的时间窗口，立即开始 Do not wait for the source's hours; go first.",
)
@click.option(
    "--priority",
    type=click.IntRange(1, 9),
    help="优先级，1 最先 Priority, 1 goes first; default: the entry's.",
)
@click.option("--wait/--no-wait", default=True, show_default=True, help="等到结束 Wait for the end.")
@acting_option
@json_option
def run_now(
    service: str,
    *,
    dry_run: bool,
    force: bool,
    priority: int | None,
    wait: bool,
    username: str,
    as_json: bool,
) -> None:
    """立即归集一个条目的数据，等到结束。

    退出码：0 成功（或 --no-wait 已排队，或等待时间窗口），1 失败、已取消、待确认或等待重试。

    Collect one entry's data now and wait for the end. Exit code 0 when it succeeded (or was queued with --no-wait,
    or waits for its source's hours), 1 when it failed, was cancelled, is held, or waits to be tried again.
    """
    actor, home = actor_of(username), platform_settings().data_home
    if not worker_is_alive(home):
        api.end_lost_runs(SYSTEM_ACTOR, clock=SystemClock())
    run = _asked_for(actor, service, dry_run=dry_run, force=force, priority=priority)
    if wait:
        run = _watch(run.run_id, home=home, quiet=as_json)
    show_run(run, as_json=as_json)
    sound = run.status is RunStatus.SUCCEEDED or (run.status is RunStatus.QUEUED and not run.error_code)
    sys.exit(0 if sound else 1)


def _asked_for(actor: Actor, service: str, *, dry_run: bool, force: bool, priority: int | None) -> RunView:
    """A new run, or the one that a command which was broken off left in the queue."""
    try:
        return api.request_run(
            actor, service, clock=SystemClock(), dry_run=dry_run, force=force, priority=priority
        )
    except RunActive:
        require(actor, Permission.RUN_REQUEST, contract_of(service).provider)
        queued = api.runs(SYSTEM_ACTOR, RunFilter(service=service, status=RunStatus.QUEUED)).rows
        alive = worker_is_alive(platform_settings().data_home)
        if not queued or alive or queued[0].dry_run is not dry_run:
            raise
        return queued[0]


def _watch(run_id: str, *, home: DataHome, quiet: bool) -> RunView:
    """Wait until the run has ended or waits for something else; carry it out here when no worker does."""
    while True:
        run, now = api.run(SYSTEM_ACTOR, run_id), SystemClock().now()
        postponed = run.status is RunStatus.QUEUED and run.not_before is not None and run.not_before > now
        if run.status in ENDED or run.status is RunStatus.HELD or postponed:
            _clear_line(quiet=quiet)
            return run
        if not worker_is_alive(home):
            if run.status is RunStatus.QUEUED:
                _carry_out(run_id, quiet=quiet)
                continue
            api.end_lost_runs(SYSTEM_ACTOR, clock=SystemClock())
        if not quiet and sys.stderr.isatty():
            click.echo(f"\r\033[K{progress_line(run, now)}", nl=False, err=True)
        time.sleep(0.5)


def _clear_line(*, quiet: bool) -> None:
    if not quiet and sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)


def _carry_out(run_id: str, *, quiet: bool) -> None:
    if not quiet:
        notice = pick(
            "没有运行中的作业进程，就在本命令中执行。",
            "No worker is running: the run is carried out here.",
        )
        click.echo(notice, err=True)
    try:
        run_here(run_id)
    except KeyboardInterrupt:
        api.record_cancelled(SYSTEM_ACTOR, run_id, clock=SystemClock())
        raise


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
        print_json([run_json(run) for run in page.rows])
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
    actor, now = actor_of(username), SystemClock().now()
    found = api.bindings(actor, clock=SystemClock())
    running = {run.service: run_json(run) for run in _active(actor)} if as_json else {}
    shown = {} if as_json else {run.service: progress_line(run, now) for run in _active(actor)}
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
                    "next_run_at": row.next_run_at,
                    "paused": row.paused,
                    "lag_s": row.lag_s,
                    "proved_at": row.proved_at,
                    "run": running.get(row.service),
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
            pick("当前任务", "run"),
        ],
        [
            (
                row.service,
                row.title,
                row.last_rows,
                row.punctuality.label(language()),
                local(row.due_at),
                shown.get(row.service, pick("已暂停", "paused") if row.paused else ""),
            )
            for row in found
        ],
    )


def _active(actor: Actor) -> list[RunView]:
    """The runs that are queued, carried out or held, of the newest ones."""
    states = (RunStatus.RUNNING, RunStatus.QUEUED, RunStatus.HELD)
    return [run for state in states for run in api.runs(actor, RunFilter(status=state), limit=200).rows]


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
        print_json([outcome_json(rule) for rule in outcomes])
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
