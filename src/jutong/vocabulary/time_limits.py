"""Statutory clocks as data: how long, from which event, by which article, and how far along one is."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from math import ceil
from pathlib import Path
from typing import Any, Final

import msgspec

from jutong.vocabulary.calendar import OFFICIAL, WorkCalendar
from jutong.vocabulary.errors import OverrideFileInvalid, TimeLimitOpen, TimeLimitUnknown
from jutong.vocabulary.terms import Term

WARNING_PERCENTS: Final = (50, 80, 100)


class TimeUnit(Term):
    """Unit of a time limit."""

    WORKDAY = "workday", "1", "工作日", "Working day"
    DAY = "day", "2", "日", "Calendar day"


@dataclass(frozen=True, slots=True, kw_only=True)
class TimeLimit:
    """One statutory clock (办理时限). `days` 0 means that the city has to set it."""

    code: str
    zh: str
    en: str
    regulation: str
    article: str
    days: int
    unit: TimeUnit
    start_zh: str
    start_en: str
    extension_days: int = 0
    extension_approver_zh: str = ""
    extension_approver_en: str = ""
    extends: str = ""
    confirmed: bool = False
    """Whether the number was read in the official text."""

    def allowed(self, *, extended: bool = False) -> int:
        """Days in all.

        Raises:
            TimeLimitOpen: the city has not set them.
        """
        if self.days <= 0:
            raise TimeLimitOpen(rule=self.code)
        return self.days + (self.extension_days if extended else 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a clock has run on a day. Days are those of the limit's unit."""

    due: date
    allowed: int
    elapsed: int
    remaining: int
    """Negative when overdue."""
    warning: int
    """The highest threshold that is reached: 0, 50, 80 or 100 (percent)."""
    overdue: bool
    provisional: bool
    """The due date may move: a year on the way has no announced holidays yet."""


@cache
def time_limits(path: str = "") -> Mapping[str, TimeLimit]:
    """All limits by code: those of the package, replaced or joined by those of the file that `path` names.

    Raises:
        OverrideFileInvalid: the file cannot be used; nothing of it is taken over.
    """
    packaged = (files("jutong.vocabulary") / "data/time_limits.toml").read_text(encoding="utf-8")
    limits = _limits(tomllib.loads(packaged))
    if path:
        file = Path(path)
        try:
            limits |= _limits(tomllib.loads(file.read_text(encoding="utf-8")))
        except (OSError, KeyError, ValueError, msgspec.ValidationError) as error:
            raise OverrideFileInvalid(
                variable="JUTONG_TIME_LIMITS", where=file.name, reason=str(error)
            ) from error
    return limits


def _limits(content: Mapping[str, Any]) -> dict[str, TimeLimit]:
    limits = msgspec.convert(content["limit"], list[TimeLimit])
    return {limit.code: limit for limit in limits}


def time_limit(code: str, path: str = "") -> TimeLimit:
    """The limit with this code.

    Raises:
        TimeLimitUnknown: there is none.
    """
    limits = time_limits(path)
    if code not in limits:
        raise TimeLimitUnknown(rule=code, known=", ".join(limits))
    return limits[code]


def due_date(
    limit: TimeLimit, start: date, *, extended: bool = False, calendar: WorkCalendar = OFFICIAL
) -> date:
    """The last day on which `limit` is kept; the day of the start event is not counted.

    A limit in calendar days that would end on a day off ends on the next working day (民法典第二百零三条).

    Raises:
        TimeLimitOpen: the city has not set the days.
    """
    return _due_after(limit, start, limit.allowed(extended=extended), calendar)


def _due_after(limit: TimeLimit, start: date, days: int, calendar: WorkCalendar) -> date:
    if limit.unit is TimeUnit.WORKDAY:
        return calendar.add(start, days).day
    day = start + timedelta(days=days)
    return day if calendar.is_workday(day) else calendar.add(day, 1).day


def warning_dates(
    limit: TimeLimit, start: date, *, extended: bool = False, calendar: WorkCalendar = OFFICIAL
) -> Mapping[int, date]:
    """Threshold in percent → the first day on which it is reached; the last one is the due date."""
    allowed = limit.allowed(extended=extended)
    return {
        percent: _due_after(limit, start, ceil(allowed * percent / 100), calendar)
        for percent in WARNING_PERCENTS
    }


def progress(
    limit: TimeLimit, start: date, today: date, *, extended: bool = False, calendar: WorkCalendar = OFFICIAL
) -> Progress:
    """How far the clock that began with `start` has run on `today`.

    Raises:
        TimeLimitOpen: the city has not set the days.
    """
    allowed = limit.allowed(extended=extended)
    warnings = warning_dates(limit, start, extended=extended, calendar=calendar)
    due = warnings[100]
    in_workdays = limit.unit is TimeUnit.WORKDAY
    return Progress(
        due=due,
        allowed=allowed,
        elapsed=calendar.between(start, today) if in_workdays else (today - start).days,
        remaining=calendar.between(today, due) if in_workdays else (due - today).days,
        warning=max((percent for percent, day in warnings.items() if today >= day), default=0),
        overdue=today > due,
        provisional=not all(calendar.is_announced(year) for year in range(start.year, due.year + 1)),
    )
