"""Which files a connector may open: regular ones below the sources folder, of a bearable size."""

import os
import stat
from pathlib import Path

from jutong.dataflow.connectors.errors import (
    FileEmpty,
    FileMissing,
    FileTooLarge,
    FileUnreadable,
    NotAFile,
    OptionInvalid,
    PathOutside,
)


def file_inside(root: Path, given: object) -> Path:
    """The real path of the file that `given` names below `root`; symbolic links are followed first.

    The first folder of `given` is a department's: neither `..` nor a link leads from it to another one's files.

    Raises:
        PathOutside: it lies outside `root` or its first folder, by `..`, by being absolute, or by a symbolic link.
        FileMissing, NotAFile, FileUnreadable: there is no regular file that can be opened.
    """
    if not isinstance(given, str | Path) or not str(given).strip() or "\0" in str(given):
        raise OptionInvalid(option="path", reason_zh="缺少文件路径", reason_en="a file's path is missing")
    try:
        base = root.resolve()
        path = (base / given).resolve()
    except (OSError, RuntimeError) as error:  # a loop of symbolic links
        raise PathOutside from error
    first, *rest = Path(given).parts
    if not (path.is_relative_to(base) and path.is_relative_to(base / first if rest else base)):
        raise PathOutside
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError) as error:
        raise FileMissing(name=path.name) from error
    except OSError as error:
        raise FileUnreadable(name=path.name[:80], reason=error.strerror or "OSError") from error
    if not stat.S_ISREG(mode):
        raise NotAFile(name=path.name)
    if not os.access(path, os.R_OK):
        raise FileUnreadable(name=path.name, reason="permission denied")
    return path


def require_size(path: Path, *, limit_mb: int, variable: str) -> int:
    """The file's size in bytes; raises `FileEmpty` or `FileTooLarge` (`variable` sets the limit)."""
    size = path.stat().st_size
    if size == 0:
        raise FileEmpty(name=path.name)
    if size > limit_mb * 1024 * 1024:
        raise FileTooLarge(
            name=path.name, size_mb=round(size / 1024 / 1024), limit_mb=limit_mb, variable=variable
        )
    return size
