"""When a source delivered what it holds: collecting an old file again makes it no newer."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from jutong.dataflow.connectors.paths import file_inside

# A database answers as of now; its file's time says when anything in it was last touched, which is no delivery.
DELIVERED_FILES: Final = frozenset(
    {"csv", "excel", "json", "geojson", "xml", "parquet", "shapefile", "packed"}
)


def delivered_at(kind: str, options: Mapping[str, Any], *, root: Path) -> datetime | None:
    """The time of the delivered file (UTC); None for kinds that are no files, or say it themselves (`DailyFiles`).

    Raises:
        PathOutside, FileMissing, NotAFile, FileUnreadable: as for opening the source.
    """
    if kind not in DELIVERED_FILES:
        return None
    return datetime.fromtimestamp(file_inside(root, options.get("path")).stat().st_mtime, UTC)
