"""`jutong profile` and `jutong read`: what a file holds, and its records as the platform reads them."""

import csv
import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import click

from jutong.dataflow.connectors import Connector, FileProfile, open_file, profile_file, records_of
from jutong.entrypoints.cli.output import json_option, language, pick, print_json, print_table

file_argument = click.argument("file", type=click.Path(path_type=Path))

# What a profile says of the whole file; a key that is not here is shown as it is.
LABELS: Final[Mapping[str, str]] = {
    "name": "名称",
    "kind": "类型",
    "size_bytes": "大小（字节）",
    "encoding": "编码",
    "bom": "带 BOM",
    "title_rows": "表头前的标题行数",
    "group_rows": "分组标题行数",
    "sheet": "工作表",
    "table": "表",
    "records": "记录所在位置",
    "rows": "行数",
    "rejected": "未能读取的行数",
    "distinct_exact": "不同值个数为精确值",
}


@click.command()
@file_argument
@json_option
def profile(file: Path, *, as_json: bool) -> None:
    """探查一个文件：编码、表头、行数、每列的类型和含义、发现的问题。

    Say what a file holds: encoding, header, rows, each column's type and meaning, findings.
    """
    found = profile_file(file)
    if as_json:
        print_json(found.to_dict())
        return
    show_profile(found)


def show_profile(found: FileProfile) -> None:
    """A profile as lines and a table."""
    described = found.to_dict()
    for key, value in described.items():
        if not isinstance(value, list | dict):
            click.echo(f"{pick(LABELS.get(key, key), key)}{pick('：', ': ')}{_shown(value)}")
    print_table(
        [pick("列", "column"), pick("类型", "type"), pick("含义", "meaning"), pick("空值", "nulls")],
        [
            (column["name"], column["type"], _meaning(column.get("meaning")), column["nulls"])
            for column in described["columns"]
        ],
    )
    for finding in described["findings"]:
        click.echo(f"- {finding[language()]}  [{finding['code']}]")


def _shown(value: object) -> str:
    if isinstance(value, bool):
        return pick("是", "yes") if value else pick("否", "no")
    return "" if value is None else str(value)


def _meaning(recognised: dict[str, object] | str | None) -> str:
    if isinstance(recognised, dict):
        return str(recognised.get(language()) or recognised.get("meaning") or "")
    return recognised or ""


@click.command()
@file_argument
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["csv", "jsonl"]),
    default="csv",
    show_default=True,
    help="输出格式 Output format.",
)
@click.option("--json", "as_json", is_flag=True, help="等同于 --format jsonl  The same as --format jsonl.")
def read(file: Path, *, output_format: str, as_json: bool) -> None:
    """按平台读取的样子输出文件中的记录。

    Print the records of a file as the platform reads them: every value as text, empty as empty.
    """
    connector = open_file(file)
    if as_json or output_format == "jsonl":
        for record in records_of(connector):
            click.echo(json.dumps(record, ensure_ascii=False))
        return
    _print_csv(connector)


def _print_csv(connector: Connector) -> None:
    """The header in any case; that there is nothing below it is said beside, on standard error."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(connector.columns())
    empty = True
    for record in records_of(connector):
        writer.writerow(record.values())
        empty = False
    if empty:
        click.echo(pick("文件中没有记录。", "The file holds no records."), err=True)
