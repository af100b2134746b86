"""The truth of what was planted: kept beside the city, never read by the platform, only by its score."""
# ruff: noqa: S608  # every text in the SQL is from this package, no value comes from outside

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Final

import duckdb
import msgspec

from jutong.demo.errors import CityMissing

TRUTH_FILE: Final = "truth.parquet"
CITY_FILE: Final = "city.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class CityRecord:
    """What was generated: enough to make the same city again."""

    persons: int
    seed: int
    today: date
    rows: Mapping[str, int]
    """Service → rows handed over, duplicates included."""
    planted: Mapping[str, int]
    """Kind of fault → how many."""
    postgresql: bool = False
    finished: bool = False
    """Whether the whole story was told, from collection to score."""


def demo_folder(home: Path) -> Path:
    return home / "demo"


def write_truth(connection: duckdb.DuckDBPyConnection, home: Path) -> Path:
    """Copy the table `truth` into its file."""
    path = demo_folder(home) / TRUTH_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    quoted = str(path).replace("'", "''")
    connection.execute(
        f"COPY (SELECT * FROM truth ORDER BY service, kind, field, row_no) TO '{quoted}' (FORMAT parquet)"
    )
    return path


def write_record(home: Path, record: CityRecord) -> None:
    path = demo_folder(home) / CITY_FILE
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".part")
    temporary.write_bytes(msgspec.json.format(msgspec.json.encode(record)))
    temporary.replace(path)


def read_record(home: Path) -> CityRecord:
    """Raises `CityMissing` when no demo city was generated below this data home."""
    try:
        return msgspec.json.decode((demo_folder(home) / CITY_FILE).read_bytes(), type=CityRecord)
    except (OSError, msgspec.DecodeError) as error:
        raise CityMissing from error


def count_kinds(connection: duckdb.DuckDBPyConnection) -> Mapping[str, int]:
    rows = connection.execute("SELECT kind, count(*) FROM truth GROUP BY kind ORDER BY kind").fetchall()
    return dict(rows)
