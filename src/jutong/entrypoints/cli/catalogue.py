"""`jutong catalogue`: the catalogue from the shell, with the rights of the account named by `--as`."""

import sys
from collections.abc import Iterator
from typing import Any

import click

from jutong.control.catalogue import api
from jutong.control.catalogue.values import EntryFilter, EntryView
from jutong.entrypoints.cli.acting import acting_option, actor_of
from jutong.entrypoints.cli.catalogue_files import export_entries, import_entries
from jutong.entrypoints.cli.catalogue_lint import lint, rules
from jutong.entrypoints.cli.catalogue_search import search
from jutong.entrypoints.cli.harvest import harvest
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table, say
from jutong.vocabulary.catalogue import EntryStatus
from jutong.vocabulary.terms import Term


@click.group()
def catalogue() -> None:
    """目录：查看、检查目录条目。

    The catalogue: list, show and lint entries.
    """


catalogue.add_command(import_entries)
catalogue.add_command(export_entries)
catalogue.add_command(harvest)
catalogue.add_command(lint)
catalogue.add_command(rules)
catalogue.add_command(search)


@catalogue.command(name="list")
@click.argument("text", required=False, default="")
@click.option("--department", default="", help="部门代码 Department code.")
@click.option(
    "--status",
    type=click.Choice([status.value for status in EntryStatus]),
    help="状态 Status of the entries.",
)
@click.option("--limit", default=50, type=click.IntRange(1, 200), show_default=True)
@acting_option
@json_option
def list_entries(
    text: str, *, department: str, status: str | None, limit: int, username: str, as_json: bool
) -> None:
    """列出目录条目，可按文字查找。

    List entries; TEXT searches titles, abstracts and items.
    """
    wanted = EntryFilter(text=text, provider=department, status=EntryStatus(status) if status else None)
    page = api.entries(actor_of(username), wanted, limit=limit)
    if as_json:
        print_json(
            [
                {
                    "service": row.service,
                    "code": row.code,
                    "title": row.title,
                    "status": row.status.value,
                    "provider": row.provider_name,
                }
                for row in page.rows
            ]
        )
        return
    print_table(
        [pick("服务名", "service"), pick("代码", "code"), pick("名称", "title"), pick("状态", "status")],
        [(row.service, row.code, row.title, row.status.label(language())) for row in page.rows],
    )


@catalogue.command()
@click.argument("service")
@acting_option
@json_option
def show(service: str, *, username: str, as_json: bool) -> None:
    """显示一个目录条目和它的信息项。

    Show one entry with its items.
    """
    entry = api.entry(actor_of(username), service)
    if as_json:
        print_json(_described(entry))
        return
    head = entry.summary
    click.echo(f"{head.title}  {head.code}  {head.status.label(language())}  {head.provider_name}")
    print_table(
        [pick("信息项", "item"), pick("字段", "field"), pick("类型", "type"), pick("级别", "level")],
        [
            (item.name, item.field, item.data_type.label(language()), item.level.label(language()))
            for item in entry.present.items
        ],
    )


def _described(entry: EntryView) -> dict[str, Any]:
    return {
        "service": entry.service,
        "code": entry.summary.code,
        "status": entry.summary.status.value,
        "provider": entry.summary.provider_name,
        "title": entry.summary.title,
        "items": [
            {"name": item.name, "field": item.field, "type": item.data_type.value, "level": item.level.value}
            for item in entry.present.items
        ],
    }


@catalogue.command()
@click.argument("service")
@click.argument("before", metavar="[FROM]", required=False, type=click.IntRange(min=1))
@click.argument("after", metavar="[TO]", required=False, type=click.IntRange(min=1))
@acting_option
@json_option
def diff(service: str, before: int | None, after: int | None, *, username: str, as_json: bool) -> None:
    """逐项比较目录的两个版本；不写 TO 时与正在编辑的内容比较。相同退出码为 0，不同为 1。

    Compare two versions element by element; without TO, with what is being edited. Exit code 0 when the same, else 1.
    """
    found = api.diff_of(actor_of(username), service, before, after)
    if as_json:
        print_json({"service": service, "from": found.before, "to": found.after, **found.diff.as_data()})
    elif not found.diff:
        say("没有不同。", "Nothing differs.")
    else:
        print_table(
            [pick("内容", "what"), pick("变化", "change"), pick("原来", "before"), pick("现在", "after")],
            _diff_rows(found.diff),
        )
    sys.exit(1 if found.diff else 0)


def _diff_rows(found: api.DraftDiff) -> Iterator[tuple[str, str, str, str]]:
    changed = api.ItemChangeKind.CHANGED.label(language())
    for element in found.elements:
        yield pick(*api.ELEMENTS[element.name]), changed, _text(element.before), _text(element.after)
    for item in found.items:
        kind = item.kind.label(language())
        if not item.elements:
            yield (
                item.name,
                kind,
                item.before.field if item.before else "",
                item.after.field if item.after else "",
            )
        for element in item.elements:
            place = f"{item.name} / {pick(*api.ITEM_ELEMENTS[element.name])}"
            yield place, kind, _text(element.before), _text(element.after)


def _text(value: object) -> str:
    """A value on one line of the terminal."""
    if isinstance(value, Term):
        return value.label(language())
    if isinstance(value, tuple):
        return ", ".join(_text(one) for one in value)
    return "" if value is None else " ".join(str(value).split())
