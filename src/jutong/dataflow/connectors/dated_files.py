"""Files named by a pattern with a day in it, as a place lists them: which are whole, in the order of their days."""

import re
import time
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from jutong.dataflow.connectors.errors import OptionInvalid

_DATE: Final = re.compile(r"\{date(?::([^{}]*))?\}")
_PLAIN: Final = r"(?P<Y>\d{4})-?(?P<m>\d\d)-?(?P<d>\d\d)"
_DIGITS: Final = {"%Y": r"(?P<Y>\d{4})", "%m": r"(?P<m>\d\d)", "%d": r"(?P<d>\d\d)"}
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".filepart")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedFile:
    """A file as a place lists it."""

    name: str
    size: int
    changed: float
    """Seconds since 1970, by the place's clock."""
    mark: str
    """Changes when the file does: size and time, or the tag that the place gives its content."""


@dataclass(frozen=True, slots=True, order=True)
class DatedFile:
    """A file of the place and the day in its name."""

    day: date
    name: str
    size: int = 0
    mark: str = ""


def named_by(pattern: str) -> re.Pattern[str]:
    """What the names look like: `{date}` is `2024-01-31` or `20240131`, `{date:%Y_%m_%d}` as it says.

    Raises:
        OptionInvalid: not exactly one date in it, a date without year, month or day, or a folder.
    """
    found = list(_DATE.finditer(pattern))
    if len(found) != 1 or "/" in pattern or "\\" in pattern:
        raise OptionInvalid(
            option="pattern",
            reason_zh="应为一个文件名，恰好含一个 {date}",
            reason_en="it must be a file's name with exactly one {date}",
        )
    form = found[0].group(1)
    day = _PLAIN
    if form is not None:
        parts = re.split(r"(%.)", form)
        if sorted(part for part in parts if part.startswith("%")) != sorted(_DIGITS):
            raise OptionInvalid(
                option="pattern",
                reason_zh="日期格式应恰好含 %Y、%m、%d 各一个，如 {date:%Y_%m_%d}",
                reason_en="the date's format must have %Y, %m and %d once each, as {date:%Y_%m_%d}",
            )
        day = "".join(_DIGITS.get(part) or re.escape(part) for part in parts)
    before, after = pattern[: found[0].start()], pattern[found[0].end() :]
    return re.compile(re.escape(before) + day + re.escape(after))


def whole_files(
    files: Iterable[ListedFile], named: re.Pattern[str], *, quiet_s: int
) -> tuple[tuple[DatedFile, ...], int]:
    """The whole files in the order of their days and names, and how many seem unfinished."""
    found, waiting, now = [], 0, time.time()
    for one in files:
        bare = one.name
        for suffix in _UNFINISHED:
            bare = bare.removesuffix(suffix)
        if (day := _day(named, bare)) is None:
            continue
        if bare != one.name or now - one.changed < quiet_s:
            waiting += 1
        else:
            found.append(DatedFile(day, one.name, one.size, one.mark))
    return tuple(sorted(found)), waiting


def _day(named: re.Pattern[str], name: str) -> date | None:
    match = named.fullmatch(name)
    if match is None:
        return None
    try:
        return date(int(match["Y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None


def missing_days(files: Iterable[DatedFile]) -> list[str]:
    """The days without a file between the first and the newest."""
    days = {one.day for one in files}
    first, span = min(days), (max(days) - min(days)).days
    return [str(day) for n in range(span) if (day := first + timedelta(days=n)) not in days]
