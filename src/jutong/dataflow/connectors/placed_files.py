"""Daily files in some place (a folder, a server, a bucket): the newest whole one is the delivery, or each one is."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from pathlib import Path
from typing import Any, Final, Protocol

import pyarrow as pa

from jutong.dataflow.connectors.dated_files import (
    DatedFile,
    ListedFile,
    missing_days,
    named_by,
    whole_files,
)
from jutong.dataflow.connectors.errors import FileMissing, FileTooLarge
from jutong.dataflow.connectors.file_kinds import FORMAT, INNER_OPTIONS, open_file_kind
from jutong.dataflow.connectors.kinds import KindSpec
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.protocol import Capability, Connector, Finding, OptionSpec, RejectedLine
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.kernel.clock import SHANGHAI

_MOST_MISSING: Final = 31

PATTERN: Final = OptionSpec(
    name="pattern",
    zh="文件名样式",
    en="Pattern of the names",
    required=True,
    hint_zh="如 商品房成交_{date}.csv；{date} 为 2024-01-31 或 20240131，其他写法如 {date:%Y_%m_%d}。",
    hint_en="Such as trade_{date}.csv; {date} is 2024-01-31 or 20240131; say others as {date:%Y_%m_%d}.",
)
QUIET: Final = OptionSpec(
    name="quiet_s",
    zh="静置秒数",
    en="Seconds at rest",
    default="30",
    hint_zh="修改后不足这么多秒的文件可能还在写入，留到下次。",
    hint_en="A file changed more recently may still be written: it is left for the next time.",
)
FILE_OPTIONS: Final = (FORMAT, *INNER_OPTIONS)


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFile:
    """A file of the place on this machine's disk: `path` below `root`."""

    root: Path
    path: str


class FilePlace(Protocol):
    """Where files lie."""

    def listed(self) -> Iterable[ListedFile]:
        """What is there now, in any order, links followed only where they do not lead out."""
        ...

    def fetched(self, file: DatedFile) -> LocalFile:
        """The file on this machine; raises `FileMissing`, `FileChanging` and the like."""
        ...

    def require_unchanged(self, file: DatedFile) -> None:
        """Raises `FileChanging` where what `fetched` gave may be another file by now."""
        ...


class DailyFiles:
    """Of the files that a pattern names, one is read: the newest whole one, until `choose` names another.

    A file touched within the last seconds, or under a name of unfinished transfers, is left for the next time; days
    without a file are a finding. Nothing is fetched before columns or rows are asked for.
    """

    kind: str
    spec: KindSpec
    capabilities = frozenset({Capability.SNAPSHOT})

    def __init__(
        self, place: FilePlace, options: Mapping[str, Any], *, limits: ReadLimits, quiet_s: int | None = None
    ) -> None:
        """Lists the files.

        Raises:
            FileMissing: there is no whole one.
            ConnectorError: the place cannot be reached, or an option is wrong.
        """
        pattern = text_option(options, "pattern")
        named = named_by(pattern)
        rest_s = number_option(options, "quiet_s", 30, low=0, high=86_400) if quiet_s is None else quiet_s
        self._place, self._options, self._limits = place, options, limits
        self.files, self._waiting = whole_files(place.listed(), named, quiet_s=rest_s)
        if not self.files:
            raise FileMissing(name=pattern)
        self.chosen = self.files[-1]
        self._local: LocalFile | None = None
        self._opened: Connector | None = None

    def choose(self, file: DatedFile) -> None:
        """Read this one of `files` from now on."""
        if file != self.chosen:
            self.chosen, self._local, self._opened = file, None, None

    @property
    def delivered_at(self) -> datetime:
        """The start of the chosen file's day (UTC)."""
        return datetime.combine(self.chosen.day, time(), SHANGHAI).astimezone(UTC)

    def digest(self) -> str:
        """SHA-256 of the chosen file, hexadecimal."""
        local = self._fetched()
        with (local.root / local.path).open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def columns(self) -> tuple[str, ...]:
        return self._inner().columns()

    def read(self) -> Iterator[pa.RecordBatch]:
        yield from self._inner().read()
        self._place.require_unchanged(self.chosen)

    def rejected(self) -> Sequence[RejectedLine]:
        return self._inner().rejected()

    def findings(self) -> tuple[Finding, ...]:
        found = list(self._inner().findings())
        if missing := missing_days(self.files):
            found.append(
                Finding(
                    code="days_missing",
                    zh=f"缺少 {len(missing)} 天的文件，请向提供部门核实",
                    en=f"The files of {len(missing)} days are missing: ask the provider",
                    detail={"days": missing[:_MOST_MISSING]},
                )
            )
        if self._waiting:
            found.append(
                Finding(
                    code="files_unfinished",
                    zh=f"{self._waiting} 个文件可能还在写入，留到下次",
                    en=f"{self._waiting} files may still be written and are left for the next time",
                )
            )
        return tuple(found)

    def describe(self) -> dict[str, Any]:
        inner = self._inner()
        return {
            "file": self.chosen.name,
            "day": str(self.chosen.day),
            "files": len(self.files),
            "format": inner.kind,
            **inner.describe(),
        }

    def _fetched(self) -> LocalFile:
        if self._local is None:
            most = self._limits.max_file_mb
            if self.chosen.size > most << 20:
                raise FileTooLarge(
                    name=self.chosen.name,
                    size_mb=self.chosen.size >> 20,
                    limit_mb=most,
                    variable="JUTONG_READ_MAX_FILE_MB",
                )
            self._local = self._place.fetched(self.chosen)
        return self._local

    def _inner(self) -> Connector:
        if self._opened is None:
            local = self._fetched()
            self._opened = open_file_kind(
                local.path, self._options, root=local.root, limits=self._limits, named=self.chosen.name
            )
        return self._opened
