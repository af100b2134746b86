"""Which way imports run, and through which door an app is entered."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.support.project import ROOT, module_name, source_files

# What an app shows to the floors above: its use cases and the nouns they speak in; to the mounting of the JSON API
# and to other apps' routes also what its own routes are made of.
DOORS = {"api", "errors", "lint", "roles", "terms", "transitions", "values"}


def test_every_import_contract_is_kept():
    command = [
        sys.executable,
        "-c",
        "import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports())",
    ]
    answer = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def test_an_app_of_the_control_plane_is_entered_only_by_its_api():
    wrong = []
    for path in source_files():
        own = module_name(path).split(".")[:3]
        for name in imported(path):
            parts = name.split(".")
            inside = parts[:2] == ["jutong", "control"] and len(parts) > 3 and parts[:3] != own
            # `jutong.control.app.name` is a name of the app itself unless such a module is there.
            is_module = (ROOT / "src" / Path(*parts[:4])).with_suffix(".py").exists()
            doors = DOORS | {"http"} if _mounts_routes(module_name(path)) else DOORS
            if inside and is_module and parts[3] not in doors:
                wrong.append(f"{module_name(path)} imports {name}")
    assert not wrong, "\n".join(sorted(set(wrong)))


def _mounts_routes(module: str) -> bool:
    return module.endswith(".http") or module.startswith("jutong.entrypoints.api")


def test_nothing_of_an_app_but_its_own_files_touches_its_models():
    wrong = [
        f"{module_name(path)} imports {name}"
        for path in source_files()
        for name in imported(path)
        if name.startswith("jutong.control.")
        and name.endswith(".models")
        and not module_name(path).startswith(name.removesuffix(".models"))
    ]
    assert not wrong, "\n".join(wrong)
