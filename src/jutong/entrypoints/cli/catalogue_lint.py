"""`jutong catalogue lint` and `rules`: entries, or a file that is not imported, put to the rules of the linter."""

import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import click
from django.conf import settings
from django.db import Error as DatabaseError

from jutong.control.catalogue import api
from jutong.control.catalogue.api import EntryDraft, FileDraft, Finding, LintContext, LintRule
from jutong.control.catalogue.lint import Titles
from jutong.control.directory.api import departments, systems
from jutong.control.inspection import api as inspection
from jutong.control.interchange.api import CellProblem, SheetEntry, WorkbookReading, read_workbook
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table
from jutong.kernel.clock import SystemClock
from jutong.processes.inspection import observe
from jutong.vocabulary.catalogue import Severity

Row = Mapping[str, Any]


@click.command()
@click.argument("services", nargs=-1, metavar="[SERVICE]…")
@click.option("--all", "everything", is_flag=True, help="检查全部目录 Every entry.")
@click.option(
    "--file",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="检查一个尚未导入的 Excel 文件 An Excel file that is not imported.",
)
@acting_option
@json_option
def lint(
    services: tuple[str, ...], *, everything: bool, path: Path | None, username: str, as_json: bool
) -> None:
    """按编制规则检查条目，或检查尚未导入的 Excel 文件。没有错误退出码为 0，有错误为 1。

    Lint entries, all of them, or an Excel file that is not imported. Exit code 0 without errors, 1 with.
    """
    if sum((bool(services), everything, path is not None)) != 1:
        raise click.UsageError(
            pick("请给出服务名、--all 或 --file 之一。", "Give service names, --all or --file: one of them.")
        )
    found = list(_of_file(path) if path else _of_entries(services, username))
    if as_json:
        print_json(found)
    else:
        _print(found)
    sys.exit(1 if any(row["severity"] == Severity.ERROR.value for row in found) else 0)


def _of_entries(services: Sequence[str], username: str) -> Iterator[Row]:
    """Findings of these entries, or of all that the account sees, with everything that is known around them."""
    actor, clock = actor_of(username), SystemClock()
    observed = observe(settings.DATA_HOME, clock=clock)
    if not services:
        for judged in inspection.lint_all(actor, clock=clock, observed=observed):
            yield from _rows(judged.findings, service=judged.entry.service)
    for service in services:
        found = inspection.lint(actor, service, clock=clock, observed=observed)
        yield from _rows(found, service=service)


def _rows(findings: Iterable[Finding], **where: Any) -> Iterator[Row]:
    for finding in findings:
        yield {
            **where,
            "rule": finding.rule,
            "severity": finding.severity.value,
            "place": finding.place,
            "message": finding.message(language()),
            "fixable": finding.fixable,
        }


def _of_file(path: Path) -> Iterator[Row]:
    """What is wrong with its cells, then what the rules say of its entries."""
    reading = read_workbook(path)
    for problem in reading.problems:
        yield _cell(problem)
    for entry, (draft, context) in zip(reading.entries, _placed(reading), strict=True):
        where = {"service": entry.service, "sheet": entry.sheet, "row": entry.row, "title": entry.draft.title}
        yield from _rows(api.lint_entry(draft, context), **where)


def _cell(problem: CellProblem) -> Row:
    return {
        "service": "",
        "sheet": problem.sheet,
        "cell": problem.cell,
        "rule": problem.code,
        "severity": (Severity.WARNING if problem.warning else Severity.ERROR).value,
        "place": problem.cell,
        "message": problem.zh if language() == "zh" else problem.en,
        "fixable": False,
    }


def _placed(reading: WorkbookReading) -> list[tuple[EntryDraft, LintContext]]:
    """The drafts of a file with what is known around them; without a platform only what they say themselves."""
    try:
        owners = {name: one.code for one in departments() for name in (one.code, one.short_name, one.name)}
        known = {name: one.code for one in systems() for name in (one.code, one.name)}
        placed = [_file_draft(place, entry, owners, known) for place, entry in enumerate(reading.entries)]
        contexts = api.file_contexts(placed, SystemClock().now())
        return [(one.draft, context) for one, context in zip(placed, contexts, strict=True)]
    except DatabaseError:
        click.echo(
            pick(
                "没有可用的平台数据库，只按文件本身检查。",
                "There is no platform to look at: the file is judged by itself.",
            ),
            err=True,
        )
        drafts = {f"#{place}": entry.draft for place, entry in enumerate(reading.entries)}
        titles = Titles.of((name, draft.title) for name, draft in drafts.items())
        return [(draft, LintContext(service=name, titles=titles)) for name, draft in drafts.items()]


def _file_draft(
    place: int, entry: SheetEntry, owners: Mapping[str, str], known: Mapping[str, str]
) -> FileDraft:
    """Files name departments and systems as people do; the rules know them by their codes."""
    system = known.get(entry.draft.system.strip(), entry.draft.system)
    return FileDraft(
        service=entry.service or f"#{place}",
        provider=owners.get(entry.provider.strip(), entry.provider),
        draft=replace(entry.draft, system=system),
    )


def _print(found: Sequence[Row]) -> None:
    print_table(
        [pick("目录", "entry"), pick("规则", "rule"), pick("程度", "severity"), pick("说明", "message")],
        [
            (_where(row), row["rule"], Severity(row["severity"]).label(language()), row["message"])
            for row in found
        ],
    )
    errors = sum(row["severity"] == Severity.ERROR.value for row in found)
    click.echo(
        pick(
            f"错误 {errors} 个，提示 {len(found) - errors} 个。",
            f"{errors} errors, {len(found) - errors} warnings.",
        )
    )


def _where(row: Row) -> str:
    if row["service"]:
        return str(row["service"])
    return f"{row['sheet']}!{row.get('cell') or row.get('row', '')}"


@click.command()
@click.argument("codes", nargs=-1, metavar="[CODE]…")
@json_option
def rules(codes: tuple[str, ...], *, as_json: bool) -> None:
    """列出检查规则，可只列几条。

    List the rules of the linter, all or some.
    """
    unknown = [code for code in codes if code not in api.RULE_OF]
    if unknown:
        raise click.UsageError(
            pick(
                f"没有规则 {'、'.join(unknown)}。请用 jutong catalogue rules 查看全部规则。",
                f"There is no rule {', '.join(unknown)}. See jutong catalogue rules for all of them.",
            )
        )
    wanted = [rule for rule in api.RULES if not codes or rule.code in codes]
    if as_json:
        print_json([_described(rule) for rule in wanted])
        return
    print_table(
        [pick("规则", "rule"), pick("程度", "severity"), pick("修正", "fix"), pick("说明", "message")],
        [
            (
                rule.code,
                rule.severity.label(language()),
                pick("自动", "safe") if rule.fix else "",
                pick(rule.zh + rule.advice_zh, f"{rule.en} {rule.advice_en}"),
            )
            for rule in wanted
        ],
    )


def _described(rule: LintRule) -> Row:
    return {
        "code": rule.code,
        "severity": rule.severity.value,
        "element": rule.element.value,
        "zh": rule.zh,
        "en": rule.en,
        "advice_zh": rule.advice_zh,
        "advice_en": rule.advice_en,
        "fixable": rule.fix is not None,
        "source": rule.source,
        "needs": [one.value for one in rule.needs],
    }
