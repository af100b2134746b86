"""The `current` file of a folder of versions: switched in one step, so that a reader sees the old or the new."""

import os
import secrets
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

CURRENT: Final = "current"
KEPT_VERSIONS: Final = 2
GRACE_SECONDS: Final = 60.0
LEFT_BEHIND_S: Final = 86_400.0
_SCRATCH: Final = ".building."


def current_name(folder: Path) -> str | None:
    """What `current` names in `folder`, if anything is published there."""
    try:
        name = (folder / CURRENT).read_text().strip()
    except FileNotFoundError:
        return None
    return name or None


def switch(folder: Path, name: str) -> None:
    """Make `name` the current version, durably."""
    draft = folder / f".{CURRENT}.{secrets.token_hex(8)}"
    with draft.open("w") as file:
        file.write(name)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(folder / CURRENT)
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def outdated(versions: Iterable[Path], *, version_of: Callable[[Path], Any], current: str) -> list[Path]:
    """The versions that may go: neither current nor among the last two, and old enough that no reader opens them."""
    newest_first = sorted(versions, key=version_of, reverse=True)
    limit = time.time() - GRACE_SECONDS
    return [
        path for path in newest_first[KEPT_VERSIONS:] if path.name != current and path.stat().st_mtime < limit
    ]


@contextmanager
def scratch(folder: Path, name: str) -> Iterator[Path]:
    """A folder of its own beside `folder`/`name` in which to build it: two threads may build the same at once.

    What killed builders left behind is removed after a day.
    """
    for left in folder.glob(f"{_SCRATCH}*"):
        with suppress(OSError):
            if time.time() - left.stat().st_mtime > LEFT_BEHIND_S:
                shutil.rmtree(left, ignore_errors=True)
    work = Path(tempfile.mkdtemp(prefix=f"{_SCRATCH}{name}.", dir=folder))
    try:
        yield work
    finally:
        shutil.rmtree(work, ignore_errors=True)
