"""When a source may be read (归集时间窗口): weekdays and hours in Shanghai, over midnight too."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import Any, Final

from jutong.kernel.clock import SHANGHAI

DAYS: Final = range(1, 8)
_HOUR: Final = re.compile(r"([01]\d|2[0-3]):[0-5]\d|24:00")
Windows = Sequence[Mapping[str, Any]]
"""`[{"days": [1, …, 7], "from": "22:00", "until": "06:00"}]`: 1 is Monday, and the day is that of `from`."""


def is_open(windows: Windows, at: datetime) -> bool:
    """Whether the instant `at` lies within one of the windows; without any, always."""
    return not windows or any(begin <= at < end for begin, end in _stretches(windows, at))


def next_opening(windows: Windows, at: datetime) -> datetime:
    """The first instant from `at` on (UTC) that lies within one of the windows."""
    if is_open(windows, at):
        return at
    return min(begin for begin, _ in _stretches(windows, at) if begin > at)


def faults_of(windows: Any) -> str:
    """The first window that is not well formed, counted from 1, as text; empty when all are."""
    if not isinstance(windows, list):
        return "1"
    for number, window in enumerate(windows, start=1):
        if not (isinstance(window, dict) and set(window) == {"days", "from", "until"}):
            return str(number)
        days, hours = window["days"], (window["from"], window["until"])
        if not (isinstance(days, list) and days and all(day in DAYS for day in days)):
            return str(number)
        if not all(isinstance(hour, str) and _HOUR.fullmatch(hour) for hour in hours) or hours[0] == hours[1]:
            return str(number)
    return ""


def _stretches(windows: Windows, at: datetime) -> list[tuple[datetime, datetime]]:
    """The windows as instants, from the day before `at` to a week after it."""
    today = at.astimezone(SHANGHAI).date()
    found = []
    for window in windows:
        for offset in range(-1, 8):
            day = today + timedelta(days=offset)
            if day.isoweekday() not in window["days"]:
                continue
            begin, end = (_instant(day, str(window[name])) for name in ("from", "until"))
            found.append((begin, end if end > begin else end + timedelta(days=1)))
    return found


def _instant(day: Any, hour: str) -> datetime:
    if hour == "24:00":
        return _instant(day + timedelta(days=1), "00:00")
    return datetime.combine(day, time.fromisoformat(hour), SHANGHAI).astimezone(UTC)
