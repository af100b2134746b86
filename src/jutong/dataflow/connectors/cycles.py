"""How often a table is updated, told from the days that stand in a column of updates."""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from statistics import median
from typing import Final

from jutong.dataflow.connectors.profile import ColumnProfile
from jutong.dataflow.connectors.table_facts import ColumnFacts
from jutong.vocabulary.catalogue import DataType, Meaning, UpdateFrequency
from jutong.vocabulary.surveys import Evidence

_UPDATED: Final = re.compile(
    r".*(gxsj|gxrq|xgsj|update|modif|更新|修改|cjsj|lrsj|lrrq|djrq|djsj|create|insert|input|录入|登记|采集|填报|时间戳).*"
)
_FIRST: Final = re.compile(r".*(gxsj|gxrq|xgsj|update|modif|更新|修改).*")
_DAYS: Final = {DataType.DATE, DataType.TIMESTAMP}
_MEANINGS: Final = {Meaning.DATE, Meaning.TIMESTAMP}
_DAY: Final = re.compile(r"(\d{4})[-/.]?(\d{2})[-/.]?(\d{2})")
# The longest usual gap in days between two updates, and the cycle that it means.
_GAPS: Final = (
    (2.5, UpdateFrequency.DAILY),
    (9.0, UpdateFrequency.WEEKLY),
    (35.0, UpdateFrequency.MONTHLY),
    (100.0, UpdateFrequency.QUARTERLY),
    (200.0, UpdateFrequency.HALF_YEARLY),
    (400.0, UpdateFrequency.YEARLY),
)
_ENOUGH: Final = 3
_STALE_DAYS: Final = 730


def update_columns(profiles: Sequence[ColumnProfile], facts: Sequence[ColumnFacts]) -> Iterator[str]:
    """Columns of days that say when a row came or changed; those of changes first, at most three."""
    dated = [
        (not _FIRST.fullmatch(text), place, profile.name)
        for place, (profile, fact) in enumerate(zip(profiles, facts, strict=True))
        if (profile.data_type in _DAYS or profile.recognition.meaning in _MEANINGS)
        and _UPDATED.fullmatch(text := f"{profile.name}{fact.comment}".lower())
    ]
    for _, _, name in sorted(dated)[:3]:
        yield name


def observed_frequency(
    column: str, days: Sequence[str], today: date
) -> tuple[UpdateFrequency | None, Evidence | None]:
    """The cycle that the newest different days of `column` show, with how sure that is; None for too few days."""
    known = sorted({day for text in days if (day := _day(text)) and day <= today})
    if len(known) < _ENOUGH:
        return None, None
    gaps = [(later - earlier).days for earlier, later in pairwise(known)]
    usual = median(gaps)
    frequency = next((one for longest, one in _GAPS if usual <= longest), UpdateFrequency.IRREGULAR)
    age = (today - known[-1]).days
    steady = sum(gap <= 2 * usual + 1 for gap in gaps) / len(gaps)
    confidence = round(min(0.9, 0.5 + 0.4 * steady * min(1.0, len(gaps) / 10)), 2)
    if age > _STALE_DAYS:
        return UpdateFrequency.NEVER, Evidence(
            confidence=0.6,
            zh=f"列 {column} 最近一次更新在 {age} 天前，可能已不再更新",
            en=f"the last update in {column} was {age} days ago; it may have stopped",
        )
    return frequency, Evidence(
        confidence=confidence,
        zh=f"列 {column} 最近 {len(known)} 个更新日之间一般相隔 {usual:g} 天",
        en=f"the last {len(known)} days in {column} are usually {usual:g} days apart",
    )


def _day(text: str) -> date | None:
    found = _DAY.match(text)
    if not found:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None
