"""Divisions: what a code was on a day, what it is now, what lies above and below it."""

from datetime import date

import pytest

from jutong.vocabulary.divisions import (
    RegionLevel,
    TownshipRegister,
    children,
    counties_of,
    region,
    regions_at,
    townships_of,
    valid_codes,
    villages_of,
    was_ever_valid,
)
from jutong.vocabulary.errors import PolygonsMissing, RegionUnknown
from jutong.vocabulary.polygons import county_polygons


def names(items):
    return [item.name for item in items]


@pytest.mark.parametrize(
    ("code", "at", "full_name"),
    [
        ("330104", date(2020, 6, 1), "浙江省杭州市江干区"),
        ("330102", None, "浙江省杭州市上城区"),
        ("130502", date(2019, 6, 1), "河北省邢台市桥东区"),
        ("130502", date(2021, 6, 1), "河北省邢台市襄都区"),
        ("371202", date(2010, 1, 1), "山东省莱芜市莱城区"),
        ("110105", None, "北京市朝阳区"),
        ("469001", None, "海南省五指山市"),
        ("419001", None, "河南省济源市"),
        ("441900", None, "广东省东莞市"),
        ("210100", None, "辽宁省沈阳市"),
        ("500000", None, "重庆市"),
        ("512301", date(1990, 1, 1), "四川省涪陵地区涪陵市"),
        ("330106007", None, "浙江省杭州市西湖区古荡街道"),
        ("330106007003", None, "浙江省杭州市西湖区古荡街道古荡北区社区"),
    ],
)
def test_a_code_names_what_it_was_on_the_day(code, at, full_name):
    found = region(code, at)
    assert found.full_name == full_name
    assert found.in_force


@pytest.mark.parametrize(
    ("code", "now"),
    [
        ("330104", ["330102", "330114"]),
        ("330103", ["330105"]),
        ("330125", ["330110"]),  # 余杭县 → 余杭市 → 余杭区
        ("339005", ["330109"]),  # 萧山市 under the province → 330181 → 萧山区
        ("371202", ["370116"]),
        ("410306", ["410308"]),
        ("500112", ["500157"]),
        ("512301", ["500102"]),  # from Sichuan to Chongqing
        ("330102", []),
    ],
)
def test_an_abolished_code_leads_to_what_it_is_now(code, now):
    assert [successor.code for successor in region(code).successors] == now


@pytest.mark.parametrize(
    ("padded", "code"),
    [
        ("330104000000", "330104"),
        ("330104000", "330104"),
        ("330106007000", "330106007"),
        ("330000000000", "330000"),
    ],
)
def test_zeros_at_the_end_name_the_level_above(padded, code):
    assert region(padded) == region(code)


def test_a_known_day_is_kept_to_the_day():
    assert region("330104", date(2021, 4, 8)).in_force
    gone = region("330104", date(2021, 4, 9))
    assert not gone.in_force
    assert names(gone.successors) == ["上城区", "钱塘区"]
    assert (gone.valid_from, gone.valid_to) == (None, date(2021, 4, 8))
    assert not region("330114", date(2021, 4, 8)).in_force


def test_in_a_year_of_change_known_by_the_year_alone_both_codes_hold():
    during = valid_codes(date(2014, 6, 1))
    assert {"330183", "330111"} <= during  # 富阳市 became 富阳区
    assert names(item for item in counties_of("330100", date(2014, 6, 1)) if "富阳" in item.name) == [
        "富阳区"
    ]
    assert "330183" not in valid_codes(date(2015, 1, 1))
    assert "330111" not in valid_codes(date(2013, 12, 31))


@pytest.mark.parametrize(
    "code", ["999999", "330199", "33", "", "3301041", "330106999", "330106007999", "abcdef", "٣٣٠١٠٤"]
)
def test_a_code_of_no_edition_is_unknown(code):
    with pytest.raises(RegionUnknown):
        region(code)


def test_every_code_was_valid_once_and_groupings_name_no_division():
    assert was_ever_valid("330101")
    assert region("330101").level is RegionLevel.GROUPING
    assert "330101" not in valid_codes(date(2010, 1, 1))
    assert not was_ever_valid("330199")


def test_hangzhou_has_thirteen_counties_before_and_after_the_reform_of_2021():
    assert names(counties_of("330100"))[:4] == ["上城区", "拱墅区", "西湖区", "滨江区"]
    assert len(counties_of("330100")) == len(counties_of("330100", date(2020, 1, 1))) == 13


def test_the_country_has_its_divisions():
    now = regions_at()
    assert sum(item.code.endswith("0000") for item in now) == 34
    assert len(now) == 3214
    assert len({item.code for item in now}) == len(now)


def test_every_chain_of_successors_ends_in_the_present():
    present = {item.code for item in regions_at()}
    from jutong.vocabulary.divisions import _spans

    for code in _spans():
        for successor in region(code).successors:
            assert successor.code in present


def test_children_go_down_level_by_level():
    assert names(children("330000"))[:2] == ["杭州市", "宁波市"]
    assert "济源市" in names(children("410000"))  # administered by the province itself
    assert len(children("110000")) == 16
    assert children("330100") == counties_of("330100")
    assert children("330106") == townships_of("330106")
    assert children("441900") == townships_of("441900")  # a prefecture without counties
    assert children("330106007") == villages_of("330106007")


def test_villages_hang_on_the_townships_of_the_same_list():
    townships = {item.code for item in townships_of("330100")}
    villages = villages_of("330100")
    assert len(villages) == 3320
    assert {village.code[:9] for village in villages} <= townships
    assert villages_of("330102") == tuple(item for item in villages if item.code.startswith("330102"))


def test_two_lists_number_townships_and_the_other_name_is_told():
    statistics = dict(townships_of("330106"))
    civil = dict(townships_of("330106", TownshipRegister.CIVIL_AFFAIRS))
    assert statistics["330106007"] == "古荡街道"
    assert civil["330106014"] == "古荡街道"
    assert region("130102001").other_name in {"", "建北街道"}


def test_a_county_younger_than_the_villages_list_has_its_townships_from_the_other():
    assert "观音桥街道" in names(townships_of("500157"))
    assert villages_of("500157") == ()


def test_the_demo_city_has_the_polygons_of_its_counties():
    collection = county_polygons("330100")
    assert {feature["properties"]["code"] for feature in collection["features"]} == {
        item.code for item in counties_of("330100")
    }
    assert "4490" in collection["crs"]["properties"]["name"]
    for feature in collection["features"]:
        for polygon in feature["geometry"]["coordinates"]:
            for ring in polygon:
                assert ring[0] == ring[-1]
                assert all(118 < longitude < 121 and 29 < latitude < 31 for longitude, latitude in ring)


@pytest.mark.parametrize("city", ["999999", "../330100", ""])
def test_other_cities_are_refused_by_name(city):
    with pytest.raises(PolygonsMissing):
        county_polygons(city)
