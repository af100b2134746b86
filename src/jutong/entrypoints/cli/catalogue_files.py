"""`jutong catalogue import|export`: the catalogue in and out as Excel, from the shell."""

import sys
from pathlib import Path
from typing import Any

import click

from jutong.control.catalogue.values import EntryFilter
from jutong.control.directory.api import Actor
from jutong.control.interchange import api as interchange
from jutong.control.interchange.api import BatchState, BatchView, CellProblem
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.catalogue_rdf import RDF_ENDINGS, export_rdf
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.kernel.clock import SystemClock
from jutong.vocabulary.catalogue import EntryStatus

MOST_SHOWN = 50


@click.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--yes", is_flag=True, help="不再询问，检查无误即写入 Write without asking once it is checked.")
@click.option(
    "--errors-to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把批注了问题的工作簿存为此文件 Save the workbook with its problems as comments.",
)
@click.option(
    "--department",
    default="",
    help="清单未写明部门时的提供部门代码 Provider where a list names none.",
)
@acting_option
@json_option
def import_entries(
    file: Path, *, yes: bool, errors_to: Path | None, department: str, username: str, as_json: bool
) -> None:
    """从 Excel 模板或其他清单导入目录：整个文件写入，或完全不写。有问题退出码为 1。

    Import the template filled in, or another list (XLSX, CSV, JSON): all of the file or nothing.
    Exit code 1: it has problems, or was not confirmed. Needs --as.
    """
    actor, clock = actor_of(username), SystemClock()
    batch = interchange.start_import(actor, file.name, file.read_bytes(), clock=clock, department=department)
    problems = interchange.import_problems(actor, batch.code)
    if errors_to is not None and (problems or batch.counts.rules):
        errors_to.write_bytes(interchange.marked_workbook(actor, batch.code, clock=clock))
    if not as_json:
        _show(batch, problems)
    if not batch.counts.problems and (yes or (not as_json and _wanted())):
        batch = _written(actor, batch.code, clock)
    if as_json:
        print_json(_described(batch, problems))
    elif batch.state is BatchState.WRITTEN:
        say("已写入目录。", "Written to the catalogue.")
    elif batch.state is BatchState.FAILED:
        click.echo(f"{batch.failure(language())}  [{batch.failure_code}]", err=True)
    else:
        say(
            f"没有写入。批次 {batch.code} 保留在工作台，可查看、确认或放弃。",
            f"Nothing was written. Batch {batch.code} waits in the workbench to be confirmed or abandoned.",
        )
    sys.exit(0 if batch.state is BatchState.WRITTEN else 1)


def _wanted() -> bool:
    return click.confirm(pick("写入目录吗？", "Write this to the catalogue?"), default=False)


def _written(actor: Actor, code: str, clock: SystemClock) -> BatchView:
    interchange.confirm_import(actor, code, clock=clock)
    interchange.write_import(code, clock=clock)
    return interchange.import_batch(actor, code)


def _show(batch: BatchView, problems: tuple[CellProblem, ...]) -> None:
    counts = batch.counts
    say(
        f"读到目录 {counts.entries} 个、信息项 {counts.items} 个：新建 {counts.create}，变更 {counts.change}，"
        f"无变化 {counts.same}，有误 {counts.wrong}。问题 {counts.problems} 处，提示 {counts.notes} 处。",
        f"{counts.entries} entries, {counts.items} items: {counts.create} new, {counts.change} changed, "
        f"{counts.same} unchanged, {counts.wrong} wrong. {counts.problems} problems, {counts.notes} notes.",
    )
    if problems:
        print_table(
            [pick("单元格", "cell"), pick("问题", "problem")],
            [(one.place, one.message(language())) for one in problems[:MOST_SHOWN]],
        )
        if len(problems) > MOST_SHOWN:
            say(
                f"另有 {len(problems) - MOST_SHOWN} 处，用 --errors-to 取得全部。",
                f"{len(problems) - MOST_SHOWN} more: get them all with --errors-to.",
            )
    if counts.errors or counts.warnings:
        say(
            f"编制规则：错误 {counts.errors} 处、提示 {counts.warnings} 处，不影响导入为草稿，提交审核前须改正错误。",
            f"Rules: {counts.errors} errors, {counts.warnings} warnings; drafts may have them until submission.",
        )


def _described(batch: BatchView, problems: tuple[CellProblem, ...]) -> dict[str, Any]:
    counts = batch.counts
    return {
        "batch": batch.code,
        "state": batch.state.value,
        "entries": counts.entries,
        "items": counts.items,
        "create": counts.create,
        "change": counts.change,
        "unchanged": counts.same,
        "wrong": counts.wrong,
        "problems": [
            {
                "sheet": one.sheet,
                "cell": one.cell,
                "code": one.code,
                "severity": "warning" if one.warning else "error",
                "message": one.message(language()),
            }
            for one in problems
        ],
        "rules": {rule.rule: rule.entries for rule in counts.rules},
        "mapping": {one.header or str(one.index + 1): one.element for one in batch.mapping.columns}
        if batch.mapping
        else None,
        "failure": batch.failure_code,
    }


@click.command(name="export")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="写入的文件，默认按格式命名 The file to write; by default named after the format.",
)
@click.option(
    "--format",
    "export_format",
    type=click.Choice(["xlsx", *RDF_ENDINGS]),
    default="xlsx",
    show_default=True,
    help="xlsx 可再导入；dcat-ttl、dcat-jsonld 为已发布目录的 DCAT-AP 描述 "
    "xlsx can be imported again; dcat-ttl and dcat-jsonld describe what is published in DCAT-AP.",
)
@click.option("--department", default="", help="部门代码 Department code.")
@click.option(
    "--status",
    type=click.Choice([status.value for status in EntryStatus]),
    help="状态 Status of the entries.",
)
@click.option("--template", is_flag=True, help="只要空模板 The empty template only.")
@acting_option
@json_option
def export_entries(
    *,
    out: Path | None,
    export_format: str,
    department: str,
    status: str | None,
    template: bool,
    username: str,
    as_json: bool,
) -> None:
    """把目录导出为 Excel 模板，修改后可再导入；或导出为 DCAT-AP。

    Export the catalogue as the Excel template, to be changed and imported again, or as DCAT-AP.
    """
    count = 0
    out = out or Path(f"catalogue.{RDF_ENDINGS.get(export_format, export_format)}")
    if template:
        interchange.write_template(out)
    elif export_format in RDF_ENDINGS:
        count = export_rdf(actor_of(username), out, RDF_ENDINGS[export_format], department=department)
    else:
        where = EntryFilter(provider=department, status=EntryStatus(status) if status else None)
        count = interchange.export_workbook(actor_of(username), out, clock=SystemClock(), where=where)
    if as_json:
        print_json({"file": str(out), "entries": count})
    else:
        say(f"已导出 {count} 个目录到 {out}。", f"Exported {count} entries to {out}.")
