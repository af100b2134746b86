"""One writer at a time, over all processes: a lock that the system frees when its holder dies."""

import fcntl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from jutong.dataflow.lake.errors import LakeLocked

_PAUSE_S: Final = 0.02
_LONGEST_PAUSE_S: Final = 0.5


@contextmanager
def write_lock(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the lock file `path` while the block runs.

    DuckLake on a SQLite catalogue gives a second writer an error at commit, after all its work;
    waiting before the work begins costs less and is fair to big tables.

    Raises:
        LakeLocked: it was not free within `wait_s` seconds.
    """
    with path.open("ab") as file:
        deadline, pause = time.monotonic() + wait_s, _PAUSE_S
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    raise LakeLocked(seconds=round(wait_s, 1)) from None
            time.sleep(pause)
            pause = min(pause * 1.5, _LONGEST_PAUSE_S)
        yield
