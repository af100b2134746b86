"""The `jutong` command as a process of its own, as a clerk's shell or a script runs it.

`python -m tests.support.command_line` runs the commands on its standard input, a JSON list of lists of words,
one after another in one process.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

ROOT = Path(__file__).resolve().parents[2]
COMMAND = (sys.executable, "-m", "jutong.entrypoints.cli")


class Ran(NamedTuple):
    code: int
    out: str
    err: str

    def json(self) -> Any:
        return json.loads(self.out)


def environment(folder: Path, **more: str) -> dict[str, str]:
    """A data home `home` below `folder`, Chinese messages, nothing else of the caller's platform."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("JUTONG_")}
    paths = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    return {**kept, "JUTONG_HOME": str(folder / "home"), "PYTHONPATH": paths, **more}


def jutong(folder: Path, *arguments: str, timeout_s: float = 120, **more: str) -> Ran:
    """Run one command in `folder`."""
    done = subprocess.run(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(folder, **more),
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )
    return Ran(done.returncode, done.stdout, done.stderr)


def jutong_each(folder: Path, *lines: str, **more: str) -> dict[str, Ran]:
    """Several commands in one process, which loads the platform once; what each said, by its line."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.command_line"],
        cwd=folder,
        env=environment(folder, **more),
        input=json.dumps([line.split() for line in lines]),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    answers = json.loads(done.stdout.splitlines()[-1])
    return {line: Ran(*answer) for line, answer in zip(lines, answers, strict=True)}


def start(folder: Path, *arguments: str, **more: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        [*COMMAND, *arguments],
        cwd=folder,
        env=environment(folder, **more),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run_each() -> None:
    from click.testing import CliRunner

    from jutong.entrypoints.cli import main

    answers = []
    for words in json.load(sys.stdin):
        answer = CliRunner().invoke(main, words)
        answers.append((answer.exit_code, answer.stdout, answer.stderr))
    sys.stdout.write(json.dumps(answers) + "\n")


if __name__ == "__main__":
    run_each()
