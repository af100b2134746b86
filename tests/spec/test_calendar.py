"""Working days: holidays, weekends worked to make up for them, and years that nobody has announced yet."""

from datetime import date

import pytest

from jutong.vocabulary.calendar import (
    OFFICIAL,
    WorkCalendar,
    add_workdays,
    is_provisional,
    is_workday,
    read_calendar,
    workdays_between,
)
from jutong.vocabulary.errors import HolidaysUnknown, OverrideFileInvalid


@pytest.mark.parametrize(
    ("day", "worked"),
    [
        (date(2025, 10, 1), False),  # National Day, a Wednesday
        (date(2025, 9, 28), True),  # a Sunday worked for it
        (date(2025, 10, 11), True),  # a Saturday worked for it
        (date(2025, 10, 12), False),
        (date(2025, 10, 9), True),
        (date(2025, 1, 28), False),  # eve of the Spring Festival
        (date(2025, 1, 26), True),
        (date(2024, 2, 4), True),
        (date(2026, 10, 10), True),
    ],
)
def test_the_state_council_decides_which_days_are_worked(day, worked):
    assert is_workday(day) is worked
    assert not is_provisional(day)


@pytest.mark.parametrize(
    ("start", "days", "end"),
    [
        (date(2025, 9, 30), 1, date(2025, 10, 9)),
        (date(2025, 9, 26), 1, date(2025, 9, 28)),
        (date(2025, 8, 1), 10, date(2025, 8, 15)),
        (date(2025, 8, 2), 1, date(2025, 8, 4)),
        (date(2025, 8, 1), 0, date(2025, 8, 1)),
        (date(2025, 10, 9), -1, date(2025, 9, 30)),
    ],
)
def test_the_day_of_the_event_is_not_counted(start, days, end):
    assert add_workdays(start, days) == end


def test_days_between_undo_days_added():
    start = date(2025, 9, 1)
    for days in range(60):
        assert workdays_between(start, add_workdays(start, days)) == days
    assert workdays_between(date(2025, 10, 9), date(2025, 9, 30)) == -1
    assert workdays_between(start, start) == 0


def test_a_year_without_announcement_is_answered_by_weekends_and_marked():
    found = OFFICIAL.add(date(2099, 9, 30), 1)
    assert (found.day, found.provisional) == (date(2099, 10, 1), True)
    assert is_provisional(date(2099, 1, 1))
    assert not OFFICIAL.add(date(2025, 9, 30), 1).provisional
    assert OFFICIAL.add(date(2098, 12, 31), 1).provisional


def test_a_strict_question_about_such_a_year_is_refused():
    with pytest.raises(HolidaysUnknown) as caught:
        OFFICIAL.is_workday(date(2099, 1, 1), strict=True)
    assert "JUTONG_HOLIDAYS" in caught.value.message()
    with pytest.raises(HolidaysUnknown):
        OFFICIAL.add(date(2098, 12, 30), 5, strict=True)


JSON = '{"2099": {"holidays": ["2099-10-01", "2099-10-02"], "workdays": ["2099-10-10"]}}'
CSV = "date,kind,name\n2099-10-01,holiday,国庆节\n2099-10-02,休,国庆节\n2099-10-10,班,国庆节调休\n"


@pytest.mark.parametrize(
    ("name", "text"), [("holidays.json", JSON), ("holidays.csv", CSV), ("bom.csv", "\ufeff" + CSV)]
)
def test_a_file_announces_a_year_without_a_release(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    calendar = read_calendar(str(path))
    assert not is_workday(date(2099, 10, 1), calendar)
    assert is_workday(date(2099, 10, 10), calendar)  # a Saturday
    assert is_workday(date(2099, 10, 8), calendar)
    assert not is_provisional(date(2099, 1, 1), calendar)
    assert is_workday(date(2025, 9, 28), calendar)
    assert "2099" in calendar.known_years()


def test_the_file_speaks_for_a_whole_year():
    calendar = WorkCalendar({2025: {date(2025, 1, 1): False}})
    assert not calendar.is_workday(date(2025, 9, 28))  # worked officially, yet not in the file
    assert calendar.is_workday(date(2025, 10, 1))


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("holidays.json", "{"),
        ("holidays.json", "[]"),
        ("holidays.json", '{"2099": {"holidays": ["2098-10-01"]}}'),
        ("holidays.json", '{"2099": {"holidays": ["2099-02-30"]}}'),
        ("holidays.csv", "day,sort\n2099-10-01,holiday\n"),
        ("holidays.csv", "date,kind\n2099-10-01,maybe\n"),
        ("holidays.csv", "date,kind\n2099-10-01\n"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_as_a_whole(tmp_path, name, text):
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OverrideFileInvalid) as caught:
        read_calendar(str(path))
    assert caught.value.detail["where"] == name


def test_a_missing_file_is_refused_and_no_file_is_the_official_calendar(tmp_path):
    with pytest.raises(OverrideFileInvalid):
        read_calendar(str(tmp_path / "none.json"))
    assert read_calendar("") is OFFICIAL
