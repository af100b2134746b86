"""Segment files of a spool: their names, the end of one, a torn line taken off."""

import os
from pathlib import Path
from typing import Final

_TAIL_BYTES: Final = 1 << 16


def first_number(path: Path) -> int:
    """The number of the segment's first record, from its name."""
    return int(path.name.partition(".")[0])


def last_line(path: Path, size: int) -> tuple[int, bytes]:
    """How many bytes of the file are whole lines, and the last of these lines (empty: there is none)."""
    with path.open("rb") as file:
        window = _TAIL_BYTES
        while True:
            start = max(0, size - window)
            file.seek(start)
            content = file.read(size - start)
            end = content.rfind(b"\n")
            begin = content.rfind(b"\n", 0, end) if end >= 0 else -1
            if start == 0 or begin >= 0:
                return start + end + 1, content[begin + 1 : end + 1]
            window *= 8


def cut(path: Path, whole: int) -> None:
    """Take a torn end off: it was never acknowledged, since an acknowledgement waits for the disk."""
    with path.open("r+b") as file:
        file.truncate(whole)
        os.fsync(file.fileno())


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
