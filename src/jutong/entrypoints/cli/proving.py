"""`jutong collect prove`: whether a table has every row of its source, and what was repaired."""

import sys
from typing import Any

import click
import msgspec

from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.entrypoints.settings import platform_settings
from jutong.kernel.clock import SystemClock
from jutong.kernel.errors import error_codes
from jutong.processes.proving import prove_now
from jutong.vocabulary.collection import ProofReport


@click.command()
@click.argument("table")
@click.option("--no-repair", is_flag=True, help="只比对，不修复 Compare only, repair nothing")
@acting_option
@json_option
def prove(table: str, *, no_repair: bool, username: str, as_json: bool) -> None:
    """比对来源与资源池，找到并修复不一致的行。完整退出码为 0，不一致为 1。

    Compare source and pool of one entry, find and repair the rows that differ. Exit code 0 when complete, 1 when not.
    """
    report = prove_now(
        actor_of(username),
        table,
        home=platform_settings().data_home,
        clock=SystemClock(),
        repair=not no_repair,
    )
    if as_json:
        print_json(_plain(report))
    else:
        _show(report)
    sys.exit(0 if report.complete else 1)


def _plain(report: ProofReport) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(report)
    return plain


def _show(report: ProofReport) -> None:
    verdict = ("完整", "complete") if report.complete else ("不一致", "different")
    say(
        f"{report.service}：{verdict[0]}  来源 {report.rows_source:,} 行  资源池 {report.rows_pool:,} 行  "
        f"隔离 {report.rows_quarantined:,}  修复 {report.repaired:,}  方法 {report.method or '—'}",
        f"{report.service}: {verdict[1]}  source {report.rows_source:,} rows  pool {report.rows_pool:,}  "
        f"set aside {report.rows_quarantined:,}  repaired {report.repaired:,}  method {report.method or '—'}",
    )
    if report.unhashed:
        fields = ", ".join(report.unhashed)
        say(
            f"未参加比对的项：{fields}（来源算不出与资源池一致的散列），其余各项已比对。",
            f"Not compared: {fields} (the source cannot hash them as the pool does); all other items were.",
        )
    if report.mismatches:
        print_table(
            [
                pick("从", "from"),
                pick("到", "to"),
                pick("来源行数", "source rows"),
                pick("资源池行数", "pool rows"),
                pick("修复", "repaired"),
            ],
            [
                (one.lower or "", one.upper or "", one.rows_source, one.rows_pool, one.repaired)
                for one in report.mismatches
            ],
        )
    if report.error_code:
        known = error_codes().get(report.error_code)
        text = f"{known(**report.error_detail).message(language())}  " if known else ""
        click.echo(f"{text}[{report.error_code}]", err=True)
