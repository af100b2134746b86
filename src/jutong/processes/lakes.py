"""The process's one engine on the lake: loading it costs half a second, taking a turn on it costs nothing."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

from jutong.dataflow.lake import Lake, LakeSettings
from jutong.kernel.home import DataHome


@lru_cache(maxsize=1)
def _engine(folder: Path) -> Lake:
    return Lake.open(folder, LakeSettings.read(os.environ))


@contextmanager
def lake_of(home: DataHome) -> Iterator[Lake]:
    """The lake of `home` for this thread's use.

    Raises:
        LakeUnreachable: the folder cannot be made or read.
        EngineMissing: an extension of the engine is not installed.
    """
    with _engine(home.lake).fork() as lake:
        yield lake
