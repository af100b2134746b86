"""How commands end badly: a sentence, an exit code, and for our own faults the place of the trace."""

import json
import os
import signal
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType
from typing import Final, NoReturn

import click

from jutong.entrypoints.cli.output import language
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.errors import EXIT_CODE, ErrorKind, JutongError

INTERRUPTED: Final = 130


class DatabaseUnusable(JutongError):
    code = "cli.database_unusable"
    kind = ErrorKind.UNAVAILABLE
    retryable = True
    zh = "控制库不能使用。新平台请先运行 jutong init；升级后请运行 jutong migrate；仍然不行请运行 jutong doctor。"
    en = (
        "The control database cannot be used. New platform: run jutong init. After an upgrade: jutong migrate. "
        "If neither helps: jutong doctor."
    )


class CommandBroken(JutongError):
    code = "cli.command_broken"
    kind = ErrorKind.INTERNAL
    zh = "命令因平台内部错误（{fault}）中止。经过已记入 {log}，请连同所用命令一起报告。"
    en = "The command ended by an internal error ({fault}). Its trace is in {log}; report it with the command used."


@contextmanager
def noticed_interrupts() -> Iterator[list[int]]:
    """Ctrl-C as always, and remembered: an exception raised within a library's callback may end there."""
    seen: list[int] = []

    def notice(number: int, frame: FrameType | None) -> None:
        seen.append(number)
        signal.default_int_handler(number, frame)

    if threading.current_thread() is not threading.main_thread():
        yield seen
        return
    before = signal.signal(signal.SIGINT, notice)
    try:
        yield seen
    finally:
        signal.signal(signal.SIGINT, before)


def end_with(error: JutongError, args: Sequence[str]) -> NoReturn:
    """Say what went wrong, as JSON on standard output where the caller asked for JSON, and end."""
    if "--json" in args:
        click.echo(json.dumps(error.as_dict(language()), ensure_ascii=False, default=str))
    else:
        click.echo(f"{error.message(language())}  [{error.code}]", err=True)
    sys.exit(EXIT_CODE[error.kind])


def end_unread() -> NoReturn:
    """The reader of our output went away (`jutong read … | head`): nothing is left to say, and nothing is wrong."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)


def end_unexpectedly(error: Exception, args: Sequence[str]) -> NoReturn:
    """End after an error that is none of the platform's own: a database that is not there, or a fault of ours."""
    if is_database_error(error):
        end_with(DatabaseUnusable(), args)
    end_with(CommandBroken(fault=type(error).__name__, log=_keep_trace(error)), args)


def is_database_error(error: Exception) -> bool:
    if "django.db" not in sys.modules:
        return False
    from django.db import OperationalError, ProgrammingError

    return isinstance(error, OperationalError | ProgrammingError)


def _keep_trace(error: BaseException) -> Path:
    """Write where it happened; without the error's message, which may hold a row's value."""
    lines = [f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ} {' '.join(sys.argv[:2])}\n"]
    link: BaseException | None = error
    while link is not None:
        lines += [
            *traceback.format_tb(link.__traceback__),
            f"{type(link).__module__}.{type(link).__qualname__}\n",
        ]
        link = link.__cause__ or link.__context__
    path = _log_file()
    with path.open("a", encoding="utf-8") as log:
        log.writelines(lines)
    return path


def _log_file() -> Path:
    with suppress(JutongError, OSError):
        logs = platform_settings().data_home.logs
        if logs.is_dir() and os.access(logs, os.W_OK):
            return logs / "faults.log"
    descriptor, name = tempfile.mkstemp(prefix="jutong-fault-", suffix=".log")
    os.close(descriptor)
    return Path(name)


def end_misused(error: click.ClickException) -> NoReturn:
    """Wrong usage: what is wrong and how the command is meant."""
    if language() == "en" or not isinstance(error, click.UsageError) or _is_help(error):
        error.show()
        sys.exit(error.exit_code)
    if error.ctx is not None:
        click.echo(error.ctx.get_usage().replace("Usage:", "用法："), err=True)
    click.echo(f"{_in_chinese(error)}运行 {_command_of(error)} --help 查看说明。", err=True)
    sys.exit(error.exit_code)


def _is_help(error: click.UsageError) -> bool:
    return isinstance(error, click.exceptions.NoArgsIsHelpError)


def _command_of(error: click.UsageError) -> str:
    return error.ctx.command_path if error.ctx is not None else "jutong"


def _in_chinese(error: click.UsageError) -> str:
    if isinstance(error, click.NoSuchOption):
        return f"没有选项 {error.option_name}。"
    if isinstance(error, click.MissingParameter):
        return f"缺少参数 {_parameter(error)}。"
    if isinstance(error, click.BadParameter):
        return f"参数 {_parameter(error)} 的值不能用：{_wanted(error)}。"
    unknown = getattr(error, "command_name", None)
    return f"没有命令 {unknown}。" if unknown else f"用法有误：{error.format_message()} "


def _parameter(error: click.BadParameter) -> str:
    return error.param.get_error_hint(error.ctx).strip("'") if error.param is not None else ""


def _wanted(error: click.BadParameter) -> str:
    kind = error.param.type if error.param is not None else None
    if isinstance(kind, click.Choice):
        return "可选 " + "、".join(map(str, kind.choices))
    if isinstance(kind, click.IntRange | click.FloatRange):
        return f"应为 {kind.min} 到 {kind.max} 的数"
    if isinstance(kind, click.DateTime):
        return "应为日期，如 2025-03-03"
    if isinstance(kind, click.Path):
        return "没有这个文件或文件夹"
    return error.message.rstrip(".")
