"""GeoJSON (RFC 7946): each feature is a row of its properties, its geometry as GeoJSON text, a point's lon and lat."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.errors import GeoJsonInvalid, TooManyColumns
from jutong.dataflow.connectors.json_files import batches_of
from jutong.dataflow.connectors.json_values import flatten, load_json, value_text
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import (
    RAW_TEXT_LIMIT,
    Capability,
    Finding,
    RejectedLine,
    RejectedLines,
)
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_GEOMETRIES: Final = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)


class GeoJsonConnector:
    """The features of a FeatureCollection. Coordinates stay as they are: no system is converted to another.

    Columns: the feature's `id` where one has it, the properties, `geometry`, and `lon`, `lat` where a
    feature is a point.
    """

    kind = "geojson"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="GeoJSON 文件",
        en="GeoJSON file",
        place=Place.FILE,
        options=(PATH,),
        capabilities=capabilities,
        format_class=FormatClass.SELF_DESCRIBED,
        format="geojson",
        tested_zh="各城市开放数据的真实 GeoJSON 文件",
        tested_en="Real GeoJSON files of cities' open data.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._limits = limits
        self._path = file_inside(root, options.get("path"))
        require_size(self._path, limit_mb=limits.max_json_mb, variable="JUTONG_READ_MAX_JSON_MB")
        document, self._facts = load_json(self._path, limits)
        if isinstance(document, dict) and document.get("type") == "Feature":
            document = {"type": "FeatureCollection", "features": [document]}
        if not isinstance(document, dict) or document.get("type") != "FeatureCollection":
            raise GeoJsonInvalid(name=self._path.name)
        features = document.get("features")
        if not isinstance(features, list):
            raise GeoJsonInvalid(name=self._path.name)
        self._features: list[Any] = features
        self._crs = document.get("crs")
        self._rejected = self._no_rejected()
        self._properties = self._property_names()
        taken = set(self._properties)
        self._id = _free("id", taken) if any(self._has_id(f) for f in features) else ""
        self._geometry = _free("geometry", taken)
        points = any(_point(f) for f in features)
        self._lon, self._lat = (_free("lon", taken), _free("lat", taken)) if points else ("", "")
        if len(self.columns()) > limits.max_columns:
            raise TooManyColumns(name=self._path.name, columns=len(self.columns()), limit=limits.max_columns)

    def columns(self) -> tuple[str, ...]:
        extra = (self._geometry, self._lon, self._lat)
        return tuple(filter(None, (self._id, *self._properties, *extra)))

    def rejected(self) -> Sequence[RejectedLine]:
        return self._rejected.all()

    def findings(self) -> tuple[Finding, ...]:
        if self._crs is None:
            return ()
        return (
            Finding(
                code="crs_declared",
                zh="文件声明了坐标系（crs）；平台按原坐标保存，请确认是否为 CGCS2000",
                en="The file declares a coordinate system; coordinates are kept as they are. Is it CGCS2000?",
            ),
        )

    def describe(self) -> dict[str, Any]:
        kinds = sorted(
            {
                str(feature["geometry"].get("type"))
                for feature in self._features
                if isinstance(feature, dict) and isinstance(feature.get("geometry"), dict)
            }
        )
        return {
            "encoding": self._facts.encoding,
            "bom": self._facts.bom_bytes > 0,
            "geometries": kinds,
        }

    def read(self) -> Iterator[pa.RecordBatch]:
        self._rejected = self._no_rejected()
        yield from batches_of(self._rows(), self.columns(), self._limits.batch_rows)

    def _rows(self) -> Iterator[dict[str, str | None]]:
        for number, feature in enumerate(self._features, start=1):
            if not _is_feature(feature):
                self._rejected.add(
                    RejectedLine(
                        line=number,
                        reason="not_a_record",
                        text=(value_text(feature) or "")[:RAW_TEXT_LIMIT],
                    )
                )
                continue
            geometry = feature.get("geometry")
            row = dict(flatten(feature.get("properties") or {}))
            if self._id:
                row[self._id] = value_text(feature.get("id"))
            row[self._geometry] = json.dumps(geometry, separators=(",", ":")) if geometry else None
            point = _point(feature)
            if point:
                row[self._lon], row[self._lat] = point
            yield row

    def _property_names(self) -> tuple[str, ...]:
        names: dict[str, None] = {}
        for feature in self._features:
            if _is_feature(feature):
                names.update((name, None) for name, _ in flatten(feature.get("properties") or {}))
        return tuple(names)

    def _has_id(self, feature: Any) -> bool:
        return isinstance(feature, dict) and feature.get("id") is not None

    def _no_rejected(self) -> RejectedLines:
        return RejectedLines(name=self._path.name, limit=self._limits.max_rejected)


def _is_feature(feature: Any) -> bool:
    if not isinstance(feature, dict) or feature.get("type") != "Feature":
        return False
    geometry, properties = feature.get("geometry"), feature.get("properties")
    known = geometry is None or (isinstance(geometry, dict) and geometry.get("type") in _GEOMETRIES)
    return known and (properties is None or isinstance(properties, dict))


def _point(feature: Any) -> tuple[str | None, str | None] | None:
    if not _is_feature(feature) or not feature.get("geometry"):
        return None
    geometry = feature["geometry"]
    coordinates = geometry.get("coordinates")
    if geometry["type"] != "Point" or not isinstance(coordinates, list) or len(coordinates) < 2:
        return None
    return value_text(coordinates[0]), value_text(coordinates[1])


def _free(name: str, taken: set[str]) -> str:
    """`name`, or `name_2`, … where a property has taken it."""
    chosen, number = name, 2
    while chosen in taken:
        chosen, number = f"{name}_{number}", number + 1
    taken.add(chosen)
    return chosen
