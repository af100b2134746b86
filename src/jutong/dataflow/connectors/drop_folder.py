"""Drop folders (投递文件夹): of the files that a pattern names, the newest whole one is the delivery."""

import re
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import pyarrow as pa

from jutong.dataflow.connectors.errors import FileMissing, OptionInvalid, PathOutside
from jutong.dataflow.connectors.file_kinds import FORMAT, INNER_OPTIONS, open_file_kind
from jutong.dataflow.connectors.kinds import KindSpec, Place
from jutong.dataflow.connectors.options import number_option, text_option
from jutong.dataflow.connectors.paths import file_inside
from jutong.dataflow.connectors.protocol import Capability, Finding, OptionSpec, RejectedLine
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_DATE: Final = "{date}"
_UNFINISHED: Final = (".tmp", ".part", ".partial", ".crdownload", ".filepart")
_MOST_MISSING: Final = 31


@dataclass(frozen=True, slots=True, order=True)
class DatedFile:
    """A file of the folder and the day in its name."""

    day: date
    name: str


class FolderConnector:
    """The newest file that is whole. A file touched within the last seconds, or under a name of unfinished
    transfers, is left for the next time; days without a file are a finding.
    """

    kind = "folder"
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="投递文件夹",
        en="Drop folder",
        place=Place.FOLDER,
        options=(
            OptionSpec(
                name="path",
                zh="文件夹",
                en="Folder",
                required=True,
                hint_zh="数据源文件夹下的文件夹，以部门代码开头。",
                hint_en="A folder below the sources folder; it starts with the department's code.",
            ),
            OptionSpec(
                name="pattern",
                zh="文件名样式",
                en="Pattern of the names",
                required=True,
                hint_zh="如 商品房成交_{date}.csv；{date} 为 2024-01-31 或 20240131。",
                hint_en="Such as trade_{date}.csv; {date} is 2024-01-31 or 20240131.",
            ),
            OptionSpec(
                name="quiet_s",
                zh="静置秒数",
                en="Seconds at rest",
                default="30",
                hint_zh="修改后不足这么多秒的文件可能还在写入，留到下次。",
                hint_en="A file changed more recently may still be written: it is left for the next time.",
            ),
            FORMAT,
            *INNER_OPTIONS,
        ),
        capabilities=capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        tested_zh="杭州商品房成交 194 个真实的每日文件",
        tested_en="The 194 real daily files of Hangzhou's housing sales.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        folder = _folder(root, options)
        quiet_s = number_option(options, "quiet_s", 30, low=0, high=86_400)
        self._files, self._waiting = _dated(folder, text_option(options, "pattern"), quiet_s)
        if not self._files:
            raise FileMissing(name=text_option(options, "pattern"))
        self.newest = self._files[-1]
        path = str(folder.relative_to(root.resolve()) / self.newest.name)
        file_inside(root, path)
        self._inner = open_file_kind(path, options, root=root, limits=limits)

    def columns(self) -> tuple[str, ...]:
        return self._inner.columns()

    def read(self) -> Iterator[pa.RecordBatch]:
        return self._inner.read()

    def rejected(self) -> Sequence[RejectedLine]:
        return self._inner.rejected()

    def findings(self) -> tuple[Finding, ...]:
        days = {one.day for one in self._files}
        span = (max(days) - min(days)).days
        missing = [str(day) for n in range(span) if (day := min(days) + timedelta(days=n)) not in days]
        found = list(self._inner.findings())
        if missing:
            found.append(
                Finding(
                    code="days_missing",
                    zh=f"文件夹中缺少 {len(missing)} 天的文件，请向提供部门核实",
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
        return {
            "file": self.newest.name,
            "day": str(self.newest.day),
            "files": len(self._files),
            "format": self._inner.kind,
            **self._inner.describe(),
        }


def delivery_day(options: Mapping[str, Any], *, root: Path) -> date:
    """The day of the file that would be read now; raises `FileMissing` where there is none."""
    pattern = text_option(options, "pattern")
    quiet_s = number_option(options, "quiet_s", 30, low=0, high=86_400)
    files, _ = _dated(_folder(root, options), pattern, quiet_s)
    if not files:
        raise FileMissing(name=pattern)
    return files[-1].day


def _folder(root: Path, options: Mapping[str, Any]) -> Path:
    """The folder that the option names; neither `..` nor a link leads out of a department's own.

    Raises:
        PathOutside, FileMissing, OptionInvalid
    """
    given = text_option(options, "path")
    if not given:
        raise OptionInvalid(option="path", reason_zh="缺少文件夹路径", reason_en="a folder's path is missing")
    base = root.resolve()
    try:
        folder = (base / given).resolve()
    except (OSError, RuntimeError) as error:
        raise PathOutside from error
    if not folder.is_relative_to(base / Path(given).parts[0]) or not folder.is_relative_to(base):
        raise PathOutside
    if not folder.is_dir():
        raise FileMissing(name=Path(given).name)
    return folder


def _dated(folder: Path, pattern: str, quiet_s: int) -> tuple[list[DatedFile], int]:
    """The whole files in the order of their days, and how many seem unfinished."""
    if pattern.count(_DATE) != 1 or "/" in pattern or "\\" in pattern:
        raise OptionInvalid(
            option="pattern",
            reason_zh="应为一个文件名，恰好含一个 {date}",
            reason_en="it must be a file's name with exactly one {date}",
        )
    before, after = map(re.escape, pattern.split(_DATE))
    named = re.compile(rf"{before}(\d{{4}})-?(\d\d)-?(\d\d){after}")
    found, waiting = [], 0
    for entry in folder.iterdir():
        bare = entry.name
        for suffix in _UNFINISHED:
            bare = bare.removesuffix(suffix)
        match = named.fullmatch(bare)
        if match is None or not entry.is_file():
            continue
        try:
            day = date(*map(int, match.groups()))
        except ValueError:
            continue
        if bare != entry.name or time.time() - entry.stat().st_mtime < quiet_s:
            waiting += 1
        else:
            found.append(DatedFile(day, entry.name))
    return sorted(found), waiting
