"""The `jutong` command. Each command's module is imported when that command is called, so that small ones stay quick."""

import importlib
import sys
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple, NoReturn, cast

import click

from jutong import __version__
from jutong.entrypoints.cli.faults import (
    INTERRUPTED,
    end_misused,
    end_unexpectedly,
    end_unread,
    end_with,
    noticed_interrupts,
)
from jutong.entrypoints.cli.output import pick
from jutong.kernel.errors import JutongError


class Entry(NamedTuple):
    """Where a command stands, whether it needs the control plane, and its line in the list of commands."""

    module: str
    control: bool
    zh: str
    en: str


COMMANDS: Final[Mapping[str, Entry]] = {
    "init": Entry(
        "setting_up",
        True,
        "建立数据目录、控制库和三个管理员账号",
        "set up the data home and its administrators",
    ),
    "serve": Entry(
        "servers", False, "启动工作台和门户、数据网关、作业进程", "start console, gateway and worker"
    ),
    "demo": Entry(
        "demo", True, "生成示范城市，走完全流程并启动", "build the demo city, run the whole chain, serve it"
    ),
    "doctor": Entry(
        "doctor", False, "检查运行环境，说明缺什么、怎么办", "check the machine and say what is missing"
    ),
    "migrate": Entry("setting_up", True, "升级控制库到当前版本", "bring the control database up to date"),
    "password": Entry("setting_up", True, "给一个账号换一次性口令", "give an account a one-time password"),
    "worker": Entry("setting_up", True, "单独运行作业进程", "run the worker by itself"),
    "catalogue": Entry("catalogue", True, "查看和检查目录", "list, show and lint catalogue entries"),
    "lists": Entry("lists", True, "导出三清单", "export the responsibility, negative and demand list"),
    "duties": Entry(
        "duties", True, "权责和服务事项清单，与目录对照", "lists of duties, compared with the catalogue"
    ),
    "draft": Entry("duties", True, "从事项和数据源提出编目建议", "propose entries from duties and sources"),
    "source": Entry("sources", True, "登记、测试、探查数据源", "register, test and profile sources"),
    "collect": Entry(
        "collection", True, "归集数据，查看进度和历史", "collect data, see progress and history"
    ),
    "alerts": Entry("alerts", True, "查看和测试告警渠道", "list and test channels of alerts"),
    "retention": Entry(
        "retention", True, "留存期限、冻结和销毁证明", "retention rules, legal holds, proofs of destruction"
    ),
    "check": Entry(
        "collection", True, "用质量规则检查一张资源池表", "check a pool table with its quality rules"
    ),
    "quarantine": Entry(
        "quarantine",
        True,
        "问题数据：工单、更正、补录",
        "refused rows: work orders, corrections, readmission",
    ),
    "profile": Entry("files", False, "探查一个文件", "say what a file holds"),
    "read": Entry(
        "files",
        False,
        "按平台读取的样子输出文件中的记录",
        "print a file's records as the platform reads them",
    ),
    "validate": Entry("facts", False, "校验证件号、信用代码等编码", "validate identifiers"),
    "region": Entry("facts", False, "查询行政区划代码及其历史", "look up a region code and its history"),
    "workdays": Entry("facts", False, "按国务院节假日安排推算工作日", "count working days"),
    "evidence": Entry("evidence", False, "校验调用证据链", "verify the chain of evidence"),
}


class LazyCommands(click.Group):
    """Finds commands by `COMMANDS` and turns errors of the platform into a sentence and an exit code."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.control:
            importlib.import_module(
                "jutong.entrypoints.starting"
            ).prepare_django()  # half a second for Django
        return cast("click.Command", getattr(importlib.import_module(f"{__name__}.{entry.module}"), cmd_name))

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section(pick("命令", "Commands")):
            formatter.write_dl([(name, pick(entry.zh, entry.en)) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except BrokenPipeError:  # before click makes it a failure
            end_unread()

    def main(self, args: Sequence[str] | None = None, *positional: Any, **options: Any) -> NoReturn:
        """Run a command and end the process with its exit code; no error leaves as a trace."""
        given = sys.argv[1:] if args is None else args
        try:
            with noticed_interrupts() as interrupts:
                code = super().main(args, *positional, **{**options, "standalone_mode": False})
                sys.stdout.flush()
        except JutongError as error:
            end_with(error, given)
        except click.ClickException as error:
            end_misused(error)
        except click.Abort:
            sys.exit(INTERRUPTED)
        except BrokenPipeError:
            end_unread()
        except Exception as error:  # noqa: BLE001  # a fault of ours ends in a sentence as well
            end_unexpectedly(error, given)
        if interrupts:  # a library may have swallowed it
            sys.exit(INTERRUPTED)
        sys.exit(code if isinstance(code, int) else 0)


@click.command(
    cls=LazyCommands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110},
    epilog="退出码 Exit codes: 0 成功 done · 1 结论为否 verdict no · 2 用法错误 usage · 3 输入有误 invalid input · "
    "4 无权限 not permitted · 5 未找到 not found · 6 冲突 conflict · 7 暂不可用 unavailable · 8 内部错误 internal",
)
@click.version_option(__version__, prog_name="jutong")
def main() -> None:
    """聚通：城市政务数据平台。编目、归集、治理、共享、开放、监督。

    Jutong: a city's government-data platform. Set JUTONG_LANGUAGE=en for messages in English.
    """
