"""A city's own holidays and limits, given as files, reach the clocks without a release."""

from datetime import date

import pytest

from jutong.control.directory import clocks
from jutong.vocabulary.time_limits import due_date


@pytest.fixture
def own_files(tmp_path, monkeypatch):
    holidays = tmp_path / "holidays.json"
    holidays.write_text('{"2031": {"holidays": ["2031-03-04"], "workdays": []}}', encoding="utf-8")
    monkeypatch.setenv("JUTONG_HOLIDAYS", str(holidays))
    for cached in (clocks._settings, clocks.city_calendar):
        cached.cache_clear()
    yield
    for cached in (clocks._settings, clocks.city_calendar):
        cached.cache_clear()


def test_a_holiday_of_the_file_puts_a_due_date_off(own_files):
    limit, monday = clocks.city_limit("T3"), date(2031, 3, 3)
    plain = due_date(limit, monday)
    own = due_date(limit, monday, calendar=clocks.city_calendar())
    assert (own - plain).days == 1
