"""What is odd about a table, in words for the clerk who has to settle it: counts and places, never values."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from jutong.dataflow.connectors.column_statistics import ColumnStatistics
from jutong.dataflow.connectors.protocol import Finding, RejectedLine

_REASONS: Final = {
    "fewer_columns": ("行的列数少于表头，已搁置", "rows have fewer columns than the header; set aside"),
    "more_columns": ("行的列数多于表头，已搁置", "rows have more columns than the header; set aside"),
    "precision_lost": (
        "行含有 16 位以上的数字型单元格，号码已被 Excel 截断，已搁置；请将该列改为文本后重新导出",
        "rows hold numbers of 16 digits or more that Excel has truncated; set aside. Export them as text",
    ),
    "json_invalid": ("行不是有效的 JSON，已搁置", "lines are no valid JSON; set aside"),
    "not_a_record": ("项不是记录，已搁置", "entries are no records; set aside"),
    "type_mismatch": (
        "行有值与列的类型不符，已搁置",
        "rows hold a value that does not fit its column; set aside",
    ),
}
_PINYIN: Final = re.compile(r"[a-z]{3,14}")
_VOWELS: Final = re.compile(r"[aeiou]")
_MEASURE: Final = re.compile(r"(?P<measure>.+)_(?P<of>[^_]+)")
_SHOWN: Final = 5

_Count = Callable[[ColumnStatistics], int]
_OBSERVED: Final[tuple[tuple[str, _Count, str, str], ...]] = (
    (
        "embedded_newlines",
        lambda c: c.newlines,
        "列“{name}”有 {count} 个值含有换行",
        "{count} values of {name} contain line ends",
    ),
    (
        "surrounding_blanks",
        lambda c: c.padded,
        "列“{name}”有 {count} 个值首尾有空格或含全角空格",
        "{count} values of {name} have blanks at an end, or full-width blanks",
    ),
    (
        "full_width_characters",
        lambda c: c.full_width,
        "列“{name}”有 {count} 个值含有全角字母或数字",
        "{count} values of {name} contain full-width letters or digits",
    ),
    (
        "text_destroyed",
        lambda c: c.destroyed,
        "列“{name}”有 {count} 个值含有“�”或“锟斤拷”，文字在此前转码时已损坏，请从源系统重新导出",
        "{count} values of {name} were destroyed by an earlier conversion; export them again",
    ),
    (
        "placeholders",
        lambda c: c.placeholders,
        "列“{name}”有 {count} 个值是“无”“NA”之类的占位内容",
        "{count} values of {name} stand for 'not known' (NA, 无 …)",
    ),
)


def findings_of(
    rows: int,
    columns: Sequence[ColumnStatistics],
    rejected: Sequence[RejectedLine],
    repeated: int | None,
    recognised: frozenset[str],
) -> tuple[Finding, ...]:
    """Everything worth telling, most pressing first; `repeated` is None where it was not counted.

    `recognised` are the names of columns whose meaning is known: a pinyin name does no harm there.
    """
    findings = list(_rejected_findings(rejected))
    if repeated:
        findings.append(
            Finding(
                code="repeated_rows",
                zh=f"有 {repeated} 行与其他行完全相同",
                en=f"{repeated} rows repeat another row in every column",
                detail={"count": repeated},
            )
        )
    findings.extend(_name_findings(columns, recognised))
    for column in columns:
        findings.extend(_column_findings(rows, column))
    return tuple(findings)


def _rejected_findings(rejected: Sequence[RejectedLine]) -> Iterator[Finding]:
    by_reason: dict[str, list[RejectedLine]] = defaultdict(list)
    for line in rejected:
        by_reason[line.reason].append(line)
    for reason, lines in by_reason.items():
        zh, en = _REASONS.get(reason, ("行读不出，已搁置", "lines cannot be read; set aside"))
        places = [line.place or str(line.line) for line in lines[:_SHOWN]]
        yield Finding(
            code=reason,
            zh=f"{len(lines)} {zh}（位置：{'、'.join(places)}{'……' if len(lines) > _SHOWN else ''}）",
            en=f"{len(lines)} {en} (at {', '.join(places)}{' …' if len(lines) > _SHOWN else ''})",
            detail={"count": len(lines), "lines": [line.line for line in lines[:_SHOWN]], "places": places},
        )


def _name_findings(columns: Sequence[ColumnStatistics], recognised: frozenset[str]) -> Iterator[Finding]:
    pinyin = [
        column.name for column in columns if _is_initials(column.name) and column.name not in recognised
    ]
    if pinyin:
        yield Finding(
            code="pinyin_names",
            zh=f"{len(pinyin)} 个列名像是拼音首字母缩写，请补充中文名称：{'、'.join(pinyin[:10])}",
            en=f"{len(pinyin)} column names look like pinyin initials; give them Chinese names",
            detail={"names": pinyin},
        )
    measures = Counter(found["measure"] for column in columns if (found := _MEASURE.fullmatch(column.name)))
    wide = {measure: count for measure, count in measures.items() if count >= 6}
    if wide:
        yield Finding(
            code="wide_table",
            zh=f"表是宽表：{sum(wide.values())} 列按“指标_类别”命名，建议转成“类别、指标”的长表再编目",
            en=f"A wide table: {sum(wide.values())} columns are named measure_category; a long table suits better",
            detail={"measures": wide},
        )


def _is_initials(name: str) -> bool:
    """xqbsm, jdmc, szqdm: letters with next to no vowel."""
    return bool(_PINYIN.fullmatch(name)) and len(_VOWELS.findall(name)) * 6 < len(name)


def _column_findings(rows: int, column: ColumnStatistics) -> Iterator[Finding]:
    if rows and column.filled == 0:
        yield Finding(
            code="empty_column",
            zh=f"列“{column.name}”全部为空",
            en=f"The column {column.name} is empty",
            column=column.name,
        )
    elif rows > 1 and column.distinct == 1 and column.filled == rows:
        yield Finding(
            code="constant_column",
            zh=f"列“{column.name}”所有行的值都相同",
            en=f"The column {column.name} has one value throughout",
            column=column.name,
        )
    for code, count_of, zh, en in _OBSERVED:
        count = count_of(column)
        if count:
            yield Finding(
                code=code,
                zh=zh.format(name=column.name, count=count),
                en=en.format(name=column.name, count=count),
                column=column.name,
                detail={"count": count},
            )
