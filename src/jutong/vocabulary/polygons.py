"""County polygons in CGCS2000, longitude before latitude, for the cities whose file the package carries."""

import json
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from jutong.vocabulary.errors import PolygonsMissing


@cache
def county_polygons(city: str) -> Mapping[str, Any]:
    """A GeoJSON FeatureCollection of the city's counties, each with `code` and `name`.

    Raises:
        PolygonsMissing: the package carries no file for this city.
    """
    path = files("jutong.vocabulary") / f"data/counties_{city}.geojson"
    if not (city.isascii() and city.isdigit() and path.is_file()):
        raise PolygonsMissing(city=city)
    collection: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return collection
