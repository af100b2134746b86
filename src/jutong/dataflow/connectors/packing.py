"""Packed files (.gz, .zip): the one table within, unpacked into a private folder within bounds, then read as usual."""

import gzip
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from jutong.dataflow.connectors.file_errors import PackDamaged, PackEncrypted, PackMemberUnclear
from jutong.dataflow.connectors.file_kinds import FORMAT, INNER_OPTIONS, PACKED, open_file_kind
from jutong.dataflow.connectors.kinds import PATH, KindSpec, Place
from jutong.dataflow.connectors.options import text_option
from jutong.dataflow.connectors.packs import copy_bounded, private_folder
from jutong.dataflow.connectors.paths import file_inside, require_size
from jutong.dataflow.connectors.protocol import Capability, Finding, OptionSpec, RejectedLine
from jutong.dataflow.connectors.settings import ReadLimits
from jutong.vocabulary.catalogue import FormatClass

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError, ValueError)


class PackedConnector:
    """What one packed table gives; it is unpacked as a whole first, so that a cut-off one gives no row."""

    kind = PACKED
    capabilities = frozenset({Capability.SNAPSHOT})
    spec = KindSpec(
        kind=kind,
        zh="压缩文件（.gz、.zip）",
        en="Packed file (.gz, .zip)",
        place=Place.FILE,
        options=(
            PATH,
            OptionSpec(
                name="member",
                zh="压缩包内的文件",
                en="File within the pack",
                hint_zh="包内只有一个数据文件时不必填写。",
                hint_en="Not needed where the pack holds one data file.",
            ),
            FORMAT,
            *INNER_OPTIONS,
        ),
        capabilities=capabilities,
        format_class=FormatClass.SPREADSHEET,
        format="csv",
        tested_zh="自制的 .gz 和 .zip，含截断、加密和压缩炸弹",
        tested_en="Packs of our own: cut off, encrypted, bombs.",
    )

    def __init__(self, options: Mapping[str, Any], *, root: Path, limits: ReadLimits) -> None:
        self.spec.refuse_unknown(options)
        self._pack = file_inside(root, options.get("path"))
        require_size(self._pack, limit_mb=limits.max_file_mb, variable="JUTONG_READ_MAX_FILE_MB")
        folder = private_folder(self)
        try:
            self._member = self._unpack(folder, text_option(options, "member"), limits)
        except _DAMAGE as error:
            raise PackDamaged(name=self._pack.name) from error
        inner = {name: value for name, value in options.items() if name not in {"path", "member"}}
        self._inner = open_file_kind(self._member, inner, root=folder, limits=limits)
        self.capabilities = self._inner.capabilities

    def columns(self) -> tuple[str, ...]:
        return self._inner.columns()

    def read(self) -> Iterator[pa.RecordBatch]:
        return self._inner.read()

    def rejected(self) -> Sequence[RejectedLine]:
        return self._inner.rejected()

    def findings(self) -> tuple[Finding, ...]:
        return self._inner.findings()

    def describe(self) -> dict[str, Any]:
        return {"member": self._member, "format": self._inner.kind, **self._inner.describe()}

    def _unpack(self, folder: Path, wanted: str, limits: ReadLimits) -> str:
        """The name of the unpacked file in `folder`."""
        most = limits.max_file_mb << 20
        packed_bytes = self._pack.stat().st_size
        if self._pack.suffix.lower() != ".zip":
            name = self._pack.name.removesuffix(".gz").removesuffix(".GZ") or "data"
            name = name if name != self._pack.name else f"{name}.csv"
            with gzip.GzipFile(self._pack) as packed, (folder / name).open("wb") as file:
                copy_bounded(
                    packed, file, name=self._pack.name, packed_bytes=packed_bytes, most=most, limits=limits
                )
            return name
        with zipfile.ZipFile(self._pack) as archive:
            member = self._chosen(archive, wanted)
            if member.flag_bits & 1:
                raise PackEncrypted(name=self._pack.name)
            name = PurePosixPath(member.filename.replace("\\", "/")).name
            with archive.open(member) as packed, (folder / name).open("wb") as file:
                copy_bounded(
                    packed,
                    file,
                    name=self._pack.name,
                    packed_bytes=member.compress_size,
                    most=most,
                    limits=limits,
                )
        return name

    def _chosen(self, archive: zipfile.ZipFile, wanted: str) -> zipfile.ZipInfo:
        members = [
            one
            for one in archive.infolist()
            if not one.is_dir() and not one.filename.startswith("__MACOSX/") and _name(one)
        ]
        fitting = [one for one in members if wanted in {one.filename, _name(one)}] if wanted else members
        if len(fitting) != 1:
            names = "、".join(one.filename[:60] for one in members[:5])
            raise PackMemberUnclear(name=self._pack.name, members=names or "0")
        return fitting[0]


def _name(member: zipfile.ZipInfo) -> str:
    """The last part of its name; empty for what hides or leads elsewhere."""
    name = PurePosixPath(member.filename.replace("\\", "/")).name
    return "" if name.startswith(".") or "\0" in name else name
