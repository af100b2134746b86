"""`jutong serve`: start everything and keep it running."""

import os

import click

from jutong.entrypoints.cli.output import say
from jutong.entrypoints.servers import Supervisor, console, gateway, require_ports_free, worker
from jutong.entrypoints.settings import platform_settings
from jutong.entrypoints.starting import prepare_home


@click.command()
def serve() -> None:
    """启动工作台和门户、数据网关、作业进程；按 Ctrl-C 停止。

    Start the console, the gateway and the worker; Ctrl-C stops them.
    """
    require_ports_free(platform_settings())
    prepare_home()
    serve_until_stopped()


def serve_until_stopped() -> None:
    """Run the three servers; prints where they answer."""
    settings = platform_settings()
    site = f"http://{settings.host}:{settings.port}"

    def announce() -> None:
        say(
            f"门户和工作台 {site}   数据网关 {settings.public_gateway_url}   数据目录 {settings.home}\n按 Ctrl-C 停止。",
            f"Portal and workbench {site}   Gateway {settings.public_gateway_url}   Data home {settings.home}\n"
            "Press Ctrl-C to stop.",
        )

    children = (console(settings), gateway(settings), worker())
    Supervisor(children, os.environ).run(
        started=announce, stopping=lambda: say("正在停止，请稍候…", "Stopping …")
    )
    say("已停止。", "Stopped.")
