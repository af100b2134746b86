"""`jutong lists`: the three lists from the shell, with the rights of the account named by `--as`."""

from pathlib import Path
from typing import Any

import click

from jutong.control.directory.api import department as known_department
from jutong.control.lists import api
from jutong.control.lists.api import ListKind, Sheet
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, say
from jutong.kernel.clock import SystemClock
from jutong.kernel.errors import ErrorKind, JutongError


class FileNotWritten(JutongError):
    code = "lists.file_not_written"
    kind = ErrorKind.INVALID
    zh = "无法写入文件 {file}：{reason}。请检查目录是否存在、磁盘是否有空间，再重新导出。"
    en = "Cannot write {file}: {reason}. Check that the folder exists and the disk has room, then export again."


@click.group()
def lists() -> None:
    """三清单：责任清单、负面清单、需求清单。

    The three lists: responsibility, negative, demand.
    """


@lists.command()
@click.argument("kind", type=click.Choice([kind.value for kind in ListKind]))
@click.option("--department", default="", help="只导出一个部门（代码） One department only (its code).")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Excel 文件；空为当前目录下的“清单标题.xlsx” The Excel file; empty: the list's title here.",
)
@acting_option
@json_option
def export(kind: str, *, department: str, out: Path | None, username: str, as_json: bool) -> None:
    """导出一张清单：Excel 为公文版式；加 --json 则把内容输出到屏幕，只有给出 --out 时才写文件。

    Export one of the lists to Excel as officials print it. With --json the rows are printed instead; a file is
    written only if --out names one. Exit code 5 when there is no such department.
    """
    actor = actor_of(username)
    if department:
        known_department(department)
    sheet = api.sheet_of(actor, ListKind(kind), clock=SystemClock(), department=department)
    target = out or (None if as_json else Path(f"{sheet.title}.xlsx"))
    if target is not None:
        _write(target, api.workbook_of(sheet))
    if as_json:
        print_json(_described(sheet, target))
        return
    name = sheet.kind.label(language())
    say(
        f"已导出{name} {len(sheet.rows)} 项：{target}",
        f"{name}: {len(sheet.rows)} items exported to {target}",
    )


def _write(target: Path, content: bytes) -> None:
    """Beside its place first, then renamed into it: a reader sees the old file or the new one whole."""
    beside = target.with_name(f".{target.name}.part")
    try:
        beside.write_bytes(content)
        beside.replace(target)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise FileNotWritten(
            file=target.name, reason=error.strerror or pick("系统错误", "system error")
        ) from error


def _described(sheet: Sheet, target: Path | None) -> dict[str, Any]:
    titles = [column.title for column in sheet.columns]
    return {
        "list": sheet.kind.value,
        "title": sheet.title,
        "unit": sheet.unit,
        "on": sheet.on.isoformat(),
        "columns": titles,
        "rows": [dict(zip(titles, row, strict=True)) for row in sheet.rows],
        "file": str(target) if target else None,
    }
