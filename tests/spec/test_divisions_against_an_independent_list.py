"""Our history beside an independent one (areacodes, CC0, 1981–2025): where they agree, and by how much they do not."""

import csv
from collections import Counter, defaultdict
from datetime import date

import pytest

from jutong.vocabulary.divisions import region, regions_at, villages_of, was_ever_valid

pytestmark = pytest.mark.real_data

# The independent list ends before these came.
NEWER = {"500157", "659013", "653132"}
ENDED_SINCE = {"500105", "500112"}


@pytest.fixture(scope="module")
def rows(real_data):
    path = real_data / "1_divisions" / "areacodes_1981_2025.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def their_state(rows, year):
    return {
        row["代码"]: row["名称"]
        for row in rows
        if int(row["启用时间"]) <= year and (not row["变更/弃用时间"] or int(row["变更/弃用时间"]) > year)
    }


@pytest.mark.parametrize("year", [2009, 2013, 2015, 2016, 2017, 2018, 2019, 2020, 2021, 2023, 2024])
def test_from_2009_on_both_list_the_same_codes(rows, year):
    theirs = their_state(rows, year)
    ours = dict(regions_at(date(year, 12, 31)))
    # 保定's 南市区 was merged in 2015; the editions struck it off in 2017.
    assert set(theirs) ^ set(ours) == ({"130604"} if year in {2015, 2016} else set())
    # Slips of the pen in 2009 (荔蒲 for 荔浦, 江洲 for 江州), names that the editions took over late in 2015 and 2016.
    differing = sum(theirs[code] != ours[code] for code in ours.keys() & theirs.keys())
    assert differing <= {2009: 2, 2015: 2, 2016: 1}.get(year, 0)


def test_2022_differs_by_the_city_whose_year_the_sources_give_differently(rows):
    # 白杨市: 2022 by the change events, 2023 by the independent list.
    assert set(dict(regions_at(date(2022, 12, 31)))) ^ set(their_state(rows, 2022)) == {"659012"}


def test_today_differs_by_what_is_newer_than_the_independent_list(rows):
    theirs, ours = their_state(rows, 2025), dict(regions_at())
    assert set(ours) - set(theirs) == NEWER
    assert set(theirs) - set(ours) == ENDED_SINCE
    assert [code for code in set(ours) & set(theirs) if ours[code] != theirs[code]] == []


@pytest.mark.parametrize(
    ("year", "at_most"),
    [
        # Editions of the standard follow a change by years (county-level cities under the province, 1990-1995);
        # the independent list dates by the decision. In 1981 it lists no districts.
        (2005, 25),
        (2001, 70),
        (1997, 40),
        (1989, 45),
        (1985, 65),
    ],
)
def test_before_2009_editions_lag_behind_decisions_by_a_known_measure(rows, year, at_most):
    difference = set(dict(regions_at(date(year, 12, 31)))) ^ set(their_state(rows, year))
    assert len(difference) <= at_most


def test_all_but_the_shortest_lived_codes_are_known(rows):
    codes = {row["代码"] for row in rows}
    unknown = sorted(code for code in codes if not was_ever_valid(code))
    # Codes that came and went between two editions, most of them before 1993.
    assert len(unknown) <= 82
    assert len(unknown) / len(codes) < 0.013


def test_what_an_old_code_is_now_agrees(rows):
    """Measured: 2,570 of 3,155 the same, 182 of ours a part of theirs, 144 unknown to them, 145 to us; 114 differ."""
    found = Counter()
    by_code = defaultdict(list)
    for row in rows:
        by_code[row["代码"]].append(row)
    for code, spans in by_code.items():
        if any(row["状态"] == "在用" for row in spans) or not was_ever_valid(code) or code in ENDED_SINCE:
            continue
        theirs = their_present(by_code, code, 0, frozenset())
        ours = {successor.code for successor in region(code).successors}
        found[verdict_of(theirs, ours)] += 1
    assert found["same"] / found.total() > 0.8
    assert found["same"] + found["part"] > 0.95 * (
        found.total() - found["unknown to them"] - found["unknown to us"]
    )
    # Most of what is left names the prefecture in place of one of its districts.
    assert found["different"] <= 120


def verdict_of(theirs, ours):
    if theirs == ours:
        return "same"
    if not theirs:
        return "unknown to them"
    if not ours:
        return "unknown to us"
    return "part" if ours < theirs or theirs < ours else "different"


def their_present(by_code, code, after, seen):
    present = set()
    for row in by_code.get(code, []):
        ended = row["变更/弃用时间"]
        if ended and int(ended) < after:
            continue
        if row["状态"] == "在用":
            present.add(code)
            continue
        for successor in row["新代码"].split(";"):
            step = (successor, ended)
            if successor and "[" not in successor and successor != code and step not in seen:
                present |= their_present(by_code, successor, int(ended), seen | {step})
    return present


def test_changes_since_2009_lead_to_the_same_place(rows):
    differing = {}
    for row in rows:
        ended = row["变更/弃用时间"]
        if row["状态"] != "弃用" or int(ended) < 2009 or row["代码"] in ENDED_SINCE:
            continue
        theirs = {code for code in row["新代码"].split(";") if code and "[" not in code}
        ours = {successor.code for successor in region(row["代码"]).direct_successors}
        if theirs and theirs != ours:
            differing[row["代码"]] = (theirs, ours)
    # Where a county went to several districts the change events name one of them, or none.
    assert len(differing) <= 45, differing


@pytest.mark.parametrize(("city", "name", "count"), [("330100", "杭州", 3320), ("371300", "临沂", 4186)])
def test_villages_are_those_of_the_list(real_data, city, name, count):
    path = real_data / "1_divisions" / f"china-division_villages_{city}_{name}.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        theirs = {(row["code"], row["name"]) for row in csv.DictReader(file)}
    assert {tuple(item) for item in villages_of(city)} == theirs
    assert len(theirs) == count


def test_the_end_of_2020_is_the_ministrys_list_but_for_the_districts_of_sansha(real_data):
    with (real_data / "1_divisions" / "mca_202012_GBT2260.csv").open(
        encoding="utf-8-sig", newline=""
    ) as file:
        theirs = {row["code"]: row["name"].strip() for row in csv.DictReader(file)}
    ours = dict(regions_at(date(2020, 12, 31)))
    # 西沙区 and 南沙区 were set up in April 2020; the ministry's list of December leaves them out.
    assert set(ours) ^ set(theirs) == {"460302", "460303"}
    assert [code for code, name in theirs.items() if ours[code] != name] == []
