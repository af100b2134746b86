"""Files that are brought here from another machine: into a private folder of the data home, within bounds."""

import shutil
import tempfile
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Final, Protocol

from jutong.dataflow.connectors.dated_files import DatedFile
from jutong.dataflow.connectors.errors import FileTooLarge
from jutong.dataflow.connectors.place_errors import FileChanging
from jutong.dataflow.connectors.placed_files import LocalFile
from jutong.dataflow.connectors.settings import ReadLimits

TRANSFER_TIMEOUT_S: Final = 60
"""How long a server may be silent in the middle."""
_CHUNK: Final = 1 << 20
_ABANDONED_S: Final = 2 * 86_400


class _Reads(Protocol):
    def read(self, amount: int, /) -> bytes: ...


def fetch(owner: object, file: DatedFile, copy: Callable[[Path], None], *, root: Path) -> LocalFile:
    """Have `copy` write the file into a folder of its own that goes when `owner` does."""
    folder = fetched_folder(owner, root)
    copy(folder / file.name)
    return LocalFile(root=folder, path=file.name)


def fetched_folder(owner: object, root: Path) -> Path:
    """A folder for this user alone beside the sources folder; those that a killed process left go after two days."""
    home = root.resolve().parent / "fetched"
    home.mkdir(mode=0o700, exist_ok=True)
    for left in home.iterdir():
        if time.time() - left.stat().st_mtime > _ABANDONED_S:
            shutil.rmtree(left, ignore_errors=True)
    folder = tempfile.mkdtemp(dir=home)
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)


def copy_whole(source: _Reads, target: Path, file: DatedFile, limits: ReadLimits) -> None:
    """Write what `source` gives to `target`.

    Raises:
        FileTooLarge: it gives more than may be read.
        FileChanging: it gives another number of bytes than were listed.
    """
    copied, most = 0, limits.max_file_mb << 20
    with target.open("xb") as out:
        while chunk := source.read(_CHUNK):
            copied += len(chunk)
            if copied > most:
                raise FileTooLarge(
                    name=file.name,
                    size_mb=copied >> 20,
                    limit_mb=limits.max_file_mb,
                    variable="JUTONG_READ_MAX_FILE_MB",
                )
            out.write(chunk)
    if copied != file.size:
        raise FileChanging(name=file.name)
