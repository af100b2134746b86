"""How the same thing is written: traditional and simplified characters, and what officials call by several names."""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TypeAlias

Synonyms: TypeAlias = tuple[tuple[str, ...], ...]
"""Groups of terms that mean the same, the usual name of each first."""


@cache
def simplified() -> Mapping[str, str]:
    """Traditional character → simplified one (OpenCC, the characters of the basic plane)."""
    text = _data("traditional.txt").replace("\n", "")
    return MappingProxyType(dict(zip(text[::2], text[1::2], strict=True)))


@cache
def synonyms() -> Synonyms:
    """The groups that the platform brings along; a city adds its own in the workbench."""
    return groups_in(_data("synonyms.txt").splitlines())


def groups_in(lines: Iterable[str]) -> Synonyms:
    """A group a line, its terms parted by spaces; what begins with `#` is a note."""
    parted = (tuple(dict.fromkeys(line.split())) for line in lines if not line.startswith("#"))
    return tuple(group for group in parted if len(group) > 1)


def _data(name: str) -> str:
    return (files("jutong.vocabulary") / "data" / name).read_text(encoding="utf-8")
