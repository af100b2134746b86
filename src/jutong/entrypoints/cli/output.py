"""How commands speak: one language a run, JSON on request, tables that line up with Chinese text."""

import json
import os
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

import click

from jutong.kernel.errors import Language

json_option = click.option(
    "--json", "as_json", is_flag=True, help="输出 JSON，供程序读取 Print JSON for programs."
)


def language() -> Language:
    """Chinese, unless JUTONG_LANGUAGE says `en`."""
    return "en" if os.environ.get("JUTONG_LANGUAGE", "").lower().startswith("en") else "zh"


def say(zh: str, en: str) -> None:
    """One line in the language of the run."""
    click.echo(zh if language() == "zh" else en)


def pick(zh: str, en: str) -> str:
    return zh if language() == "zh" else en


def print_json(value: Any) -> None:
    click.echo(json.dumps(value, ensure_ascii=False, indent=2, default=str))


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def print_table(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Columns padded by display width: a Chinese character takes two places."""
    lines = [
        [str(cell) for cell in header],
        *(["" if cell is None else str(cell) for cell in row] for row in rows),
    ]
    widths = [max(_width(line[column]) for line in lines) for column in range(len(header))]
    for line in lines:
        padded = (cell + " " * (width - _width(cell)) for cell, width in zip(line, widths, strict=True))
        click.echo("  ".join(padded).rstrip())
