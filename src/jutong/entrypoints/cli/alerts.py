"""`jutong alerts`: channels, a test of one of them, and a look from outside the worker."""

import os
import sys

import click

from jutong.control.alerts import api
from jutong.control.directory.api import SYSTEM_ACTOR
from jutong.dataflow.messaging import Message, MessagingSettings, Outlet, send
from jutong.entrypoints.cli.acting import actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock
from jutong.kernel.errors import JutongError
from jutong.kernel.ids import new_id
from jutong.processes.alerting import look_and_send


@click.group()
def alerts() -> None:
    """告警：查看渠道，发测试消息，从作业进程之外检查。

    Channels of alerts, test messages, and a check from outside the worker.
    """


@alerts.command(name="list")
@click.option(
    "--as", "username", required=True, metavar="ACCOUNT", help="以此账号的权限 With this account's rights."
)
@json_option
def list_channels(*, username: str, as_json: bool) -> None:
    """列出告警渠道和最近一次测试的结果。

    List the channels and how their newest test went.
    """
    found = api.channels(actor_of(username))
    if as_json:
        print_json(
            [
                {
                    "code": row.code,
                    "name": row.name,
                    "department": row.department,
                    "kind": row.kind,
                    "place": row.place,
                    "tested_at": row.tested_at,
                    "test_code": row.test_code,
                }
                for row in found
            ]
        )
        return
    print_table(
        [
            pick("代码", "code"),
            pick("名称", "name"),
            pick("类型", "kind"),
            pick("地址", "place"),
            pick("测试", "test"),
        ],
        [
            (row.code, row.name, row.kind, row.place, row.test_code or ("ok" if row.tested_at else ""))
            for row in found
        ],
    )


@alerts.command()
@click.argument("channel")
@click.option(
    "--as", "username", required=True, metavar="ACCOUNT", help="以此账号的权限 With this account's rights."
)
@json_option
def test(channel: str, *, username: str, as_json: bool) -> None:
    """向一个渠道发测试消息。送达退出码为 0，没有送达为 1 并说明原因。

    Send a test message through a channel. Exit code 0 when it arrived; 1 when not, with the reason.
    """
    actor, home = actor_of(username), platform_settings().data_home
    opened = api.opened_channel(actor, channel, home=home)
    outlet = Outlet.of(opened.kind, opened.address, opened.options, opened.secret)
    message = Message(
        id=new_id("alert"),
        subject="【聚通】测试消息 Test message",
        text="收到此消息，说明告警渠道可以使用。\nThis channel of alerts works.",
        payload={"test": True},
    )
    error: JutongError | None = None
    try:
        send(outlet, message, settings=MessagingSettings.read(os.environ))
    except JutongError as caught:
        error = caught
    api.record_test(
        actor,
        channel,
        error_code=error.code if error else "",
        detail=error.detail if error else None,
        clock=SystemClock(),
    )
    if as_json:
        print_json(
            {
                "channel": channel,
                "arrived": error is None,
                "error": error.as_dict(language()) if error else None,
            }
        )
    elif error is None:
        say("测试消息已送达。", "The test message arrived.")
    else:
        click.echo(f"{error.message(language())}  [{error.code}]", err=True)
    sys.exit(1 if error else 0)


@alerts.command()
@json_option
def check(*, as_json: bool) -> None:
    """立即检查一次并发送到期的告警，包括“作业进程没有响应”。可由系统的定时任务每几分钟执行。

    Look once and send what is due, a silent worker included: for the machine's own timer, every few minutes. Exit
    code 0 when every message arrived, 1 when one did not.
    """
    home = platform_settings().data_home
    sent, failed = look_and_send(home, clock=SystemClock(), settings=MessagingSettings.read(os.environ))
    waiting = len(api.due_deliveries(SYSTEM_ACTOR, clock=SystemClock()))
    if as_json:
        print_json({"sent": sent, "failed": failed, "waiting": waiting})
    else:
        say(f"送达 {sent} 条，未送达 {failed} 条。", f"{sent} arrived, {failed} did not.")
    sys.exit(1 if failed else 0)
