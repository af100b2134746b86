"""The project's own files, as tests of the whole read them."""

import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src/jutong"


@cache
def kept_files() -> tuple[Path, ...]:
    """Every file that belongs to the project: known to git, or new and not ignored."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listed.returncode != 0:  # an unpacked archive has no git
        return tuple(sorted(path for path in ROOT.rglob("*") if path.is_file() and not _is_made(path)))
    names = listed.stdout.decode().split("\0")
    return tuple(sorted(ROOT / name for name in set(names) if name and (ROOT / name).is_file()))


def _is_made(path: Path) -> bool:
    parts = path.relative_to(ROOT).parts
    made = {".venv", "site", "jutong-data", "node_modules", "vendor", "generated", "__pycache__"}
    return bool(made & set(parts)) or (parts[0].startswith(".") and parts[0] != ".ci")


def source_files() -> tuple[Path, ...]:
    """Every Python file of the package."""
    return tuple(path for path in kept_files() if path.suffix == ".py" and path.is_relative_to(PACKAGE))


def module_name(path: Path) -> str:
    parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
