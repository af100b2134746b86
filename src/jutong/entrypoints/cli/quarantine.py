"""`jutong quarantine`: refused rows from the shell, with the rights of the account named by `--as`."""

from pathlib import Path
from typing import Any, Final

import click
from django.conf import settings

from jutong.control.quarantine import api
from jutong.control.quarantine.api import OrderFilter, OrderView
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.kernel.clock import SystemClock
from jutong.kernel.errors import JutongError, error_codes
from jutong.pages.refused_files import correction_file
from jutong.processes.readmitting import keep_orders, readmit_as_they_are, readmit_correction
from jutong.vocabulary.collection import ReadmitReport

STILL_WRONG: Final = 1
FAILED: Final = 3


class WorkbookNotWritten(JutongError):
    code = "quarantine.file_not_written"
    zh = "无法写入文件 {file}：{reason}。请检查目录是否存在、磁盘是否有空间，再重新导出。"
    en = "Cannot write {file}: {reason}. Check that the folder exists and the disk has room, then export again."


@click.group()
def quarantine() -> None:
    """问题数据：查看工单，导出问题行，补录更正后的行。

    Refused rows: their work orders, the rows to correct, and their way back into the pool.
    """


@quarantine.command("list")
@click.option("--service", default="", help="只看一个目录 One entry only.")
@click.option("--all", "every", is_flag=True, help="包括已办结的 Closed ones too.")
@acting_option
@json_option
def list_orders(*, service: str, every: bool, username: str, as_json: bool) -> None:
    """列出问题数据工单，新的在前。

    Work orders of refused rows, the newest first. Exit code 0 also when there is none.
    """
    clock, actor = SystemClock(), actor_of(username)
    keep_orders(home=settings.DATA_HOME, clock=clock)
    where = OrderFilter(service=service, standing=not every)
    page = api.orders(actor, where, clock=clock, limit=200)
    if as_json:
        print_json([_described(view) for view in page.rows])
        return
    if not page.rows:
        say("没有待处理的问题数据工单。", "There is no open work order.")
        return
    header = (
        ("工单", "目录", "部门", "原因", "行数", "状态", "期限")
        if language() == "zh"
        else ("order", "entry", "department", "reason", "rows", "state", "due")
    )
    print_table(
        header,
        (
            (
                view.code,
                view.service,
                view.department_name,
                view.reason,
                view.rows_open,
                view.status.label(language()),
                f"{view.due_on}{pick('（逾期）', ' (overdue)') if view.overdue else ''}",
            )
            for view in page.rows
        ),
    )


@quarantine.command()
@click.argument("order")
@acting_option
@json_option
def show(order: str, *, username: str, as_json: bool) -> None:
    """查看一张工单的办理经过。

    One work order and what happened to it. Exit code 5 when there is none.
    """
    view = api.order(actor_of(username), order, clock=SystemClock())
    if as_json:
        print_json(_described(view))
        return
    say(f"{view.title}（{view.service}）", f"{view.title} ({view.service})")
    state = view.status.label(language())
    say(
        f"原因 {view.reason}，未解决 {view.rows_open} 行，{state}，期限 {view.due_on}",
        f"reason {view.reason}, {view.rows_open} rows open, {state}, due {view.due_on}",
    )
    for event in view.events:
        step = event.action.label(language())
        click.echo(f"  {event.at:%Y-%m-%d %H:%M}  {event.by}  {step}  {event.rows}  {event.note}".rstrip())


@quarantine.command()
@click.argument("service")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    help="Excel 文件 The Excel file to write.",
)
@click.option("--reason", default="", help="只导出一种原因 Rows refused for this reason only.")
@acting_option
@json_option
def export(service: str, *, out: Path, reason: str, username: str, as_json: bool) -> None:
    """把问题行导出为 Excel，供更正；需要更正权限，并记入审计。

    Refused rows as a workbook to correct them in. Only for an account that may correct them (--as), and audited:
    exit code 4 otherwise.
    """
    content = correction_file(
        actor_of(username), service, reason=reason, home=settings.DATA_HOME, clock=SystemClock()
    )
    beside = out.with_name(f".{out.name}.part")
    try:
        beside.touch(mode=0o600)
        beside.write_bytes(content)
        beside.replace(out)
    except OSError as error:
        beside.unlink(missing_ok=True)
        raise WorkbookNotWritten(file=out.name, reason=error.strerror or type(error).__name__) from error
    if as_json:
        print_json({"service": service, "file": str(out), "bytes": len(content)})
        return
    say(f"已导出到 {out}，用后请删除。", f"Exported to {out}; delete it after use.")


@quarantine.command()
@click.argument("service")
@click.argument("file", required=False, type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--run",
    "run_id",
    default=None,
    help="不用文件：按现行规则重新检查这次归集的问题行，all 为全部 Without a file: judge the rows of this run anew.",
)
@acting_option
@json_option
def readmit(service: str, file: Path | None, *, run_id: str | None, username: str, as_json: bool) -> None:
    """补录更正后的行：合格的入库，不合格的留在原处，同一行只入库一次。

    Admit corrected rows. Exit code 0 when every row came in or was in already, 1 when some are still wrong.
    """
    if (file is None) == (run_id is None):
        raise click.UsageError(
            pick("请给出更正文件，或 --run，二者取一。", "Give a file or --run, one of them.")
        )
    clock, home, actor = SystemClock(), settings.DATA_HOME, actor_of(username)
    if file is not None:
        received = api.receive_correction(
            actor, service, file.name, file.read_bytes(), home=home, clock=clock
        )
        view = readmit_correction(received.code, home=home, clock=clock)
        report = view.report
    else:
        only = "" if run_id == "all" else str(run_id)
        report = readmit_as_they_are(actor, service, run_id=only, home=home, clock=clock)
    if report is None:  # a worker has it in hand
        say("更正文件已收下，正在处理。", "The file was received and is being carried out.")
        return
    _tell(report, as_json=as_json)


def _tell(report: ReadmitReport, *, as_json: bool) -> None:
    if as_json:
        print_json(
            {
                "correction": report.correction,
                "service": report.service,
                "read": report.read,
                "readmitted": report.readmitted,
                "wrong": report.wrong,
                "closed": report.closed,
                "reasons": report.reasons,
                "version": report.version,
                "error": report.error_code,
            }
        )
    elif report.error_code:
        known = error_codes().get(report.error_code)
        click.echo(known(**report.error_detail).message(language()) if known else report.error_code)
    else:
        say(
            f"共 {report.read} 行：补录 {report.readmitted} 行，仍不合格 {report.wrong} 行，此前已处理 {report.closed} 行。",
            f"{report.read} rows: {report.readmitted} admitted, {report.wrong} still wrong, {report.closed} settled before.",
        )
    if report.error_code:
        raise SystemExit(FAILED)
    if report.wrong:
        raise SystemExit(STILL_WRONG)


def _described(view: OrderView) -> dict[str, Any]:
    return {
        "order": view.code,
        "service": view.service,
        "title": view.title,
        "department": view.department,
        "reason": view.reason,
        "status": view.status.value,
        "rows_open": view.rows_open,
        "rows_most": view.rows_most,
        "sample_rows": list(view.samples),
        "first_run": view.first_run,
        "last_run": view.last_run,
        "opened_at": view.opened_at,
        "due_on": view.due_on,
        "overdue": view.overdue,
        "events": [
            {
                "at": event.at,
                "by": event.by,
                "action": event.action.value,
                "status": event.status.value,
                "rows": event.rows,
                "run": event.run_id,
                "note": event.note,
            }
            for event in view.events
        ],
    }
