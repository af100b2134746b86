"""Releases of open datasets: the files of one version, written whole and switched in one step."""

import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import Any, Final

import msgspec
import pyarrow as pa

from jutong.dataflow.serving import files
from jutong.dataflow.serving.errors import ItemUnknown
from jutong.dataflow.serving.pointers import current_name, outdated, scratch, switch
from jutong.dataflow.serving.spool import Spool
from jutong.dataflow.serving.summaries import summarise
from jutong.kernel.crypto import provider
from jutong.vocabulary.contracts import EntryContract, Frozen, InformationItem

PREVIEW_ROWS: Final = 30
INFO_FILE: Final = "release.json"
PREVIEW_FILE: Final = "preview.json"
SUMMARY_FILE: Final = "summary.json"
MEDIA_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "geojson": "application/geo+json",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseFile(Frozen):
    """One file to download, with the digests by which a receiver checks it (hexadecimal)."""

    name: str
    format: str
    media_type: str
    size_bytes: int
    sm3: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseColumn(Frozen):
    field: str
    name: str
    data_type: str
    description: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseInfo(Frozen):
    """One version of an open dataset's files; `folder` is relative to the releases' folder."""

    service: str
    entry: str
    title: str
    version: int
    released_at: datetime
    rows: int
    columns: tuple[ReleaseColumn, ...]
    files: tuple[ReleaseFile, ...]
    folder: str

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as a JSON column keeps it."""
        plain: dict[str, Any] = msgspec.to_builtins(self)
        return plain

    def file(self, format_name: str) -> ReleaseFile | None:
        return next((file for file in self.files if file.format == format_name), None)


def write_release(
    folder: Path,
    contract: EntryContract,
    items: Sequence[str | InformationItem],
    batches: Iterable[pa.RecordBatch],
    version: int,
) -> ReleaseInfo:
    """Write the files of `version` below `folder` and make it the current release.

    `items` are the items that go out (or their English names), in order; `batches` have been masked by the caller.
    CSV, JSON and XLSX always; GeoJSON where an item is a geometry or a longitude with a latitude; a preview of 30
    rows and a summary with chart data. On any error nothing is published.
    A version that is released again (other items, an interrupted job) gets a folder of its own.

    Raises:
        ItemUnknown: one of `items` is none of the contract's.
    """
    chosen = _chosen(contract, items)
    home = folder / contract.service
    home.mkdir(parents=True, exist_ok=True)
    edition = 1 + max((_version_of(path)[1] for path in home.glob(f"v{version}.*")), default=0)
    target = home / f"v{version}.{edition}"
    with scratch(home, target.name) as scratched:
        work = scratched / "release"
        work.mkdir()
        with Spool.fill(work / "spool", batches, [item.field for item in chosen]) as spool:
            _write_files(work, contract, chosen, spool)
            info = _describe(work, target, contract, chosen, spool.rows, version)
        (work / INFO_FILE).write_text(info.to_json())
        _sync_folder(work)
        work.replace(target)
    switch(home, target.name)
    for old in outdated(home.glob("v*"), version_of=_version_of, current=target.name):
        shutil.rmtree(old, ignore_errors=True)
    return info


def current_release(folder: Path, service: str) -> ReleaseInfo | None:
    """The release that may be downloaded now; None when there is none."""
    name = current_name(folder / service)
    if name is None:
        return None
    try:
        return ReleaseInfo.from_json((folder / service / name / INFO_FILE).read_bytes())
    except (FileNotFoundError, msgspec.ValidationError):
        return None


def release_file_path(folder: Path, info: ReleaseInfo, name: str) -> Path | None:
    """Where a file of the release lies; None when the release has no file of this name."""
    known = {file.name for file in info.files} | {PREVIEW_FILE, SUMMARY_FILE}
    return folder / info.folder / name if name in known else None


def withdraw_release(folder: Path, service: str) -> None:
    """Take the dataset's files off the portal (下架): nothing is current any more, and the files are deleted."""
    shutil.rmtree(folder / service, ignore_errors=True)


def _chosen(contract: EntryContract, items: Sequence[str | InformationItem]) -> tuple[InformationItem, ...]:
    known = {item.field: item for item in contract.items}
    names = [item if isinstance(item, str) else item.field for item in items]
    for name in names:
        if name not in known:
            raise ItemUnknown(service=contract.service, item=name)
    return tuple(known[name] for name in names)


def _write_files(
    work: Path, contract: EntryContract, items: tuple[InformationItem, ...], spool: Spool
) -> None:
    headers = files.headers_of(items)
    fields = [item.field for item in items]
    name = contract.service
    files.write_csv(work / f"{name}.csv", headers, spool.rows_once())
    files.write_json(work / f"{name}.json", fields, spool.rows_once())
    files.write_xlsx(work / f"{name}.xlsx", headers, spool)
    place = files.place_of({item.meaning: item.field for item in items if item.meaning is not None})
    if place is not None:
        files.write_geojson(work / f"{name}.geojson", fields, place, spool.rows_once())
    preview = {
        "columns": [{"field": item.field, "name": item.name} for item in items],
        "rows": spool.head(PREVIEW_ROWS),
    }
    (work / PREVIEW_FILE).write_bytes(msgspec.json.encode(preview))
    (work / SUMMARY_FILE).write_bytes(msgspec.json.encode(summarise(items, spool)))


def _describe(
    work: Path,
    target: Path,
    contract: EntryContract,
    items: tuple[InformationItem, ...],
    rows: int,
    version: int,
) -> ReleaseInfo:
    written = [
        path for format_name in MEDIA_TYPES if (path := work / f"{contract.service}.{format_name}").exists()
    ]
    return ReleaseInfo(
        service=contract.service,
        entry=contract.code,
        title=contract.title,
        version=version,
        released_at=datetime.now(UTC),
        rows=rows,
        columns=tuple(
            ReleaseColumn(
                field=item.field, name=item.name, data_type=item.data_type.value, description=item.description
            )
            for item in items
        ),
        files=tuple(_describe_file(path) for path in written),
        folder=f"{contract.service}/{target.name}",
    )


def _describe_file(path: Path) -> ReleaseFile:
    with path.open("rb") as file:
        os.fsync(file.fileno())
        with mmap(file.fileno(), 0, access=ACCESS_READ) as content, memoryview(content) as view:
            sm3, sha256 = provider("gm").digest(view).hex(), provider("international").digest(view).hex()
    kind = path.suffix.removeprefix(".")
    return ReleaseFile(
        name=path.name,
        format=kind,
        media_type=MEDIA_TYPES[kind],
        size_bytes=path.stat().st_size,
        sm3=sm3,
        sha256=sha256,
    )


def _version_of(path: Path) -> tuple[int, int]:
    """(version, edition) of a folder `v<version>.<edition>`."""
    version, _, edition = path.name.removeprefix("v").partition(".")
    return int(version), int(edition)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
