"""Building blocks of the rule dialect: DuckDB's SQL as sqlglot trees, kept to what Spark says alike.

Left out on purpose: look-around in patterns, the engine's own `hash`, `/` between whole numbers.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from itertools import groupby
from typing import Final

from sqlglot import exp, parse_one

ROW_NUMBER: Final = "_row_no"
_SHORT: Final = 8

# Space, tab, line ends, no-break and ideographic space: what a clerk sees as empty.
_NOT_BLANK: Final = exp.Literal.string("[^ \t\r\n\u00a0\u3000]")


@cache
def _parsed(template: str) -> exp.Expr:
    return parse_one(template, read="duckdb")


def sql(template: str, **parts: exp.Expr | str | float) -> exp.Expr:
    """The expression `template` (DuckDB's SQL), each `:name` in it replaced by that part."""
    whole = exp.replace_placeholders(
        _parsed(template),
        **{name: part.copy() if isinstance(part, exp.Expr) else part for name, part in parts.items()},
    )
    assert isinstance(whole, exp.Expr)
    return whole


def text_of(item: str) -> exp.Expr:
    """The item's value as text, whatever the column's type: text compares alike on every engine."""
    return exp.cast(exp.column(item, quoted=True), "text")


def trimmed(item: str) -> exp.Expr:
    return sql("trim(:t)", t=text_of(item))


def is_blank(item: str) -> exp.Expr:
    """True for null and for text of nothing but blanks."""
    # What begins with a printable ASCII character, or with one behind the ideographic space, needs no pattern.
    return sql(
        "CASE WHEN :t >= '!' AND :t < '~' THEN FALSE WHEN :t >= '、' THEN FALSE "
        "ELSE coalesce(NOT regexp_matches(:t, :pattern), TRUE) END",
        t=text_of(item),
        pattern=_NOT_BLANK,
    )


def is_filled(item: str) -> exp.Expr:
    """Whether more than spaces is there; null for null."""
    return sql(
        "CASE WHEN :t >= '!' AND :t < '~' THEN TRUE WHEN :t >= '、' THEN TRUE ELSE trim(:t) <> '' END",
        t=text_of(item),
    )


def wrong(item: str, fault: exp.Expr) -> exp.Expr:
    """`fault` for a filled value; an empty one passes: whether it may be empty is for `Required` to say."""
    return exp.and_(is_filled(item), exp.paren(fault), copy=False)


def one_of(value: exp.Expr, texts: Iterable[str]) -> exp.Expr:
    """Whether `value` is one of `texts`; false for none of them, null for null."""
    listed = sorted(set(texts))
    if len(listed) <= _SHORT:
        return exp.In(this=value, expressions=[exp.Literal.string(text) for text in listed])
    # Engines go through a long IN list one by one; as a pattern, a value is read once, whatever the length.
    return sql(
        "regexp_matches(:value, :pattern)",
        value=value,
        pattern=exp.Literal.string(f"^{tree_pattern(listed)}$"),
    )


def tree_pattern(texts: Sequence[str]) -> str:
    """A pattern for exactly these (sorted) texts, those with the same beginning grouped together."""
    branches = []
    for first, group in groupby((text for text in texts if text), key=lambda text: text[0]):
        rests = [text[1:] for text in group]
        rest = "" if rests == [""] else tree_pattern(rests)
        branches.append(f"{re.escape(first)}{rest}")
    if len(branches) == 1 and "" not in texts:
        return branches[0]
    return f"(?:{'|'.join(branches)}){'?' if '' in texts else ''}"


def as_date(text: exp.Expr) -> exp.Expr:
    """The day in `YYYY-MM-DD`, `YYYYMMDD` (GB/T 7408) or `YYYY/M/D`, a time of day behind it allowed; else null."""
    return sql(
        "CASE WHEN regexp_matches(:t, '^[0-9]{4}-[0-9]{2}-[0-9]{2}$') THEN try_cast(:t AS date) "
        "WHEN regexp_matches(:t, '^[0-9]{8}$') "
        "THEN try_cast(substr(:t, 1, 4) || '-' || substr(:t, 5, 2) || '-' || substr(:t, 7, 2) AS date) "
        "WHEN regexp_matches(:t, '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}([ T][0-9:.]+(Z|[+-][0-9:]+)?)?$') "
        "THEN try_cast(replace(regexp_extract(:t, '^[0-9]{4}[-/][0-9]{1,2}[-/][0-9]{1,2}', 0), '/', '-') AS date) "
        "END",
        t=text,
    )


def as_timestamp(text: exp.Expr) -> exp.Expr:
    """Date and time of day as written (no zone is added); a date alone is its midnight; else null."""
    return sql(
        "CASE WHEN regexp_matches(:t, '^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([ T][0-9:.]+)?$') "
        "THEN try_cast(:t AS timestamp) "
        "WHEN regexp_matches(:t, '^[0-9]{14}$') "
        "THEN try_cast(substr(:t, 1, 4) || '-' || substr(:t, 5, 2) || '-' || substr(:t, 7, 2) || ' ' || "
        "substr(:t, 9, 2) || ':' || substr(:t, 11, 2) || ':' || substr(:t, 13, 2) AS timestamp) "
        "WHEN regexp_matches(:t, '^[0-9]{8}$') THEN try_cast(:day AS timestamp) "
        "WHEN regexp_matches(:t, '^[0-9]{4}/[0-9]{1,2}/[0-9]{1,2}([ T][0-9:.]+)?$') "
        "THEN try_cast(replace(:t, '/', '-') AS timestamp) END",
        t=text,
        day=as_date(text),
    )


def as_number(text: exp.Expr) -> exp.Expr:
    """A number in plain or exponent notation; separators, units and `nan` are no numbers; else null."""
    return sql(
        "CASE WHEN regexp_matches(:t, '^[+-]?([0-9]+[.]?[0-9]*|[.][0-9]+)([eE][+-]?[0-9]+)?$') "
        "THEN try_cast(:t AS double) END",
        t=text,
    )


def date_literal(day: date) -> exp.Expr:
    return exp.cast(exp.Literal.string(day.isoformat()), "date")
