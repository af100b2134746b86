"""Where the city is: its real counties, townships and villages, and points inside its counties."""
# every text in the SQL is from this package, no value comes from outside

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import duckdb
import pyarrow as pa

from jutong.vocabulary import divisions
from jutong.vocabulary.polygons import county_polygons

CITY: Final = "330100"
CITY_NAME: Final = "杭州市"
PROVINCE_NAME: Final = "浙江省"

# Half the side of a parcel in degrees, about 30 m: what a point keeps away from its county's border.
PARCEL_REACH: Final = 0.0003

# Counties elsewhere whose code has not changed since 1985: where people who moved in were registered first.
ELSEWHERE: Final = (
    "110101",
    "310101",
    "320102",
    "320502",
    "330203",
    "330302",
    "330602",
    "420102",
    "440103",
    "510104",
)

Ring = Sequence[Sequence[float]]


@dataclass(frozen=True, slots=True)
class Village:
    code: str
    name: str
    township_code: str
    township: str
    county_code: str
    county: str


@dataclass(frozen=True, slots=True)
class Places:
    """The divisions of the city on one day, their outlines (CGCS2000), and the county codes of every year before."""

    villages: tuple[Village, ...]
    outlines: Mapping[str, Mapping[str, Any]]
    """County code → GeoJSON feature."""
    codes_by_year: Mapping[int, tuple[str, ...]]
    """Year → county codes of the city that were valid all through it."""

    @property
    def counties(self) -> dict[str, str]:
        return {each.county_code: each.county for each in self.villages}


def real_places(today: date) -> Places:
    """The places of Hangzhou as the vocabulary knows them."""
    counties = {each.code[:6]: each.name for each in divisions.counties_of(CITY, today)}
    townships = {each.code[:9]: each.name for county in counties for each in divisions.townships_of(county)}
    villages = tuple(
        Village(code, each.name, code[:9], townships[code[:9]], code[:6], counties[code[:6]])
        for each in divisions.villages_of(CITY)
        if (code := each.code)[:9] in townships and code[:6] in counties
    )
    return Places(villages, dict(outlines()), codes_by_year(today))


def outlines() -> Iterator[tuple[str, Mapping[str, Any]]]:
    """County code → GeoJSON feature, from the vocabulary's polygons."""
    for feature in county_polygons(CITY)["features"]:
        yield str(feature["properties"]["code"]), feature


def codes_by_year(today: date) -> dict[int, tuple[str, ...]]:
    """County codes of the city that were valid from the first to the last day of each year since 1985."""
    years: dict[int, tuple[str, ...]] = {}
    for year in range(1985, today.year + 1):
        last = min(date(year, 12, 31), today)
        valid = divisions.valid_codes(date(year, 1, 1)) & divisions.valid_codes(last)
        years[year] = tuple(sorted(c for c in valid if c.startswith(CITY[:4]) and c[4:] > "01"))
    return years


def load_places(connection: duckdb.DuckDBPyConnection, places: Places, *, seed: int, points: int) -> None:
    """Make the tables `village`, `county`, `id_region` (year, codes) and `point` (`points` a county)."""
    villages = pa.table(
        {
            "number": range(len(places.villages)),
            **{
                name: [getattr(each, name) for each in places.villages]
                for name in ("code", "name", "township_code", "township", "county_code", "county")
            },
        }
    )
    connection.register("villages_in", villages)
    connection.execute("CREATE TABLE village AS SELECT * FROM villages_in")
    connection.execute(
        "CREATE TABLE county AS SELECT county_code, any_value(county) AS county, count(*) AS villages,"
        " row_number() OVER (ORDER BY county_code) - 1 AS number FROM village GROUP BY county_code"
    )
    regions = pa.table(
        {
            "year": list(places.codes_by_year),
            "codes": [list(codes) + list(ELSEWHERE[:3]) for codes in places.codes_by_year.values()],
        }
    )
    connection.register("regions_in", regions)
    connection.execute("CREATE TABLE id_region AS SELECT * FROM regions_in")
    rows = [
        (code, k, lon, lat)
        for code in sorted(places.counties)
        for k, (lon, lat) in enumerate(
            points_inside(places.outlines[code]["geometry"], points, seed=f"{seed}/{code}")
        )
    ]
    table = pa.table(
        {name: [row[i] for row in rows] for i, name in enumerate(("county_code", "k", "lon", "lat"))}
    )
    connection.register("points_in", table)
    connection.execute("CREATE TABLE point AS SELECT * FROM points_in")


def points_inside(geometry: Mapping[str, Any], count: int, *, seed: str) -> list[tuple[float, float]]:
    """`count` points (degrees) well inside a polygon, the same for the same seed.

    A horizontal line is cut with the outline, and points are drawn on what lies inside: nothing is drawn in vain.
    """
    random_source = random.Random(seed)  # noqa: S311  # a demo's scatter, no secret
    rings = _rings(geometry)
    latitudes = [point[1] for ring in rings for point in ring]
    low, high = min(latitudes), max(latitudes)
    points: list[tuple[float, float]] = []
    per_line = max(6, count // 80)
    while len(points) < count:
        y = random_source.uniform(low, high)
        spans = _safe_spans(rings, y)
        width = sum(end - start for start, end in spans)
        if width <= 0:
            continue
        for _ in range(min(per_line, count - len(points))):
            along = random_source.uniform(0, width)
            for start, end in spans:
                if along <= end - start:
                    points.append((round(start + along, 6), round(y, 6)))
                    break
                along -= end - start
    random_source.shuffle(points)
    return points


def _rings(geometry: Mapping[str, Any]) -> list[Ring]:
    polygons = geometry["coordinates"] if geometry["type"] == "MultiPolygon" else [geometry["coordinates"]]
    return [ring for polygon in polygons for ring in polygon]


def _spans(rings: Sequence[Ring], y: float) -> list[tuple[float, float]]:
    """Where the horizontal line at `y` lies inside (even-odd rule, so holes stay holes)."""
    crossings: list[float] = []
    for ring in rings:
        x0, y0 = ring[-1][0], ring[-1][1]
        for point in ring:
            x1, y1 = point[0], point[1]
            if (y0 <= y) != (y1 <= y):
                crossings.append(x0 + (y - y0) * (x1 - x0) / (y1 - y0))
            x0, y0 = x1, y1
    crossings.sort()
    return list(zip(crossings[::2], crossings[1::2], strict=True))


def _safe_spans(rings: Sequence[Ring], y: float) -> list[tuple[float, float]]:
    reach = 2 * PARCEL_REACH
    inside = _spans(rings, y)
    for other in (y - reach, y + reach):
        inside = [
            (max(a, c), min(b, d))
            for a, b in inside
            for c, d in _spans(rings, other)
            if max(a, c) < min(b, d)
        ]
    return [(a + reach, b - reach) for a, b in inside if b - a > 3 * reach]
