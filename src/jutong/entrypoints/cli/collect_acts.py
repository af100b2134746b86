"""`jutong collect cancel|pause|resume|retry`: what people do with runs and with the schedule of an entry."""

import click

from jutong.control.collection import api
from jutong.control.collection.api import BindingView
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.collect_shown import local, show_run
from jutong.entrypoints.cli.output import json_option, print_json, say
from jutong.kernel.clock import SystemClock


@click.command()
@click.argument("run_id")
@acting_option
@json_option
def cancel(run_id: str, *, username: str, as_json: bool) -> None:
    """取消一个任务：排队的立即取消，执行中的在下一批数据前停止，不写入任何数据。

    Cancel a run: a queued one at once, a running one before its next batch; nothing of it lands. Exit code 6 when
    it has ended already.
    """
    run = api.cancel_run(actor_of(username), run_id, clock=SystemClock())
    show_run(run, as_json=as_json)
    if run.cancel_requested and not run.ended_at and not as_json:
        say(
            "已要求停止，执行进程会在几秒内响应。", "It was asked to stop; its worker answers within seconds."
        )


@click.command()
@click.argument("run_id")
@acting_option
@json_option
def retry(run_id: str, *, username: str, as_json: bool) -> None:
    """重试一个任务：等待重试的立即排队，失败或已取消的重新发起。

    Try a run again: one that waits stops waiting; for one that failed or was cancelled a new one is queued.
    """
    show_run(api.retry_run(actor_of(username), run_id, clock=SystemClock()), as_json=as_json)


@click.command()
@click.argument("service")
@acting_option
@json_option
def pause(service: str, *, username: str, as_json: bool) -> None:
    """暂停一个条目的归集：不再按计划发起，排队的任务等待。

    Pause an entry's collection: nothing is started by its schedule, a queued run waits.
    """
    _show(api.pause_collection(actor_of(username), service, clock=SystemClock()), as_json=as_json)


@click.command()
@click.argument("service")
@acting_option
@json_option
def resume(service: str, *, username: str, as_json: bool) -> None:
    """恢复一个条目的归集。

    Resume an entry's collection.
    """
    _show(
        api.pause_collection(actor_of(username), service, clock=SystemClock(), paused=False), as_json=as_json
    )


def _show(binding: BindingView, *, as_json: bool) -> None:
    if as_json:
        print_json({"service": binding.service, "paused": binding.paused, "next_run_at": binding.next_run_at})
    elif binding.paused:
        say(f"{binding.title}：已暂停归集。", f"{binding.title}: its collection is paused.")
    else:
        when = local(binding.next_run_at) or "—"
        say(f"{binding.title}：下次归集 {when}。", f"{binding.title}: its next run is at {when}.")
