"""`jutong duties` and `jutong draft`: duties, what they lack, and the proposals made from them and from sources."""

import sys
from pathlib import Path
from typing import Any

import click

from jutong.control.drafting import api as drafting
from jutong.control.drafting.api import Gaps, ProposalFilter, ProposalStatus
from jutong.control.duties import api
from jutong.control.duties.api import DutyFilter, DutyKind, DutyStatus, ImportReport
from jutong.dataflow.connectors import ReadLimits, open_file, records_of
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock
from jutong.processes.surveying import survey_source

department_option = click.option("--department", default="", help="部门代码 Department code.")


@click.group()
def duties() -> None:
    """事项：权责清单和政务服务事项清单。

    Duties: lists of powers and of service items.
    """


@duties.command(name="import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--series", required=True, help="清单名称，新版沿用 Name of the list, kept by later editions.")
@click.option(
    "--kind",
    type=click.Choice([kind.value for kind in DutyKind]),
    default=DutyKind.SERVICE.value,
    show_default=True,
    help="事项类别 Powers or service items.",
)
@click.option("--version", "edition", default="", help="版本 The edition's own name.")
@click.option(
    "--partial",
    is_flag=True,
    help="不是完整清单，缺的事项不算取消 Duties that are missing are not abolished.",
)
@click.option("--check", "check_only", is_flag=True, help="只检查，不导入 Check only, write nothing.")
@acting_option
@json_option
def import_duties(
    file: Path,
    *,
    series: str,
    kind: str,
    edition: str,
    partial: bool,
    check_only: bool,
    username: str,
    as_json: bool,
) -> None:
    """导入一份事项清单（Excel、CSV、JSON）。

    Import a list of duties. A file with errors changes nothing (exit code 3).
    """
    limits = ReadLimits.from_environment()
    connector = open_file(file, limits=limits)
    sheet = api.template_sheet(connector.describe().get("sheets", ()))
    if sheet and sheet != connector.describe()["sheet"]:
        connector = open_file(file, {"sheet": sheet}, limits=limits)
    report = api.import_list(
        actor_of(username),
        records_of(connector),
        series=series,
        kind=DutyKind(kind),
        version=edition,
        sheet=str(connector.describe().get("sheet", "")),
        file_name=file.name,
        complete=not partial,
        check_only=check_only,
        clock=SystemClock(),
    )
    _tell_import(report, as_json=as_json)


def _tell_import(report: ImportReport, *, as_json: bool) -> None:
    if as_json:
        findings = [
            {"row": one.row, "kind": one.kind.value, "code": one.code, "message": one.message(language())}
            for one in report.findings
        ]
        print_json({"rows": report.rows, "counts": dict(report.counts), "findings": findings})
        return
    counts = "  ".join(f"{name} {count}" for name, count in report.counts.items())
    say(f"{report.rows} 个事项：{counts}", f"{report.rows} duties: {counts}")
    for one in report.findings[:20]:
        click.echo(one.message(language()))
    if len(report.findings) > 20:
        say(
            f"另有 {len(report.findings) - 20} 条提示，用 --json 查看",
            f"{len(report.findings) - 20} more, see --json",
        )


@duties.command(name="list")
@click.argument("text", required=False, default="")
@department_option
@click.option(
    "--status", type=click.Choice([one.value for one in DutyStatus]), help="状态 Status of the duties."
)
@click.option("--limit", default=50, type=click.IntRange(1, 200), show_default=True)
@acting_option
@json_option
def list_duties(
    text: str, *, department: str, status: str | None, limit: int, username: str, as_json: bool
) -> None:
    """列出事项，可按文字查找。

    List duties; TEXT searches names, codes and departments.
    """
    where = DutyFilter(text=text, department=department, status=DutyStatus(status) if status else None)
    page = api.duties(actor_of(username), where, limit=limit)
    if as_json:
        print_json([_described(one) for one in page.rows])
        return
    print_table(
        [pick("编码", "code"), pick("名称", "name"), pick("类型", "type"), pick("部门", "department")],
        [
            (
                one.code,
                one.name[:40],
                one.task_type.label(language()) if one.task_type else "",
                one.department_name or one.label,
            )
            for one in page.rows
        ],
    )


def _described(one: api.DutyView) -> dict[str, Any]:
    return {
        "code": one.code,
        "name": one.name,
        "kind": one.kind.value,
        "type": one.task_type.value if one.task_type else None,
        "department": one.department,
        "label": one.label,
        "status": one.status.value,
        "list": one.series,
    }


@duties.command()
@department_option
@acting_option
@json_option
def gaps(*, department: str, username: str, as_json: bool) -> None:
    """对照事项与目录：缺数据的事项、缺事项的目录。没有缺口退出码为 0，有缺口为 1。

    Compare duties with the catalogue in both directions. Exit code 0 without gaps, 1 with.
    """
    found = drafting.gaps(actor_of(username), department)
    if as_json:
        print_json(_gaps_described(found))
    else:
        share = "—" if found.coverage is None else f"{found.coverage:.1%}"
        say(
            f"事项 {found.duties}，有数据 {found.covered}（{share}），缺数据 {len(found.bare_duties)}；"
            f"目录 {found.entries}，缺事项 {len(found.loose_entries)}；待确认建议 {found.open_proposals}",
            f"{found.duties} duties, {found.covered} with data ({share}), {len(found.bare_duties)} without; "
            f"{found.entries} entries, {len(found.loose_entries)} without a duty; {found.open_proposals} proposals",
        )
        for one in found.bare_duties[:20]:
            click.echo(f"{one.code}  {one.name}")
    sys.exit(1 if found.bare_duties or found.loose_entries else 0)


def _gaps_described(found: Gaps) -> dict[str, Any]:
    return {
        "duties": found.duties,
        "covered": found.covered,
        "coverage": found.coverage,
        "without_data": found.without_data,
        "bare_duties": [_described(one) for one in found.bare_duties],
        "entries": found.entries,
        "loose_entries": [one.service for one in found.loose_entries],
        "open_proposals": found.open_proposals,
        "suggestions": [
            {"service": one.service, "duty": one.duty, "score": one.score} for one in found.suggestions
        ],
    }


@duties.command()
@click.argument("file", type=click.Path(dir_okay=False, writable=True, path_type=Path))
def template(file: Path) -> None:
    """把事项清单模板（Excel）写到文件。

    Write the template of lists of duties, an Excel file.
    """
    file.write_bytes(api.template_workbook())
    say(f"已写出 {file.name}", f"{file.name} written")


@click.group()
def draft() -> None:
    """编目建议：从事项和数据源提出目录条目。

    Proposals of entries, from duties and from sources.
    """


@draft.command(name="duties")
@department_option
@acting_option
@json_option
def from_duties(*, department: str, username: str, as_json: bool) -> None:
    """按事项清单提出编目建议。

    Propose entries for the duties that no entry names yet.
    """
    report = drafting.propose_from_duties(actor_of(username), department=department, clock=SystemClock())
    if as_json:
        print_json({name: getattr(report, name) for name in report.__dataclass_fields__})
        return
    say(
        f"新建议 {report.made}，没有变化 {report.same}，已有目录 {report.covered}，不需编目 {report.without_data}，"
        f"部门未对应 {report.unmapped}",
        f"{report.made} new, {report.same} unchanged, {report.covered} covered, {report.without_data} need none, "
        f"{report.unmapped} without a mapped department",
    )


@draft.command()
@click.argument("source")
@acting_option
@json_option
def survey(source: str, *, username: str, as_json: bool) -> None:
    """探查整个数据源，逐表提出编目建议。失败时退出码为 1。

    Survey a whole source and propose an entry for each table. Exit code 1 where it fails.
    """
    actor, clock = actor_of(username), SystemClock()
    asked = drafting.request_survey(actor, source, clock=clock)
    outcome = survey_source(asked.survey_id, home=platform_settings().data_home, clock=clock)
    view = drafting.survey(actor, asked.survey_id)
    tables = drafting.surveyed_tables(actor, asked.survey_id)
    if as_json:
        described = [
            {
                "table": one.name,
                "outcome": one.outcome.value,
                "reason": one.reason(language()),
                "rows": one.rows,
            }
            for one in tables
        ]
        print_json(
            {"survey": view.survey_id, "outcome": outcome, "error": view.error_en, "tables": described}
        )
    else:
        print_table(
            [pick("表", "table"), pick("结果", "outcome"), pick("行数", "rows"), pick("原因", "reason")],
            [(one.name, one.outcome.label(language()), one.rows, one.reason(language())) for one in tables],
        )
        if outcome != "done":
            click.echo(view.error_zh if language() == "zh" else view.error_en, err=True)
    sys.exit(0 if outcome == "done" else 1)


@draft.command(name="list")
@department_option
@click.option(
    "--status",
    type=click.Choice([one.value for one in ProposalStatus]),
    default=ProposalStatus.PROPOSED.value,
    show_default=True,
    help="状态 Status of the proposals.",
)
@click.option("--limit", default=50, type=click.IntRange(1, 200), show_default=True)
@acting_option
@json_option
def list_proposals(*, department: str, status: str, limit: int, username: str, as_json: bool) -> None:
    """列出编目建议，每条有把握。

    List proposals, each with its confidence.
    """
    where = ProposalFilter(department=department, status=ProposalStatus(status))
    page = drafting.proposals(actor_of(username), where, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "number": one.number,
                    "title": one.draft.title,
                    "department": one.provider,
                    "origin": one.origin.value,
                    "confidence": one.confidence,
                    "items": len(one.draft.items),
                    "service": one.service,
                    "evidence": {name: said.sentence(language()) for name, said in one.evidence.items()},
                }
                for one in page.rows
            ]
        )
        return
    print_table(
        [pick("号", "no."), pick("名称", "title"), pick("部门", "department"), pick("把握", "confidence")],
        [(one.number, one.draft.title, one.provider_name, f"{one.confidence:.0%}") for one in page.rows],
    )
