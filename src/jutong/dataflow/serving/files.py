"""The file formats of a release, each written row by row."""

import csv
import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import msgspec
from rustpy_xlsxwriter import FastExcel

from jutong.dataflow.serving.cells import Cell, Row, text
from jutong.dataflow.serving.spool import Spool
from jutong.kernel.text import guard_formula
from jutong.vocabulary.catalogue import Meaning
from jutong.vocabulary.contracts import InformationItem

SHEET_ROWS: Final = 1_048_576  # Excel's limit, the header's row included


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row lies: the item with its geometry, or those with longitude and latitude (degrees)."""

    geometry: str = ""
    longitude: str = ""
    latitude: str = ""


def headers_of(items: Sequence[InformationItem]) -> list[str]:
    """Column titles: the Chinese names, made distinct where two items share one."""
    names = [item.name for item in items]
    return [f"{item.name}（{item.field}）" if names.count(item.name) > 1 else item.name for item in items]


def guard(cell: Cell) -> Cell:
    """A cell as a spreadsheet may have it: no text is a formula, a boolean is a word."""
    if isinstance(cell, str):
        return guard_formula(cell)
    return text(cell) if isinstance(cell, bool) else cell


def write_csv(path: Path, headers: Sequence[str], rows: Iterable[Row]) -> None:
    """UTF-8 with a byte order mark, so that Excel opens it; formulas are guarded."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(map(guard, headers))
        writer.writerows(map(guard, row) for row in rows)


def write_json(path: Path, fields: Sequence[str], rows: Iterable[Row]) -> None:
    """An array of objects, one a line."""
    encoder = msgspec.json.Encoder()
    with path.open("wb") as file:
        file.write(b"[")
        for number, row in enumerate(rows):
            file.write(b",\n" if number else b"\n")
            file.write(encoder.encode(dict(zip(fields, row, strict=True))))
        file.write(b"\n]\n")


def write_xlsx(path: Path, headers: Sequence[str], spool: Spool) -> None:
    """Texts stay texts (an 18-digit number never becomes a float); more rows than a sheet holds go to the next."""
    per_sheet = SHEET_ROWS - 1
    book = FastExcel(str(path))
    rows = spool.rows_once()
    sheets = max(1, -(-spool.rows // per_sheet))
    for number in range(sheets):
        name = "数据" if sheets == 1 else f"数据{number + 1}"
        if spool.rows == 0:
            book.sheet(name, [dict.fromkeys(headers)])
        else:
            book.sheet(name, _records(headers, itertools.islice(rows, per_sheet)))
    book.save()


def _records(headers: Sequence[str], rows: Iterable[Row]) -> Iterator[dict[str, Cell]]:
    for row in rows:
        yield dict(zip(headers, row, strict=True))


def place_of(fields: Mapping[Meaning, str]) -> Place | None:
    """Which items (by meaning) say where a row lies; None when none do."""
    if Meaning.GEOMETRY in fields:
        return Place(geometry=fields[Meaning.GEOMETRY])
    if Meaning.LONGITUDE in fields and Meaning.LATITUDE in fields:
        return Place(longitude=fields[Meaning.LONGITUDE], latitude=fields[Meaning.LATITUDE])
    return None


def write_geojson(path: Path, fields: Sequence[str], place: Place, rows: Iterable[Row]) -> None:
    """A FeatureCollection (RFC 7946); a row whose place cannot be read has a null geometry."""
    encoder = msgspec.json.Encoder()
    with path.open("wb") as file:
        file.write(b'{"type":"FeatureCollection","features":[')
        for number, row in enumerate(rows):
            properties = dict(zip(fields, row, strict=True))
            feature = {"type": "Feature", "geometry": _geometry(place, properties), "properties": properties}
            properties.pop(place.geometry, None)
            file.write(b",\n" if number else b"\n")
            file.write(encoder.encode(feature))
        file.write(b"\n]}\n")


def _geometry(place: Place, properties: Mapping[str, Cell]) -> Any:
    try:
        if place.geometry:
            shape = json.loads(str(properties[place.geometry]))
            return shape if isinstance(shape, dict) and "type" in shape else None
        longitude, latitude = (
            float(properties[place.longitude] or ""),
            float(properties[place.latitude] or ""),
        )
    except ValueError:
        return None
    if not (-180 <= longitude <= 180 and -90 <= latitude <= 90):
        return None
    return {"type": "Point", "coordinates": [longitude, latitude]}
