import json

from jutong.demo.generation.places import _rings, _spans, points_inside, real_places
from tests.support.demo_city import TODAY, small_city


def inside(geometry, lon, lat):
    return any(low <= lon <= high for low, high in _spans(_rings(geometry), lat))


def test_the_city_stands_on_the_thirteen_counties_of_today():
    places = real_places(TODAY)
    assert len(places.counties) == 13
    assert set(places.counties) == set(places.outlines)
    assert len(places.villages) > 3000
    assert {"330103", "330104"} & set(places.counties) == set()


def test_id_numbers_begin_with_codes_that_were_valid_in_the_year_of_birth():
    codes = real_places(TODAY).codes_by_year
    assert "330104" in codes[2000]
    assert "330104" not in codes[2023]
    assert "330113" in codes[2023]


def test_points_lie_inside_their_county():
    places = real_places(TODAY)
    for code, feature in places.outlines.items():
        points = points_inside(feature["geometry"], 60, seed=code)
        assert len(points) == 60
        assert all(inside(feature["geometry"], lon, lat) for lon, lat in points)


def test_a_hole_stays_empty():
    geometry = {
        "type": "Polygon",
        "coordinates": [
            [[0, 0], [9, 0], [9, 9], [0, 9], [0, 0]],
            [[3, 3], [6, 3], [6, 6], [3, 6], [3, 3]],
        ],
    }
    points = points_inside(geometry, 300, seed="hole")
    assert not any(3 < lon < 6 and 3 < lat < 6 for lon, lat in points)


def test_parcels_lie_whole_inside_the_county_whose_code_they_bear():
    home, _ = small_city()
    outlines = real_places(TODAY).outlines
    features = json.loads((home.sources / "land/parcels.geojson").read_text(encoding="utf-8"))["features"]
    assert len(features) >= 60
    for feature in features:
        county = outlines[feature["properties"]["BDCDYH"][:6]]["geometry"]
        assert all(inside(county, lon, lat) for lon, lat in feature["geometry"]["coordinates"][0])
