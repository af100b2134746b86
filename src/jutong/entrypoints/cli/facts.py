"""`jutong validate`, `region`, `workdays`: the facts of the field for scripts."""

import os
import sys
from datetime import date
from typing import Any

import click

from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.vocabulary.calendar import read_calendar
from jutong.vocabulary.divisions import Region
from jutong.vocabulary.divisions import region as find_region
from jutong.vocabulary.identifiers import KINDS, Validation, Verdict
from jutong.vocabulary.identifiers import validate as check
from jutong.vocabulary.settings import VocabularySettings

day = click.DateTime(formats=["%Y-%m-%d", "%Y%m%d"])


@click.command()
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@click.argument("values", nargs=-1, required=True, metavar="VALUE…")
@click.option("--on", type=day, default=None, help="按这一天判断 Judge as of this day (YYYY-MM-DD).")
@json_option
def validate(kind: str, values: tuple[str, ...], *, on: Any, as_json: bool) -> None:
    """校验编码：给出结论和原因。全部有效（含提示）退出码为 0，有无效值为 1。

    Validate identifiers: verdict and reason. Exit code 0 when all are valid (or a warning), 1 when one is not.

    KIND: citizen_id uscc organisation_code region_code real_estate_unit vin plate mobile telephone bank_card
    certificate_id service_item resource_code postcode project_code
    """
    judged_on = on.date() if on else date.today()  # noqa: DTZ011  # a person's "today", on their own machine
    verdicts = [(value, check(kind, value, on=judged_on)) for value in values]
    if as_json:
        print_json([_verdict(value, verdict) for value, verdict in verdicts])
    else:
        names = {
            Verdict.VALID: pick("有效", "valid"),
            Verdict.WARNING: pick("提示", "warning"),
            Verdict.INVALID: pick("无效", "invalid"),
        }
        print_table(
            [pick("值", "value"), pick("结论", "verdict"), pick("说明", "reason")],
            [(value, names[found.verdict], found.message(language())) for value, found in verdicts],
        )
    sys.exit(1 if any(found.verdict is Verdict.INVALID for _, found in verdicts) else 0)


def _verdict(value: str, found: Validation) -> dict[str, Any]:
    return {
        "value": value,
        "kind": found.kind,
        "verdict": found.verdict.value,
        "reasons": [reason.value for reason in found.reasons],
        "notes": [note.value for note in found.notes],
        "message": found.message(language()),
        "parts": dict(found.parts),
    }


@click.command()
@click.argument("code")
@click.option("--at", type=day, default=None, help="这一天的情况 As it was on this day (YYYY-MM-DD).")
@json_option
def region(code: str, *, at: Any, as_json: bool) -> None:
    """查询 6、9 或 12 位行政区划代码：名称、上级、起止、现在对应的区划。

    Look up a region code of 6, 9 or 12 digits: name, parents, term, what it is now.
    """
    found = find_region(code, at.date() if at else None)
    if as_json:
        print_json(_region(found))
        return
    say(
        f"{found.code}  {found.full_name}  （{found.level.zh}）",
        f"{found.code}  {found.full_name}  ({found.level.en})",
    )
    say(
        f"起止：{found.valid_from or '1981年前'} 至 {found.valid_to or '今'}"
        + ("" if found.in_force else "（所查日期不在其间）"),
        f"Term: {found.valid_from or 'before 1981'} to {found.valid_to or 'now'}"
        + ("" if found.in_force else " (not in force on the day asked for)"),
    )
    if found.successors:
        now = "、".join(f"{item.name}（{item.code}）" for item in found.successors)
        say(f"现在对应：{now}", f"Now: {now}")


def _region(found: Region) -> dict[str, Any]:
    return {
        "code": found.code,
        "name": found.name,
        "full_name": found.full_name,
        "level": found.level.value,
        "parents": [item._asdict() for item in found.parents],
        "valid_from": found.valid_from,
        "valid_to": found.valid_to,
        "in_force": found.in_force,
        "direct_successors": [item._asdict() for item in found.direct_successors],
        "successors": [item._asdict() for item in found.successors],
    }


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("start", type=day, metavar="FROM")
@click.argument("days", type=click.IntRange(-5000, 5000))
@json_option
def workdays(start: Any, days: int, *, as_json: bool) -> None:
    """从 FROM（YYYY-MM-DD）起第 DAYS 个工作日是哪天，起始日不计。

    The working day that is DAYS after FROM (YYYY-MM-DD); the day of FROM is not counted.
    """
    calendar = read_calendar(VocabularySettings.read(os.environ).holidays)
    found = calendar.add(start.date(), days)
    if as_json:
        print_json({"from": start.date(), "days": days, "date": found.day, "provisional": found.provisional})
        return
    note = pick("（该年放假安排尚未公布，暂按周末推算）", " (holidays not announced yet; weekends only)")
    click.echo(f"{found.day}{note if found.provisional else ''}")
