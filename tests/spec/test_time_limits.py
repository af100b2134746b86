"""Statutory clocks: due days, warnings, and a city's own numbers."""

from datetime import date, timedelta

import pytest

from jutong.vocabulary.calendar import WorkCalendar
from jutong.vocabulary.errors import OverrideFileInvalid, TimeLimitOpen, TimeLimitUnknown
from jutong.vocabulary.time_limits import (
    TimeLimit,
    TimeUnit,
    due_date,
    progress,
    time_limit,
    time_limits,
    warning_dates,
)

FRIDAY = date(2025, 8, 1)


@pytest.mark.parametrize(
    ("code", "days", "extension"),
    [
        ("T1", 10, 5),
        ("T2", 5, 0),
        ("T3", 2, 0),
        ("T4", 1, 0),
        ("T5", 10, 10),
        ("T6", 10, 0),
        ("T7", 3, 0),
        ("T8", 20, 0),
        ("T9", 10, 0),
        ("O1", 10, 0),
    ],
)
def test_the_table_has_the_days_of_the_regulation(code, days, extension):
    found = time_limit(code)
    assert (found.days, found.extension_days, found.unit) == (days, extension, TimeUnit.WORKDAY)
    assert "809" in found.regulation or "本市" in found.regulation


def test_every_row_says_what_starts_it_and_whether_its_number_was_read():
    for code, found in time_limits().items():
        assert found.code == code
        assert found.zh
        assert found.en
        assert found.start_zh
        assert found.start_en
        assert not found.confirmed  # the numbers wait for the official text
        assert not found.extension_days or found.extension_approver_zh


@pytest.mark.parametrize(
    ("code", "start", "due"),
    [
        ("T4", FRIDAY, date(2025, 8, 4)),
        ("T5", FRIDAY, date(2025, 8, 15)),
        ("T5", date(2025, 9, 26), date(2025, 10, 16)),  # over National Day and two worked weekends
        ("T8", FRIDAY, date(2025, 8, 29)),
    ],
)
def test_a_clock_ends_after_working_days(code, start, due):
    assert due_date(time_limit(code), start) == due


def test_an_extension_adds_its_days():
    assert due_date(time_limit("T5"), FRIDAY, extended=True) == date(2025, 8, 29)


@pytest.mark.parametrize("code", ["T10", "T11"])
def test_a_limit_that_the_city_must_set_says_so(code):
    with pytest.raises(TimeLimitOpen) as caught:
        due_date(time_limit(code), FRIDAY)
    assert "JUTONG_TIME_LIMITS" in caught.value.message()


def test_warnings_come_at_half_four_fifths_and_the_end():
    assert warning_dates(time_limit("T5"), FRIDAY) == {
        50: date(2025, 8, 8),
        80: date(2025, 8, 13),
        100: date(2025, 8, 15),
    }
    assert set(warning_dates(time_limit("T4"), FRIDAY).values()) == {date(2025, 8, 4)}


@pytest.mark.parametrize(
    ("today", "elapsed", "remaining", "warning", "overdue"),
    [
        (FRIDAY, 0, 10, 0, False),
        (date(2025, 8, 7), 4, 6, 0, False),
        (date(2025, 8, 8), 5, 5, 50, False),
        (date(2025, 8, 10), 5, 5, 50, False),
        (date(2025, 8, 13), 8, 2, 80, False),
        (date(2025, 8, 15), 10, 0, 100, False),
        (date(2025, 8, 16), 10, 0, 100, True),
        (date(2025, 8, 18), 11, -1, 100, True),
    ],
)
def test_progress_counts_working_days(today, elapsed, remaining, warning, overdue):
    found = progress(time_limit("T5"), FRIDAY, today)
    assert found.due == date(2025, 8, 15)
    assert (found.elapsed, found.remaining, found.warning, found.overdue) == (
        elapsed,
        remaining,
        warning,
        overdue,
    )
    assert not found.provisional


def test_a_clock_into_an_unannounced_year_is_provisional():
    assert progress(time_limit("T8"), date(2098, 12, 20), date(2098, 12, 21)).provisional


def test_calendar_days_that_end_on_a_day_off_end_on_the_next_worked_one():
    limit = TimeLimit(
        code="X",
        zh="甲",
        en="x",
        regulation="甲",
        article="",
        days=2,
        unit=TimeUnit.DAY,
        start_zh="甲",
        start_en="x",
    )
    assert due_date(limit, FRIDAY) == date(2025, 8, 4)
    assert due_date(limit, date(2025, 8, 4)) == date(2025, 8, 6)


def test_a_city_announces_its_own_holidays_to_its_clocks():
    off = WorkCalendar({2025: {FRIDAY + timedelta(days=n): False for n in range(7)}})
    assert due_date(time_limit("T4"), FRIDAY, calendar=off) == date(2025, 8, 8)


OWN = """
[[limit]]
code = "T5"
zh = "提供部门答复有条件共享申请"
en = "Provider answers"
regulation = "本市实施细则"
article = "第十二条"
days = 5
unit = "workday"
start_zh = "收到共享申请之日"
start_en = "receipt"
confirmed = true
"""


def test_a_file_replaces_a_limit_and_leaves_the_others(tmp_path):
    path = tmp_path / "limits.toml"
    path.write_text(OWN, encoding="utf-8")
    assert time_limit("T5", str(path)).days == 5
    assert time_limit("T5", str(path)).confirmed
    assert time_limit("T8", str(path)) == time_limit("T8")
    assert time_limit("T5").days == 10


@pytest.mark.parametrize(
    "text",
    ["[[limit]\n", "x = 1\n", OWN.replace("days = 5", 'days = "five"'), OWN.replace("workday", "moon")],
)
def test_a_file_that_cannot_be_read_is_refused(tmp_path, text):
    path = tmp_path / "limits.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(OverrideFileInvalid):
        time_limits(str(path))


def test_an_unknown_limit_is_refused_with_those_that_exist():
    with pytest.raises(TimeLimitUnknown) as caught:
        time_limit("Z9")
    assert "T5" in caught.value.message()
