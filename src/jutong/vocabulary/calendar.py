"""Working days of the State Council's calendar: public holidays, and weekends worked to make up for them (调休)."""

import csv
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any, Final, NamedTuple

import chinese_calendar

from jutong.vocabulary.errors import HolidaysUnknown, OverrideFileInvalid

_DAY: Final = timedelta(days=1)
_HOLIDAY_KINDS: Final = frozenset({"holiday", "休"})
_WORKDAY_KINDS: Final = frozenset({"workday", "班"})


class Workday(NamedTuple):
    """A day that was counted to, and whether a year on the way had no announced holidays."""

    day: date
    provisional: bool


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are worked. A year without an announcement is answered by weekends and marked provisional.

    `own_years` maps a year to the days of it that differ from the plain week: True is worked, False is off.
    """

    own_years: Mapping[int, Mapping[date, bool]] = field(default_factory=dict)

    def is_announced(self, year: int) -> bool:
        """Whether the holidays of `year` are known."""
        return year in self.own_years or year in _announced_years()

    def is_workday(self, day: date, *, strict: bool = False) -> bool:
        """Whether `day` is worked.

        Raises:
            HolidaysUnknown: only with `strict`, when the year has no announced holidays.
        """
        own = self.own_years.get(day.year)
        if own is not None:
            return own.get(day, day.weekday() < 5)
        if day.year in _announced_years():
            return _is_worked(day)
        if strict:
            raise HolidaysUnknown(year=day.year, known=self.known_years())
        return day.weekday() < 5

    def add(self, start: date, days: int, *, strict: bool = False) -> Workday:
        """The working day that is `days` after `start`, whose own day is not counted (negative counts back).

        Raises:
            HolidaysUnknown: only with `strict`, when a year on the way has no announced holidays.
        """
        step = _DAY if days >= 0 else -_DAY
        day, left, provisional = start, abs(days), not self.is_announced(start.year)
        while left:
            day += step
            provisional = provisional or not self.is_announced(day.year)
            left -= self.is_workday(day, strict=strict)
        return Workday(day, provisional)

    def between(self, start: date, end: date) -> int:
        """Working days after `start` up to and with `end`; negative when `end` comes first."""
        if end < start:
            return -self.between(end, start)
        days = (end - start).days
        return sum(self.is_workday(start + timedelta(days=n)) for n in range(1, days + 1))

    def known_years(self) -> str:
        """The announced years as text, such as `2004-2026`."""
        years = sorted(_announced_years() | self.own_years.keys())
        runs: list[list[int]] = []
        for year in years:
            if runs and runs[-1][1] == year - 1:
                runs[-1][1] = year
            else:
                runs.append([year, year])
        return ", ".join(f"{first}-{last}" if first != last else str(first) for first, last in runs)


@cache
def _is_worked(day: date) -> bool:
    # The library looks for the bounds of all its holidays at every question.
    return bool(chinese_calendar.is_workday(day))


OFFICIAL: Final = WorkCalendar()
"""What the installed chinesecalendar package knows, and weekends beyond."""


@cache
def _announced_years() -> frozenset[int]:
    return frozenset(day.year for day in chinese_calendar.holidays)


def is_workday(day: date, calendar: WorkCalendar = OFFICIAL) -> bool:
    """Whether `day` is worked; by weekends alone in a year without announced holidays (`is_provisional`)."""
    return calendar.is_workday(day)


def is_provisional(day: date, calendar: WorkCalendar = OFFICIAL) -> bool:
    """Whether an answer that reaches `day` may still change, as the holidays of its year are not announced."""
    return not calendar.is_announced(day.year)


def add_workdays(start: date, days: int, calendar: WorkCalendar = OFFICIAL) -> date:
    """The working day that is `days` after `start`; the day of `start` itself is not counted."""
    return calendar.add(start, days).day


def workdays_between(start: date, end: date, calendar: WorkCalendar = OFFICIAL) -> int:
    """Working days after `start` up to and with `end`; negative when `end` comes first."""
    return calendar.between(start, end)


def read_calendar(path: str) -> WorkCalendar:
    """The official calendar with the years of a holiday file put in their place; the official one when `path` is empty.

    JSON: `{"2027": {"holidays": ["2027-01-01"], "workdays": ["2027-02-06"]}}`.
    CSV with a header: `date,kind[,name]`, kind `holiday` (休) or `workday` (班). Either in UTF-8.

    Raises:
        OverrideFileInvalid: the file cannot be read as either; nothing of it is used.
    """
    if not path:
        return OFFICIAL
    file = Path(path)
    try:
        text = file.read_text(encoding="utf-8-sig")
        days = _json_days(json.loads(text)) if file.suffix.lower() == ".json" else _csv_days(text)
        years: dict[int, dict[date, bool]] = {}
        for day, worked in days:
            years.setdefault(day.year, {})[day] = worked
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OverrideFileInvalid(variable="JUTONG_HOLIDAYS", where=file.name, reason=str(error)) from error
    return WorkCalendar(years)


def _json_days(content: Any) -> list[tuple[date, bool]]:
    found = []
    for year, lists in content.items():
        for kind, worked in (("holidays", False), ("workdays", True)):
            for day in map(date.fromisoformat, lists.get(kind, [])):
                if day.year != int(year):
                    raise ValueError(f"{day} stands under {year}")
                found.append((day, worked))
    return found


def _csv_days(text: str) -> Iterable[tuple[date, bool]]:
    for number, row in enumerate(csv.DictReader(StringIO(text)), start=2):
        kind = row["kind"].strip()
        if kind not in _HOLIDAY_KINDS | _WORKDAY_KINDS:
            raise ValueError(f"line {number}: kind must be holiday or workday")
        yield date.fromisoformat(row["date"].strip()), kind in _WORKDAY_KINDS
