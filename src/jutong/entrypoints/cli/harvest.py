"""`jutong catalogue harvest`: other platforms' catalogues, registered, visited and listed from the shell."""

import sys
from typing import Any

import click

from jutong.control.harvest import api
from jutong.control.harvest.api import (
    HarvestCycle,
    HarvestedFilter,
    JobStatus,
    JobView,
    RecordState,
    SourceDraft,
)
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock
from jutong.kernel.ids import new_id
from jutong.processes.dispatch import worker_is_alive
from jutong.processes.harvest import harvest_here
from jutong.vocabulary.harvest import CatalogueKind


@click.group()
def harvest() -> None:
    """外部目录采集：登记、采集、查看状态和结果。

    Harvest other catalogues: register, visit, see how it stands and what came.
    """


@harvest.command()
@click.argument("code")
@click.argument("address")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in CatalogueKind]),
    required=True,
    help="目录类型 Kind of the catalogue.",
)
@click.option("--name", default="", help="名称，默认同代码 Its name; by default the code.")
@click.option(
    "--cycle",
    type=click.Choice([cycle.value for cycle in HarvestCycle]),
    default=HarvestCycle.DAILY.value,
    show_default=True,
    help="采集周期 How often it is visited.",
)
@click.option(
    "--shrink-limit",
    type=click.IntRange(0, 100),
    default=20,
    show_default=True,
    help="一次减少超过此百分比须人工确认 More per cent vanishing at once waits for a person.",
)
@acting_option
@json_option
def add(
    code: str,
    address: str,
    *,
    kind: str,
    name: str,
    cycle: str,
    shrink_limit: int,
    username: str,
    as_json: bool,
) -> None:
    """登记外部目录：CODE 是代码，ADDRESS 是地址（http、https，或 sources 文件夹中的 file:）。

    Register a catalogue under CODE; ADDRESS is http, https, or file: below the sources folder. Needs --as.
    """
    draft = SourceDraft(
        code=code,
        name=name or code,
        kind=CatalogueKind(kind),
        address=address,
        cycle=HarvestCycle(cycle),
        shrink_limit=shrink_limit,
    )
    made = api.add_source(actor_of(username), draft, clock=SystemClock())
    if as_json:
        print_json({"source": made.code, "kind": made.kind.value, "next_run_at": made.next_run_at})
    else:
        say(f"已登记外部目录 {made.code}。", f"Registered {made.code}.")


@harvest.command()
@click.argument("code")
@acting_option
@json_option
def run(code: str, *, username: str, as_json: bool) -> None:
    """立即采集。作业进程在运行时交给它，否则就在此处完成。未完成或失败退出码为 1。

    Visit CODE now: by the worker where one runs, else here. Exit code 1: it failed or waits for a decision.
    """
    clock, home = SystemClock(), platform_settings().data_home
    actor = actor_of(username)
    asked = api.request_harvest(actor, code, clock=clock)
    if worker_is_alive(home):
        if as_json:
            print_json(_described(asked))
        else:
            say(f"已排队：{asked.job_id}。", f"Queued: {asked.job_id}.")
        return
    harvest_here(asked.job_id, home=home, clock=clock, worker=new_id("command"))
    ended = api.job(actor, asked.job_id)
    if as_json:
        print_json(_described(ended))
    else:
        _tell(ended)
    sys.exit(0 if ended.status is JobStatus.DONE else 1)


@harvest.command()
@click.argument("code", required=False, default="")
@acting_option
@json_option
def status(code: str, *, username: str, as_json: bool) -> None:
    """各外部目录的最近采集；给出 CODE 时还有按归属统计的问题。

    The last visit of every source; with CODE also what was found, on our side and on theirs.
    """
    actor = actor_of(username)
    rows = (api.source(actor, code),) if code else api.sources(actor)
    findings = api.finding_counts(actor, code) if code else ()
    if as_json:
        print_json(
            {
                "sources": [
                    {
                        "source": row.code,
                        "name": row.name,
                        "kind": row.kind.value,
                        "active": row.active,
                        "present": row.present,
                        "adopted": row.adopted,
                        "last_success_at": row.last_success_at,
                        "next_run_at": row.next_run_at,
                        "last_job": _described(row.last_job) if row.last_job else None,
                    }
                    for row in rows
                ],
                "findings": [
                    {
                        "side": one.side,
                        "code": one.code,
                        "message": one.zh if language() == "zh" else one.en,
                        "records": one.records,
                    }
                    for one in findings
                ],
            }
        )
        return
    print_table(
        [
            pick("代码", "source"),
            pick("名称", "name"),
            pick("在采", "present"),
            pick("已采用", "adopted"),
            pick("最近任务", "last job"),
        ],
        [
            (
                row.code,
                row.name,
                row.present,
                row.adopted,
                row.last_job.status.label(language()) if row.last_job else "",
            )
            for row in rows
        ],
    )
    if findings:
        print_table(
            [pick("归属", "side"), pick("问题", "finding"), pick("条目", "records")],
            [
                (
                    pick("我方映射", "ours") if one.side == "ours" else pick("对方数据", "theirs"),
                    one.zh if language() == "zh" else one.en,
                    one.records,
                )
                for one in findings
            ],
        )


@harvest.command(name="list")
@click.argument("text", required=False, default="")
@click.option("--source", default="", help="外部目录代码 Code of the source.")
@click.option("--gone", is_flag=True, help="来源已删除的 Those that are gone at their source.")
@click.option("--limit", default=50, type=click.IntRange(1, 200), show_default=True)
@acting_option
@json_option
def list_harvested(text: str, *, source: str, gone: bool, limit: int, username: str, as_json: bool) -> None:
    """列出外部条目，可按文字查找。

    List harvested entries; TEXT searches titles, descriptions and keywords.
    """
    state = RecordState.GONE if gone else RecordState.PRESENT
    where = HarvestedFilter(text=text, source=source, state=state)
    page = api.harvested(actor_of(username), where, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "key": row.key,
                    "source": row.source,
                    "identifier": row.record.identifier,
                    "title": row.record.title,
                    "publisher": row.record.publisher,
                    "state": row.state.value,
                    "adopted": row.adopted_service,
                    "findings": [
                        {"side": one.side.value, "code": one.code, "message": one.message(language())}
                        for one in row.findings
                    ],
                }
                for row in page.rows
            ]
        )
        return
    print_table(
        [pick("编号", "key"), pick("来源", "source"), pick("名称", "title"), pick("提供单位", "publisher")],
        [(row.key, row.source, row.record.title[:60], row.record.publisher[:30]) for row in page.rows],
    )


def _described(job: JobView) -> dict[str, Any]:
    return {
        "job": job.job_id,
        "source": job.source,
        "status": job.status.value,
        "pages": job.pages,
        "seen": job.seen,
        "added": job.added,
        "changed": job.changed,
        "unchanged": job.unchanged,
        "gone": job.gone,
        "error": job.error_code,
    }


def _tell(job: JobView) -> None:
    say(
        f"{job.status.zh}：取得 {job.seen} 条，新增 {job.added}，变化 {job.changed}，未变 {job.unchanged}，"
        f"来源已删除 {job.gone}。{f'[{job.error_code}]' if job.error_code else ''}",
        f"{job.status.en}: {job.seen} records, {job.added} new, {job.changed} changed, {job.unchanged} unchanged, "
        f"{job.gone} gone. {f'[{job.error_code}]' if job.error_code else ''}",
    )
