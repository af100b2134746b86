"""Unpacking within bounds: sizes that a packed file declares may be lies, so what comes out is counted."""

import gzip
import shutil
import tempfile
import weakref
from pathlib import Path
from typing import IO, Final

from jutong.dataflow.connectors.errors import ExpandsTooFar
from jutong.dataflow.connectors.settings import ReadLimits

_CHUNK: Final = 1 << 20
# Ordinary tables compress well too; only large expansions are suspect.
_RATIO_FROM: Final = 64 << 20


def copy_bounded(
    packed: IO[bytes] | gzip.GzipFile,
    file: IO[bytes],
    *,
    name: str,
    packed_bytes: int,
    most: int,
    limits: ReadLimits,
) -> int:
    """Copy what unpacks to `file`; the bytes copied.

    Raises:
        ExpandsTooFar: above `most` bytes, or, above 64 MiB, in a ratio that no table has.
    """
    copied = 0
    while chunk := packed.read(_CHUNK):
        copied += len(chunk)
        ratio = copied // max(packed_bytes, 1)
        if copied > most or (copied > _RATIO_FROM and ratio > limits.max_expansion_ratio):
            raise ExpandsTooFar(name=name, expanded_mb=copied >> 20, ratio=ratio)
        file.write(chunk)
    return copied


def private_folder(owner: object) -> Path:
    """A folder for this user alone, which goes when `owner` does."""
    folder = tempfile.mkdtemp(prefix="jutong-")
    weakref.finalize(owner, shutil.rmtree, folder, ignore_errors=True)
    return Path(folder)
