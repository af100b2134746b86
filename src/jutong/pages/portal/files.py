"""The files of a dataset's present release, its sample rows and what its summary proposes to draw."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal, Self

import msgspec
from django.utils.translation import gettext

from jutong.dataflow.serving.releases import (
    PREVIEW_FILE,
    SUMMARY_FILE,
    ReleaseFile,
    ReleaseInfo,
    current_release,
    release_file_path,
)
from jutong.kernel.home import DataHome

MAP_FORMAT: Final = "geojson"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """The first rows of a release: fields, their titles, values in the same order."""

    columns: tuple[tuple[str, str], ...]
    rows: tuple[tuple[Any, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """Rows counted by the values, months or steps of one item; `other` counts what the categories leave out."""

    kind: Literal["bar", "line", "histogram"]
    field: str
    name: str
    categories: tuple[str, ...]
    values: tuple[int, ...]
    other: int = 0

    def title(self) -> str:
        if self.kind == "line":
            return gettext("按%(item)s的条数变化") % {"item": self.name}
        if self.kind == "histogram":
            return gettext("%(item)s的分布") % {"item": self.name}
        return gettext("按%(item)s统计的条数") % {"item": self.name}


@dataclass(frozen=True, slots=True)
class ReleaseFiles:
    """One release below the releases' folder."""

    folder: Path
    info: ReleaseInfo

    @classmethod
    def of(cls, home: DataHome, service: str) -> Self | None:
        """The present release of `service`; None while there is none."""
        info = current_release(home.releases, service)
        return None if info is None else cls(home.releases, info)

    @property
    def files(self) -> Sequence[ReleaseFile]:
        return self.info.files

    def find(self, format_name: str) -> tuple[ReleaseFile, Path] | None:
        """A file of the release and where it lies."""
        file = self.info.file(format_name)
        path = file and release_file_path(self.folder, self.info, file.name)
        return (file, path) if file and path and path.is_file() else None

    def sample(self) -> Sample:
        raw = self._read(PREVIEW_FILE)
        columns = tuple((column["field"], column["name"]) for column in raw.get("columns", ()))
        return Sample(columns=columns, rows=tuple(map(tuple, raw.get("rows", ()))))

    def counted(self) -> tuple[Counted, ...]:
        return tuple(msgspec.convert(chart, Counted) for chart in self._read(SUMMARY_FILE).get("charts", ()))

    def _read(self, name: str) -> Mapping[str, Any]:
        path = release_file_path(self.folder, self.info, name)
        if path is None or not path.is_file():  # replaced while the page was being made
            return {}
        content: Mapping[str, Any] = msgspec.json.decode(path.read_bytes())
        return content
