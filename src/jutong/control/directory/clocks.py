"""The city's own holidays and time limits, read once: every statutory clock of the control plane counts by them."""

import os
from functools import cache

from jutong.vocabulary.calendar import WorkCalendar, read_calendar
from jutong.vocabulary.settings import VocabularySettings
from jutong.vocabulary.time_limits import TimeLimit, time_limit


@cache
def _settings() -> VocabularySettings:
    return VocabularySettings.read(os.environ)


@cache
def city_calendar() -> WorkCalendar:
    """The official calendar with the years of the file that `JUTONG_HOLIDAYS` names."""
    return read_calendar(_settings().holidays)


def city_limit(code: str) -> TimeLimit:
    """The limit `code`, as the file that `JUTONG_TIME_LIMITS` names has it, or else as packaged."""
    return time_limit(code, _settings().time_limits)
