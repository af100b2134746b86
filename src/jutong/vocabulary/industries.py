"""Industries of the national economy in four tiers (GB/T 4754-2017 国民经济行业分类), each with its parent."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Final, NamedTuple

INDUSTRY_SOURCE: Final = (
    "GB/T 4754-2017 国民经济行业分类（2017-06-30发布，2017-10-01实施；第1号修改单2019-03-29实施）"
)


class Industry(NamedTuple):
    """门类 (a letter), 大类 (2 digits), 中类 (3) or 小类 (4)."""

    code: str
    parent: str
    """The code one tier up; empty for a 门类."""
    name: str


@cache
def industries() -> Mapping[str, Industry]:
    """Every industry by code, in the order of the standard: each before those it holds."""
    text = (files("jutong.vocabulary") / "data/gbt4754_2017.tsv").read_text(encoding="utf-8")
    rows = (Industry(*line.split("\t")) for line in text.splitlines() if not line.startswith("#"))
    return MappingProxyType({row.code: row for row in rows})


def industry_path(code: str) -> tuple[Industry, ...]:
    """The industry `code` and those above it, the 门类 first; empty when the standard has no such code."""
    found = industries().get(code)
    if found is None:
        return ()
    return (*industry_path(found.parent), found)
