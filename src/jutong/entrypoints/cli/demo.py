"""`jutong demo`: build the demo city with the platform's own jobs, say where to look, and serve it."""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from pathlib import Path

import click

from jutong.control.collection import api as collection
from jutong.control.directory import api as directory
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.control.opening import api as opening
from jutong.demo import city, story
from jutong.demo.catalogue_work import CatalogueWork
from jutong.demo.real import RealFile, RealReport, build_real
from jutong.demo.score import CityScore, read_score
from jutong.demo.telling import Step, Tell
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.cli.servers import serve_until_stopped
from jutong.entrypoints.servers import require_ports_free
from jutong.entrypoints.settings import platform_settings
from jutong.entrypoints.starting import prepare_home
from jutong.kernel.clock import SystemClock
from jutong.kernel.ids import new_id
from jutong.processes.collection import carry_run
from jutong.processes.jobs import JobEngine
from jutong.processes.opening import release_job
from jutong.processes.worker import job_store


class DurableJobs:
    """Carries the demo's runs and releases out on the durable engine, as the worker does."""

    def __init__(self, engine: JobEngine) -> None:
        self._engine = engine

    def collect(self, run_ids: Sequence[str], tell: Tell) -> None:
        titles = {run_id: collection.run(SYSTEM_ACTOR, run_id).title for run_id in run_ids}
        self._wait({self._engine.carry(carry_run, run_id): title for run_id, title in titles.items()}, tell)

    def release(self, services: Sequence[str], tell: Tell) -> None:
        titles = {service: opening.dataset(service).title for service in services}
        asked = {
            self._engine.submit(release_job, service, key=new_id("release")): title
            for service, title in titles.items()
        }
        self._wait(asked, tell)

    def _wait(self, asked: dict[Future[str], str], tell: Tell) -> None:
        waiting = set(asked)
        while waiting:
            done, waiting = wait(waiting, return_when=FIRST_COMPLETED)
            for future in done:
                future.result()
                tell(asked[future], len(asked) - len(waiting), len(asked))


@click.group(invoke_without_command=True)
@click.option(
    "--scale",
    type=click.FloatRange(0.02, 500),
    default=1.0,
    show_default=True,
    help="规模：1 为 2 万人，500 为 1000 万人 Size: 1 is 20,000 persons, 500 is 10 million.",
)
@click.option("--seed", type=int, default=1, show_default=True, help="随机种子 Seed of the generator.")
@click.option(
    "--real",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="改用一个真实文件夹走同样的流程 Run the same story on a folder of real files.",
)
@click.option(
    "--postgresql",
    metavar="DSN",
    default="",
    help="企业登记的源表放到这个 PostgreSQL 上 Put the enterprise register's source table on this PostgreSQL.",
)
@click.option("--rebuild", is_flag=True, help="先清除已有的示范城市 Erase an existing demo city first.")
@click.option("--serve/--no-serve", default=True, show_default=True, help="完成后启动服务 Serve when built.")
@json_option
@click.pass_context
def demo(
    ctx: click.Context,
    *,
    scale: float,
    seed: int,
    real: Path | None,
    postgresql: str,
    rebuild: bool,
    serve: bool,
    as_json: bool,
) -> None:
    """生成示范城市（人员、企业均为合成），走完编目、归集、检查、申请、授权、开放全流程，然后启动。

    Build the demo city (all persons and companies are synthetic), run the whole chain, then serve it.
    """
    if ctx.invoked_subcommand is not None:
        return
    settings = platform_settings()
    if serve:
        require_ports_free(settings)
    if rebuild:
        story.erase(settings.data_home)
    started = time.monotonic()
    prepare_home()
    with JobEngine(job_store("command")) as engine:
        jobs = DurableJobs(engine)
        progress = _silent if as_json else _show_step
        if real is not None:
            found = build_real(settings.data_home, real, clock=SystemClock(), progress=progress, jobs=jobs)
            _show_real(found, as_json=as_json)
        else:
            told = story.build(
                settings.data_home,
                clock=SystemClock(),
                scale=scale,
                seed=seed,
                progress=progress,
                jobs=jobs,
                postgresql=postgresql,
            )
            _show_story(told, as_json=as_json, seconds=time.monotonic() - started)
    if serve:
        serve_until_stopped()


def _silent(_step: Step) -> None:
    """Programs that read JSON want nothing else on standard output."""


def _show_step(step: Step) -> None:
    """One line a chapter, filled while it goes on when a person watches."""
    chapter = pick(step.chapter_zh, step.chapter_en)
    if not step.total:
        click.echo(f"▸ {chapter}")
    elif sys.stdout.isatty():
        click.echo(f"\r\033[K  {step.done}/{step.total} {step.what}", nl=step.done == step.total)
    elif step.done == step.total:
        click.echo(f"  {step.done}/{step.total}")


def _show_story(told: story.Story, *, as_json: bool, seconds: float) -> None:
    if as_json:
        print_json(json.loads(told.to_json()))
        return
    if told.already_built:
        say(
            "示范城市已经建好，直接使用；要重建请加 --rebuild。",
            "The demo city stands already and is used as it is; --rebuild builds it anew.",
        )
    else:
        say(
            f"已建成：{told.persons:,} 人，{told.entries} 个目录条目，{told.rows:,} 行，用时 {seconds:.1f} 秒。",
            f"Built: {told.persons:,} persons, {told.entries} entries, {told.rows:,} rows in {seconds:.1f} s.",
        )
    _show_work(told.work)
    if told.score is not None:
        _show_score(told.score)
    _show_accounts(city.accounts())
    if told.client is not None:
        say(
            f"已授权的应用：{told.client.client_id}（密钥 {told.client.secret}），服务 {told.client.service}",
            f"A client system with a grant: {told.client.client_id} (secret {told.client.secret}), "
            f"service {told.client.service}",
        )


def _show_work(work: CatalogueWork) -> None:
    say(
        f"目录运行：责任清单 {work.responsibilities} 项（{work.unconfirmed} 项待确认），负面清单 {work.refused} 项，"
        f"需求 {work.demands} 件（争议 {work.disputes} 件），一数一源 {work.cases} 项（已定 {work.decided} 项），"
        f"体检问题 {work.warnings} 条（另豁免 {work.waived} 条），外部目录 {work.harvested} 条（采用 {work.adopted} 条）",
        f"The catalogue at work: {work.responsibilities} responsibilities ({work.unconfirmed} unconfirmed), "
        f"{work.refused} refusals, {work.demands} demands ({work.disputes} in dispute), "
        f"{work.cases} items held by several departments ({work.decided} decided), "
        f"{work.warnings} findings ({work.waived} more waived), {work.harvested} harvested entries ({work.adopted} adopted)",
    )


def _show_accounts(accounts: Iterable[city.DemoAccount]) -> None:
    site = f"http://{platform_settings().host}:{platform_settings().port}"
    say(
        f"登录 {site}/sign-in/ ，口令都是 {city.PASSWORD}",
        f"Sign in at {site}/sign-in/ ; the password of each account is {city.PASSWORD}",
    )
    names = {department.code: department.name for department in directory.departments()}
    print_table(
        [pick("账号", "account"), pick("角色", "role"), pick("部门", "department")],
        [
            (account.username, account.role.label(language()), names.get(account.department, ""))
            for account in accounts
        ],
    )


def _show_score(score: CityScore) -> None:
    print_table(
        [
            pick("问题类型", "fault"),
            pick("埋设", "planted"),
            pick("发现", "found"),
            pick("误报", "false alarms"),
        ],
        [(pick(each.zh, each.en), each.planted, each.found, each.false_alarms) for each in score.kinds],
    )
    say(
        f"合计：埋设 {score.planted}，发现 {score.found}，误报 {score.false_alarms}",
        f"In all: planted {score.planted}, found {score.found}, false alarms {score.false_alarms}",
    )


def _show_real(found: RealReport, *, as_json: bool) -> None:
    if as_json:
        print_json(json.loads(found.to_json()))
        return
    print_table(
        [
            pick("文件", "file"),
            pick("读取", "read"),
            pick("入库", "landed"),
            pick("隔离", "set aside"),
            pick("开放", "open"),
            pick("说明", "note"),
        ],
        [
            (
                line.path,
                line.read,
                line.landed,
                line.quarantined,
                pick("是", "yes") if line.opened else "",
                _note(line),
            )
            for line in found.files
        ],
    )
    _show_accounts(found.accounts)


def _note(line: RealFile) -> str:
    """Why a file is not (all) in the pool or not open; "" when nothing needs saying."""
    if line.status == "profiled":
        return pick("同系列较早的一份，只探查", "an earlier delivery of a series: profiled only")
    return pick(line.error_zh, line.error_en) or line.held_because


@demo.command()
@click.option("--again", is_flag=True, help="重新计算 Count again.")
@json_option
def score(*, again: bool, as_json: bool) -> None:
    """示范得分：埋设的问题查出多少、误报多少。

    The demo's score: faults planted, found, false alarms.
    """
    home = platform_settings().data_home
    kept = None if again else read_score(home)
    result = kept or story.rescore(home, clock=SystemClock())
    if as_json:
        print_json(json.loads(result.to_json()))
    else:
        _show_score(result)
