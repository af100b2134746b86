"""The real tables of the city: its divisions, the outlines of its counties, industries, and the calendar."""
# every text in the SQL is from this package, no value comes from outside

import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Final

import duckdb
import pyarrow as pa

from jutong.demo.generation.places import Places
from jutong.vocabulary.calendar import WorkCalendar

_WEEKDAYS: Final = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")


def make_divisions(connection: duckdb.DuckDBPyConnection, places: Places) -> None:
    """Make the clean tables of villages and of county outlines."""
    connection.execute("""
        CREATE TABLE clean_statistics_division AS
        SELECT number AS n, code, name, township_code, township, county_code AS region_code, county, '真实' AS data_nature
        FROM village ORDER BY number
    """)
    outlines = pa.table(
        {
            "region_code": list(places.counties),
            "geometry": [json.dumps(places.outlines[code]["geometry"]) for code in places.counties],
        }
    )
    connection.register("outlines_in", outlines)
    connection.execute("""
        CREATE TABLE clean_statistics_county AS
        SELECT c.number AS n, c.county_code AS region_code, c.county, c.villages, o.geometry, '真实' AS data_nature
        FROM county c JOIN outlines_in o ON o.region_code = c.county_code ORDER BY c.number
    """)


def make_industries(connection: duckdb.DuckDBPyConnection, entries: Mapping[str, str]) -> None:
    """Make the clean table of industries; the tier follows from the length of the code."""
    tiers = {1: "门类", 2: "大类", 3: "中类", 4: "小类"}
    table = pa.table(
        {
            "n": range(len(entries)),
            "code": list(entries),
            "name": list(entries.values()),
            "tier": [tiers[len(code)] for code in entries],
            "data_nature": ["真实"] * len(entries),
        }
    )
    connection.register("industry_list_in", table)
    connection.execute("CREATE TABLE clean_statistics_industry AS SELECT * FROM industry_list_in ORDER BY n")


def make_calendar(
    connection: duckdb.DuckDBPyConnection, calendar: WorkCalendar, *, first: int, last: int
) -> None:
    """Make the clean calendar, a row a day from the year `first` to the year `last`."""
    start = date(first, 1, 1)
    days = [start + timedelta(days=k) for k in range((date(last, 12, 31) - start).days + 1)]
    working = [calendar.is_workday(day) for day in days]
    table = pa.table(
        {
            "n": range(len(days)),
            "day": days,
            "weekday": [_WEEKDAYS[day.weekday()] for day in days],
            "working": ["1" if worked else "0" for worked in working],
            "remark": [_remark(day, worked=worked) for day, worked in zip(days, working, strict=True)],
            "data_nature": ["真实"] * len(days),
        }
    )
    connection.register("calendar_in", table)
    connection.execute("CREATE TABLE clean_bureau_calendar AS SELECT * FROM calendar_in ORDER BY n")


def _remark(day: date, *, worked: bool) -> str:
    if worked and day.weekday() >= 5:
        return "调休上班"
    if not worked and day.weekday() < 5:
        return "法定节假日"
    return "周末" if not worked else ""
